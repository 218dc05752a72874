/**
 * The text of scalars against the `yaml` package's, and the map back to the file: every character of the text that is
 * not made by folding or an escape must stand, as it is, at its offset in the file.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type CST, isScalar, parseDocument } from 'yaml';
import { type ScalarText, scalarText } from '../../src/spec/scalar-text.js';
import { type Random, random } from '../support/random.js';

const ROUNDS = 2000;

function read(text: string): { ours: ScalarText; theirs: unknown } | undefined {
  const document = parseDocument(text, { schema: 'failsafe', keepSourceTokens: true, prettyErrors: false });
  const contents = document.get('a', true);
  if (document.errors.length > 0 || !isScalar(contents)) return undefined;
  const token = contents.srcToken as CST.FlowScalar | CST.BlockScalar | undefined;
  if (token === undefined) return undefined;
  return { ours: scalarText({ path: 'a.yaml', text }, token), theirs: contents.value };
}

const PIECES = ['a', 'b c', ' ', '  ', '\t', "''", 'x=1', 'é', '😀', '(', ',', '#', '--', '\\', 'Z'];
const ESCAPES = ['\\n', '\\t', '\\"', '\\\\', '\\x41', '\\u00e9', '\\U0001F600', '\\ ', '\\/', '\\b'];

function body(rng: Random, lineBreak: string, escapes: boolean): string {
  let text = '';
  const lines = rng.between(1, 5);
  for (let line = 0; line < lines; line++) {
    if (line > 0) text += (escapes && rng.chance(0.2) ? '\\' : '') + lineBreak + ' '.repeat(rng.between(1, 4));
    const pieces = rng.int(5);
    for (let i = 0; i < pieces; i++) {
      const piece = escapes && rng.chance(0.3) ? rng.pick(ESCAPES) : rng.pick(PIECES);
      text += escapes && piece === '\\' ? '\\\\' : piece;
    }
  }
  return text;
}

function document(rng: Random): string {
  const lineBreak = rng.chance(0.2) ? '\r\n' : '\n';
  const before = rng.chance(0.3) ? `\uFEFFx: "é"${lineBreak}` : '';
  const after = rng.chance(0.5) ? `${lineBreak}z: 1${lineBreak}` : '';
  switch (rng.int(4)) {
    case 0:
      return `${before}a: ${body(rng, lineBreak, false)}${after}`;
    case 1:
      return `${before}a: '${body(rng, lineBreak, false)}'${after}`;
    case 2:
      return `${before}a: "${body(rng, lineBreak, true)}"${after}`;
    default: {
      const header =
        rng.pick(['|', '>']) + rng.pick(['', '', '2']) + rng.pick(['', '-', '+']) + rng.pick(['', ' # why']);
      const lines = Array.from({ length: rng.between(0, 6) }, () =>
        rng.chance(0.25)
          ? ' '.repeat(rng.int(4))
          : `${' '.repeat(rng.pick([2, 2, 2, 2, 3, 5]))}${body(rng, ' ', false)}`,
      );
      return `${before}a: ${header}${lineBreak}${lines.join(lineBreak)}${after}`;
    }
  }
}

describe('scalar text', () => {
  it('is the text that YAML gives, and every character maps to its place', () => {
    const rng = random(20260101);
    let read_ = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const text = document(rng);
      const scalar = read(text);
      if (scalar === undefined) continue;
      read_++;
      const { ours, theirs } = scalar;
      const what = `seed ${rng.seed} round ${round}: ${JSON.stringify(text)}`;
      assert.equal(ours.text, theirs, what);
      checkOffsets(text, ours, what);
    }
    assert.ok(read_ > ROUNDS / 2, `only ${read_} of ${ROUNDS} documents were valid`);
  });

  it('maps characters behind escapes, quotes and folds', () => {
    const cases: readonly (readonly [string, string, number])[] = [
      ["a: 'it''s X'", 'X', 10],
      ['a: "\\u00e9 X"', 'X', 11],
      ['a: one\n  two X', 'X', 13],
      ['a: >\n  one\n\n  X\n', 'X', 14],
      ['a: |2\n   X\n', 'X', 9],
      ['a: "one \\\n   X"', 'X', 13],
    ];
    for (const [text, char, offset] of cases) {
      const { ours } = read(text)!;
      assert.equal(ours.offsetAt(ours.text.indexOf(char)), offset, text);
    }
  });
});

function checkOffsets(text: string, scalar: ScalarText, what: string): void {
  let previous = scalar.span.start;
  const escapes = new Set(scalar.escapes.map(({ span }) => span.start));
  for (let i = 0; i < scalar.text.length; i++) {
    const at = scalar.offsetAt(i);
    assert.ok(at >= previous && at < Math.max(scalar.span.end, 1) + 1, `${what} offset ${at} of character ${i}`);
    previous = at;
    const char = scalar.text[i];
    if (text[at] === char || escapes.has(at)) continue;
    const isFold = (char === ' ' || char === '\n') && (text[at] === '\n' || text[at] === '\r' || at === text.length);
    assert.ok(isFold, `${what} character ${i} ${JSON.stringify(char)} at ${at} ${JSON.stringify(text[at])}`);
  }
}
