import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import { annotation, diagnosticText } from '../../src/cli/diagnostics-text.js';
import { type Diagnostic, diagnostic } from '../../src/errors.js';
import { renderDiagnostic } from '../../src/spec/frame.js';

const mistake: Diagnostic = diagnostic('EXPR_UNKNOWN_COLUMN', 'there is no column `amonut`', {
  place: { file: '/data/shop/revenue.yaml', line: 12, column: 13, length: 6 },
  sourceLine: '  - filter: amonut >= 10',
  hint: 'did you mean `amount`?',
});

test('colour changes nothing but the colour', () => {
  const text = diagnosticText(mistake, new Chalk({ level: 1 }), '/elsewhere');
  assert.match(text, /\x1b\[31m\^{6}/);
  assert.equal(text.replace(/\x1b\[[0-9;]*m/g, ''), renderDiagnostic(mistake));
});

test('a path is relative to the current folder when that is shorter', () => {
  const firstLine = (folder: string): string =>
    diagnosticText(mistake, new Chalk({ level: 0 }), folder).split('\n', 1)[0];
  assert.match(firstLine('/data'), /^shop\/revenue\.yaml:12:13 /);
  assert.match(firstLine('/a/b/c/d/e/f'), /^\/data\/shop\/revenue\.yaml:12:13 /);
  const row = { place: { file: '/data/shop/orders.csv', line: 7 }, message: 'the row' };
  const shown = diagnosticText({ ...mistake, related: [row] }, new Chalk({ level: 0 }), '/data/shop');
  assert.match(shown, /^ {2}note: orders\.csv:7: the row$/m);
});

const FOLDERS = { workspace: '/data', current: '/data/shop' };

test('an annotation is one line whatever the message holds', () => {
  const odd = { ...mistake, message: 'half 50%\r\nnext: a,b' };
  assert.equal(
    annotation(odd, FOLDERS),
    '::error file=shop/revenue.yaml,line=12,col=13,endColumn=19,title=EXPR_UNKNOWN_COLUMN::' +
      'half 50%25%0D%0Anext: a,b%0Ahint: did you mean `amount`?',
  );
  const row = { place: { file: 'orders.csv', line: 7 }, message: 'the row' };
  assert.match(annotation({ ...mistake, related: [row] }, FOLDERS), /::[^:]+%0Ashop\/orders\.csv:7: the row%0Ahint: /);
  assert.match(annotation({ ...mistake, severity: 'warning' }, FOLDERS), /^::warning /);
  assert.match(annotation({ ...mistake, place: { file: '/data/a:b,c%' } }, FOLDERS), /file=a%3Ab%2Cc%25,title/);
  assert.match(annotation({ ...mistake, place: undefined, hint: undefined }, FOLDERS), /^::error title=\w+::there/);
});

test('an annotation names the file as the repository does', () => {
  const file = (path: string): string | undefined =>
    /file=([^,]*),/.exec(annotation({ ...mistake, place: { file: path } }, FOLDERS))?.[1];
  assert.equal(file('revenue.yaml'), 'shop/revenue.yaml');
  assert.equal(file('../other.yaml'), 'other.yaml');
  assert.equal(file('/elsewhere/other.yaml'), '/elsewhere/other.yaml');
});
