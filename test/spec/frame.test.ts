/** Frames: the caret must stand under the marked characters, whatever stands before them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Diagnostic, diagnostic } from '../../src/errors.js';
import { displayWidth } from '../../src/spec/display-width.js';
import { NO_PAINT, renderDiagnostic } from '../../src/spec/frame.js';

function at(sourceLine: string, marked: string, more: Partial<Diagnostic> = {}): Diagnostic {
  const column = [...sourceLine.slice(0, sourceLine.indexOf(marked))].length + 1;
  const place = { file: 'p.yaml', line: 12, column, length: [...marked].length };
  return { ...diagnostic('SPEC_UNKNOWN_KEY', 'there is no column `amont`', { place, sourceLine }), ...more };
}

const frame = (line: string, marked: string): string[] => renderDiagnostic(at(line, marked)).split('\n').slice(3);

describe('frames', () => {
  it('show place, message, source, hint, related places and notes', () => {
    const text = renderDiagnostic(
      at('  - filter: amont > 5', 'amont', {
        hint: 'did you mean `amount`?',
        notes: ['one', 'two\nlines'],
        related: [{ place: { file: 'in.csv', line: 3, column: 4 }, message: 'the row' }],
      }),
    );
    assert.deepEqual(text.split('\n'), [
      'p.yaml:12:13  error SPEC_UNKNOWN_KEY',
      '  there is no column `amont`',
      '     |',
      '  12 |   - filter: amont > 5',
      '     |             ^^^^^',
      '  hint: did you mean `amount`?',
      '  note: in.csv:3:4: the row',
      '  note: one',
      '  note: two',
      '        lines',
    ]);
  });

  it('put carets under wide, narrow and combined characters and behind tabs', () => {
    assert.deepEqual(frame('名前 x', 'x'), ['  12 | 名前 x', '     |      ^']);
    assert.deepEqual(frame('x 名前', '名前'), ['  12 | x 名前', '     |   ^^^^']);
    assert.deepEqual(frame('😀e\u0301 x', 'x'), ['  12 | 😀e\u0301 x', '     |     ^']);
    assert.deepEqual(frame('a\tx', 'x'), ['  12 | a   x', '     |     ^']);
    assert.deepEqual(frame('\t\tx\ty', 'y'), ['  12 |         x   y', '     |             ^']);
  });

  it('show control characters instead of sending them', () => {
    assert.deepEqual(frame('a\x1b[31m x', 'x'), ['  12 | a\u241b[31m x', '     |        ^']);
    assert.doesNotMatch(renderDiagnostic(diagnostic('SPEC_BAD_VALUE', 'found \x1b[2J')), /\x1b/);
  });

  it('cut a long line around the mark', () => {
    const [source, carets] = frame(`${'a'.repeat(5000)}NEEDLE${'b'.repeat(5000)}`, 'NEEDLE');
    assert.ok(source.length < 120 && source.includes('…a') && source.endsWith('b…'), source);
    assert.equal(carets.indexOf('^'), source.indexOf('NEEDLE'));
    assert.equal(carets.lastIndexOf('^') - carets.indexOf('^'), 5);
    const whole = frame('x'.repeat(5000), 'x'.repeat(5000));
    assert.ok(whole[0].length < 120 && whole[1].length < 120);
  });

  it('fit the terminal', () => {
    const message = 'the columns id and amount are not in the file, which has the columns a and b';
    const hint = 'write the columns as they stand in the header of the file';
    for (const columns of [30, 60, 80, 140]) {
      for (const line of [`${'a '.repeat(90)}NEEDLE${' b'.repeat(90)}`, `${'名'.repeat(90)}NEEDLE`, 'NEEDLE']) {
        const text = renderDiagnostic(at(line, 'NEEDLE', { message, hint }), NO_PAINT, columns);
        const lines = text.split('\n');
        for (const one of lines) assert.ok(displayWidth(one) <= columns, `"${one}" in ${columns}`);
        const [source, carets] = lines.slice(lines.findIndex((one) => one.includes('NEEDLE')));
        const start = displayWidth(source.slice(0, source.indexOf('NEEDLE')));
        assert.equal(carets.indexOf('^^^^^^'), start, text);
        assert.equal(text.replaceAll(/\n +/g, ' ').includes(message), true, text);
      }
    }
    const narrow = renderDiagnostic(at('x', 'x', { message, hint }), NO_PAINT, 40).split('\n');
    assert.deepEqual(narrow.slice(0, 3), [
      'p.yaml:12:1  error SPEC_UNKNOWN_KEY',
      '  the columns id and amount are not in',
      '  the file, which has the columns a and',
    ]);
    assert.deepEqual(narrow.slice(-2), [
      '  hint: write the columns as they stand',
      '        in the header of the file',
    ]);
  });

  it('use the room that a mark near the end of a line leaves', () => {
    const [source] = renderDiagnostic(at(`${'a'.repeat(90)}NEEDLE`, 'NEEDLE'), NO_PAINT, 60)
      .split('\n')
      .slice(3);
    assert.equal(displayWidth(source), 60);
  });

  it('point past the end of a line', () => {
    const place = { file: 'p.yaml', line: 1, column: 4, length: 1 };
    const text = renderDiagnostic(diagnostic('SPEC_BAD_VALUE', 'ends here', { place, sourceLine: 'a +' }));
    assert.equal(text.split('\n').at(-1), '    |    ^');
  });

  it('do with less', () => {
    assert.equal(renderDiagnostic(diagnostic('SPEC_PARAM_UNKNOWN', 'no')), 'error SPEC_PARAM_UNKNOWN\n  no');
    const place = { file: 'a.csv', offset: 17 };
    assert.match(renderDiagnostic(diagnostic('SPEC_BAD_VALUE', 'no', { place })), /^a\.csv \(byte 17\) {2}error/);
    assert.match(renderDiagnostic({ ...at('x', 'x'), severity: 'warning' }), /warning SPEC_UNKNOWN_KEY/);
  });

  it('are painted part by part', () => {
    const paint = { ...NO_PAINT, marker: (text: string) => `<${text}>`, error: (text: string) => `!${text}!` };
    const text = renderDiagnostic(at('ab', 'b'), paint);
    assert.match(text, /!error SPEC_UNKNOWN_KEY!/);
    assert.match(text, / <\^>$/);
  });
});
