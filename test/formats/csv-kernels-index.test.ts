/** The index, scan and UTF-8 kernels against their twins, and against what decides. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FLAG_NON_ASCII, INDEX_FLAGS, INDEX_NEXT, INDEX_ROWS } from '../../src/kernels/csv-kernels.js';
import { PAGE_BYTES } from '../../src/memory/heap.js';
import { type Random, random } from '../support/random.js';
import { agree, type Bench } from './support/kernel-benches.js';

const encoder = new TextEncoder();

const CHARACTERS = ['a', 'b', '1', ',', ',', '"', '"', '\n', '\n', '\r\n', '\r', '""', 'é', 'some longer text', '\\'];

test('index: kernel and twin find the same rows, or both refuse', () => {
  let accepted = 0;
  for (let seed = 1; seed <= 4000; seed++) {
    const rng = random(seed);
    const columns = rng.between(1, 3);
    const isQuoting = rng.chance(0.8);
    const isCr = rng.chance(0.1);
    const isEscaped = rng.chance(0.2);
    const isPlain = rng.chance(0.3);
    const bytes = encoder.encode(isPlain ? plainRows(rng, columns) : randomRows(rng, columns, isCr));
    const isCut = isPlain && rng.chance(0.3);
    const maxRows = isCut ? rng.between(1, 40) : 1000;
    const label = `seed ${rng.seed}`;
    const run = ({ test: { heap }, kernels, base }: Bench): unknown => {
      const from = base + 64 + (rng.seed % 7);
      heap.u8.fill(0x22, base, base + 8192);
      heap.u8.set(bytes, from);
      const [ends, result] = [base + PAGE_BYTES + 16, base + PAGE_BYTES];
      const shape = [isCr ? 13 : 10, columns, maxRows, ends, result] as const;
      const to = from + bytes.length;
      const answer = isEscaped
        ? kernels.indexEscapedRows(from, to, 44, 34, 92, ...shape)
        : kernels.indexRows(from, to, 44, isQuoting ? 34 : -1, ...shape);
      if (answer !== 0) return 'refused';
      const rows = heap.u32[(result + INDEX_ROWS) >>> 2];
      const list = heap.u32.slice((ends >>> 2) - 1, (ends >>> 2) + rows * columns);
      return {
        rows,
        next: heap.u32[(result + INDEX_NEXT) >>> 2] - base,
        flags: isCut ? 0 : heap.u32[(result + INDEX_FLAGS) >>> 2] & ~FLAG_NON_ASCII,
        ends: [...list].map((end) => end - base),
      };
    };
    if (agree(run, label) !== 'refused') accepted++;
  }
  assert.ok(accepted > 800 && accepted < 3600, `${accepted} of 4000 accepted`);
});

function randomRows(rng: Random, columns: number, isCr: boolean): string {
  let text = '';
  const rows = rng.between(0, 30);
  for (let row = 0; row < rows; row++) {
    const fields = Array.from({ length: columns }, () => {
      if (rng.chance(0.01)) return rng.pick(CHARACTERS);
      if (rng.chance(0.3))
        return `"${Array.from({ length: rng.int(4) }, () => rng.pick(CHARACTERS).replaceAll('"', '""')).join('')}"`;
      return 'x'.repeat(rng.int(rng.chance(0.1) ? 80 : 9));
    });
    text += fields.join(',') + (isCr ? '\r' : rng.pick(['\n', '\n', '\r\n', '\n\n', '\r\n\r\n']));
  }
  return rng.chance(0.5) ? text : text.slice(0, rng.int(text.length + 1));
}

/** Blocks with and without quotes and CRs in turn; some rows have a field too many or too few, some are blank. */
function plainRows(rng: Random, columns: number): string {
  const isFaulty = rng.chance(0.3);
  const width = rng.pick([1, 3, 9, 40]);
  let text = '';
  for (let row = rng.between(0, 200); row > 0; row--) {
    const fields = columns + (isFaulty && rng.chance(0.02) ? rng.pick([-1, 1]) : 0);
    const isQuoted = width === 40 && rng.chance(0.1);
    const field = isQuoted ? `"${'q'.repeat(rng.int(9))}"` : 'x'.repeat(rng.int(width));
    text +=
      Array.from({ length: fields }, () => field).join(',') + (rng.chance(0.005) ? rng.pick(['\r\n', '\n\n']) : '\n');
  }
  return text;
}

