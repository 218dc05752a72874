import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import { annotation, diagnosticText, placeText } from '../../src/cli/diagnostics-text.js';
import { type Diagnostic, diagnostic } from '../../src/errors.js';

const plain = new Chalk({ level: 0 });
const mistake: Diagnostic = diagnostic('EXPR_UNKNOWN_COLUMN', 'the step has no column "amonut"', {
  place: { file: '/data/shop/revenue.yaml', line: 12, column: 13, length: 6 },
  sourceLine: '  - filter: amonut >= 10',
  hint: 'did you mean "amount"?',
});

test('a mistake with its line and a mark under it', () => {
  assert.equal(
    diagnosticText(mistake, plain, '/data'),
    [
      'error: the step has no column "amonut" [EXPR_UNKNOWN_COLUMN]',
      '  --> shop/revenue.yaml:12:13',
      '    |',
      ' 12 |   - filter: amonut >= 10',
      '    |             ^^^^^^',
      '  hint: did you mean "amount"?',
    ].join('\n'),
  );
});

test('the mark stands under its text after tabs, control characters and in very long lines', () => {
  const markedBy = (sourceLine: string, column: number, length: number): string => {
    const place = { file: 'x.csv', line: 1, column, length };
    const [, , , line, marks] = diagnosticText({ ...mistake, place, sourceLine }, plain, '/').split('\n');
    assert.ok(line.length < 115);
    return line.slice(marks.indexOf('^'), marks.lastIndexOf('^') + 1);
  };
  assert.equal(markedBy('\ta\tbad', 4, 3), 'bad');
  assert.equal(markedBy('\x00\x01bad', 3, 3), 'bad');
  assert.equal(markedBy(`${'x,'.repeat(5000)}bad${',y'.repeat(5000)}`, 10001, 3), 'bad');
  assert.equal(markedBy('short', 6, 1), '');
});

test('places', () => {
  assert.equal(placeText({ file: 'a.csv', line: 3 }, '/'), 'a.csv:3');
  assert.equal(placeText({ file: 'a.csv', offset: 77 }, '/'), 'a.csv at byte 77');
  assert.equal(placeText({ file: '/elsewhere/a.csv', line: 1, column: 2 }, '/data/x/y/z'), '/elsewhere/a.csv:1:2');
});

test('an annotation is one line whatever the message holds', () => {
  const odd = { ...mistake, message: 'half 50%\r\nnext: a,b' };
  assert.equal(
    annotation(odd, '/data'),
    '::error file=shop/revenue.yaml,line=12,col=13,title=leat EXPR_UNKNOWN_COLUMN::half 50%25%0D%0Anext: a,b%0Ahint: did you mean "amount"?',
  );
  assert.match(annotation({ ...mistake, severity: 'warning' }, '/data'), /^::warning /);
});
