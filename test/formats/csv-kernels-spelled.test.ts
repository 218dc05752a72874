/** json and bytes in CSV: the kernels that check and write them against their twins, JSON.parse and columnar/text.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BYTES, type DataType, JSON_TEXT } from '../../src/columnar/data-type.js';
import { formatValue, parseValue } from '../../src/columnar/text.js';
import { textBytes } from '../../src/columnar/text-bytes.js';
import { ASSEMBLE_COLUMN_BYTES, KIND_BYTES, KIND_JSON } from '../../src/kernels/csv-kernels.js';
import { PAGE_BYTES } from '../../src/memory/heap.js';
import { randomJson, randomValue } from '../expr/compiler/support/random-columns.js';
import { type Random, random } from '../support/random.js';
import { agree, type Bench } from './support/kernel-benches.js';

const DELIMITERS = [44, 59, 92, 120, 91];

/** Texts as views in memory; answers the address of the views. */
function place({ test: { heap }, base }: Bench, texts: readonly Uint8Array[]): number {
  let at = base + 2 * PAGE_BYTES;
  texts.forEach((bytes, row) => {
    heap.u8.set(bytes, at);
    heap.u32.set([at, bytes.length], ((base + PAGE_BYTES) >>> 2) + 2 * row);
    at += bytes.length;
  });
  return base + PAGE_BYTES;
}

function assemble(bench: Bench, columns: readonly [DataType, readonly string[]][], delimiter: number, room: number) {
  const { heap } = bench.test;
  const [[, first]] = columns;
  const views = place(
    bench,
    columns.flatMap(([type, values]) => values.map((value) => textBytes(value, type))),
  );
  columns.forEach(([type], c) => {
    const kind = type.kind === 'json' ? KIND_JSON : KIND_BYTES;
    const column = [kind, views + 8 * c * first.length, 8, 0, 0, 0];
    heap.u32.set(column, (bench.base + 16 + c * ASSEMBLE_COLUMN_BYTES) >>> 2);
  });
  const out = bench.base + 4 * PAGE_BYTES;
  const args = [bench.base + 16, columns.length, 0, 0, first.length, delimiter, out, room, bench.base] as const;
  const rows = bench.kernels.assembleRows(...args);
  const written = heap.u32[bench.base >>> 2];
  return { rows, text: Buffer.from(heap.u8.slice(out, out + written)).toString() };
}

test('json and bytes are written as columnar/text.ts says, quoted where they must be', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const rng = random(seed);
    const rows = rng.between(1, 12);
    const columns: [DataType, string[]][] = [JSON_TEXT, BYTES].map((type) => [
      type,
      Array.from({ length: rows }, () => randomValue(rng, type) as string),
    ]);
    const delimiter = rng.pick(DELIMITERS);
    const room = rng.chance(0.3) ? rng.between(200, 3000) : PAGE_BYTES;
    const { rows: done, text } = agree((bench) => assemble(bench, columns, delimiter, room), `seed ${seed}`);
    if (room === PAGE_BYTES) assert.equal(done, rows, `seed ${seed}`);
    const special = new RegExp(`["\\r\\n\\x${delimiter.toString(16)}]|^$`);
    const field = (type: DataType, value: string): string => {
      if (value === 'null' && type.kind === 'json') return '';
      const shown = formatValue(value, type);
      return special.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
    };
    const lines = Array.from({ length: done }, (_, row) =>
      columns.map(([type, values]) => field(type, values[row])).join(String.fromCharCode(delimiter)),
    );
    assert.equal(text, lines.map((line) => `${line}\n`).join(''), `seed ${seed}`);
  }
});

/** One or two bytes of a text changed, gone, or there twice. */
function mutated(text: string, rng: Random): string {
  let result = text;
  for (let i = rng.between(1, 2); i > 0; i--) {
    const at = rng.int(result.length + 1);
    const put = rng.pick(['', '"', '\\', '{', ']', ',', ':', '0', '-', 'e', '.', 'u', 'n', '\n', '\u0001', 'ud800']);
    result = result.slice(0, at) + put + result.slice(at + rng.int(2));
  }
  return result;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
  } catch {
    return false;
  }
  // Lone surrogates, which JSON.parse takes, stand in escapes that are not escaped themselves.
  const strings = text.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  return strings.every((string) => !/\p{Surrogate}/u.test(JSON.parse(string) as string));
}

test('what is JSON is what JSON.parse takes, but for surrogates alone', () => {
  let good = 0;
  for (let seed = 1; seed <= 3000; seed++) {
    const rng = random(seed);
    const blank = rng.pick(['', ' ', '\n\t ']);
    const json = `${blank}${randomJson(rng, 4)}${blank}`;
    // A pair of surrogates that was cut in two is no text.
    const text = Buffer.from(rng.chance(0.2) ? json : mutated(json, rng)).toString();
    const found = agree((bench) => {
      const views = place(bench, [Buffer.from(text)]);
      const row = bench.kernels.checkJson(views, 0, 0, 1);
      const [address, bytes] = bench.test.heap.u32.subarray(views >>> 2, (views >>> 2) + 2);
      return row === 0 ? undefined : Buffer.from(bench.test.heap.u8.slice(address, address + bytes)).toString();
    }, `seed ${seed}: ${text}`);
    const expected = isJson(text) ? text.replace(/^[ \t\n\r]+|[ \t\n\r]+$/g, '') : undefined;
    assert.equal(found, expected, `seed ${seed}: ${text}`);
    assert.equal(parseValue(text, JSON_TEXT), expected, `seed ${seed}: ${text}`);
    if (expected !== undefined) good++;
  }
  assert.ok(good > 900 && good < 2500, `${good} of 3000`);
});

test('arrays are nested a thousand times at most', () => {
  const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
  for (const [depth, expected] of [
    [1000, -1],
    [1001, 0],
  ]) {
    const row = agree((bench) => bench.kernels.checkJson(place(bench, [Buffer.from(nested(depth))]), 0, 0, 1), 'depth');
    assert.equal(row, expected);
  }
});