test('index: fields too many and too few that make up for each other are refused', () => {
  for (const text of ['a,b,c\nd\n', 'a\nb,c,d\n', 'a\n,b\nc,', 'a,b\n\n,\n']) {
    const bytes = encoder.encode(`${'a,b\n'.repeat(16)}${text}${'a,b\n'.repeat(40)}`);
    const answer = agree(({ test: { heap }, kernels, base }) => {
      heap.u8.set(bytes, base + 64);
      const [ends, result] = [base + PAGE_BYTES + 16, base + PAGE_BYTES];
      return kernels.indexRows(base + 64, base + 64 + bytes.length, 44, 34, 10, 2, 1000, ends, result);
    }, text);
    assert.equal(answer, text === 'a,b\n\n,\n' ? 0 : 1, JSON.stringify(text));
  }
});

test('index: many short rows are counted', () => {
  for (const row of ['\n', 'a\n', ',\n', ',,\n']) {
    const columns = row.split(',').length;
    const bytes = encoder.encode(row.repeat(9000));
    const found = agree(({ test: { heap }, kernels, base }) => {
      heap.u8.set(bytes, base);
      const [ends, result] = [base + 2 * PAGE_BYTES + 16, base + 2 * PAGE_BYTES];
      const answer = kernels.indexRows(base, base + bytes.length, 44, 34, 10, columns, 9000, ends, result);
      return [answer, heap.u32[(result + INDEX_ROWS) >>> 2]];
    }, JSON.stringify(row));
    assert.deepEqual(found, [0, 9000]);
  }
});

test('index: stops at the number of rows asked for', () => {
  const bytes = encoder.encode('a,b\n\nc,d\ne,f\n'.repeat(20));
  for (let maxRows = 1; maxRows < 60; maxRows++) {
    const rows = agree(({ test: { heap }, kernels, base }) => {
      heap.u8.set(bytes, base + 64);
      const [ends, result] = [base + PAGE_BYTES + 16, base + PAGE_BYTES];
      kernels.indexRows(base + 64, base + 64 + bytes.length, 44, 34, 10, 2, maxRows, ends, result);
      const found = heap.u32[result >>> 2];
      return [found, ...[...heap.u32.slice((ends >>> 2) - 1, (ends >>> 2) + 2 * found)].map((end) => end - base)];
    }, `${maxRows} rows`);
    assert.equal(rows[0], maxRows);
  }
});

test('scan: both kernels tell what a block does to every start state, and where its first row begins', () => {
  for (let seed = 1; seed <= 500; seed++) {
    const rng = random(seed);
    const bytes = encoder.encode(Array.from({ length: rng.int(200) }, () => rng.pick(CHARACTERS)).join(''));
    agree(({ test: { heap }, kernels, base }) => {
      heap.u8.set(bytes, base);
      const to = base + bytes.length;
      const starts = [0, 1, 2].flatMap((state) => [
        kernels.findRowStart(base, to, state, 34, 92, 10) >>> 0,
        kernels.findRowStart(base, to, state & 1, 34, 34, 10) >>> 0,
      ]);
      const relative = starts.map((start) => (start === 0 ? 0 : start - base));
      return [kernels.scanQuotes(base, to, 34), kernels.scanEscapes(base, to, 34, 92), ...relative];
    }, `seed ${rng.seed}`);
  }
});

test('UTF-8: kernel, twin and TextDecoder agree on what is valid, kernel and twin on where it is not', () => {
  const strict = new TextDecoder('utf-8', { fatal: true });
  const pieces = [
    'a',
    'abcdefghijklmnopqrstuvwxyz',
    'é',
    '€',
    '🙂',
    '\u07ff',
    '\u0800',
    '\uffff',
    '\u{10ffff}',
    '\ufeff',
  ];
  for (let seed = 1; seed <= 3000; seed++) {
    const rng = random(seed);
    const bytes = encoder.encode(Array.from({ length: rng.int(20) }, () => rng.pick(pieces)).join(''));
    for (let damage = rng.int(3); damage > 0 && bytes.length > 0; damage--) bytes[rng.int(bytes.length)] = rng.int(256);
    const found = agree(({ test: { heap }, kernels, base }) => {
      heap.u8.set(bytes, base);
      const bad = kernels.firstInvalidUtf8(base, base + bytes.length) >>> 0;
      return bad === 0 ? -1 : bad - base;
    }, `seed ${rng.seed}`);
    let isValid = true;
    try {
      strict.decode(bytes);
    } catch {
      isValid = false;
    }
    assert.equal(found === -1, isValid, `seed ${rng.seed}`);
  }
});
