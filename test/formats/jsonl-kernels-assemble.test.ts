/** The kernel that writes JSON against its twin, and against JSON.parse. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  KIND_BIGINT,
  KIND_BOOLEAN,
  KIND_BYTES,
  KIND_DATE,
  KIND_DECIMAL,
  KIND_DOUBLE,
  KIND_INT,
  KIND_JSON,
  KIND_TEXT,
  KIND_TIMESTAMP,
  KIND_WIDE_DECIMAL,
} from '../../src/kernels/csv-kernels.js';
import { OBJECT_COLUMN_BYTES } from '../../src/kernels/jsonl-kernels.js';
import { PAGE_BYTES } from '../../src/memory/heap.js';
import { type Random, random } from '../support/random.js';
import { randomStyle, randomText, valueJson } from './support/json-rows.js';
import { agree, type Bench, randomDouble } from './support/kernel-benches.js';

const ROWS = 12;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Kind, bytes of a value, scale. */
const SCALARS = [
  [KIND_BOOLEAN, 1, 0],
  [KIND_INT, 4, 0],
  [KIND_BIGINT, 8, 0],
  [KIND_DOUBLE, 8, 0],
  [KIND_DATE, 4, 0],
  [KIND_TIMESTAMP, 8, 0],
  [KIND_DECIMAL, 8, 3],
  [KIND_WIDE_DECIMAL, 16, 9],
] as const;

interface Column {
  readonly name: string;
  readonly kind: number;
  readonly width: number;
  readonly scale: number;
  readonly bytes: Uint8Array;
  readonly texts: readonly string[];
  readonly valid: readonly boolean[];
}

function randomColumn(rng: Random, name: string): Column {
  const valid = Array.from({ length: ROWS }, () => rng.chance(0.9));
  if (rng.chance(0.5)) {
    const isJson = rng.chance(0.3);
    const texts = Array.from({ length: ROWS }, () =>
      isJson ? valueJson(rng, randomStyle(rng)) : randomText(rng) + (rng.chance(0.1) ? 'y'.repeat(rng.int(300)) : ''),
    );
    const kind = isJson ? KIND_JSON : rng.pick([KIND_TEXT, KIND_TEXT, KIND_BYTES]);
    return { name, kind, width: 8, scale: 0, bytes: new Uint8Array(8 * ROWS), texts, valid };
  }
  const [kind, width, scale] = rng.pick(SCALARS);
  const bytes = Uint8Array.from({ length: width * ROWS }, () => rng.int(kind === KIND_BOOLEAN ? 2 : 256));
  const view = new DataView(bytes.buffer);
  for (let row = 0; row < ROWS && kind === KIND_DOUBLE; row++) {
    const value = rng.chance(0.2) ? rng.pick([Number.NaN, 1 / 0, -1 / 0, 0, -0]) : randomDouble(rng);
    view.setFloat64(8 * row, value, true);
  }
  // Whole 128 bits are more than any decimal has.
  for (let row = 0; row < ROWS && kind === KIND_WIDE_DECIMAL; row++) view.setBigInt64(16 * row + 8, 0n, true);
  return { name, kind, width, scale, bytes, texts: [], valid };
}

/** The lines that the kernel writes into `room` bytes, and the row that is next. */
function assemble({ test: { heap }, jsonl, base }: Bench, columns: readonly Column[], separator: number, room: number) {
  let free = base + PAGE_BYTES;
  const put = (bytes: Uint8Array): number => {
    const address = free;
    heap.u8.set(bytes, address);
    free += Math.ceil((bytes.length + 1) / 16) * 16;
    return address;
  };
  columns.forEach(({ name, kind, width, scale, bytes, texts, valid }, i) => {
    const literal = encoder.encode(`${i === 0 ? '{' : ','}${JSON.stringify(name)}:`);
    const values = put(bytes);
    texts.forEach((text, row) => {
      const utf8 = encoder.encode(text);
      heap.u32.set([put(utf8), utf8.length], (values + 8 * row) >>> 2);
    });
    const validity = put(Uint8Array.from(valid, Number));
    const words = [kind, values, width, validity, 1, scale, put(literal), literal.length];
    heap.u32.set(words, (base + 16 + i * OBJECT_COLUMN_BYTES) >>> 2);
  });
  assert.ok(free < base + 5 * PAGE_BYTES);
  const out = base + 5 * PAGE_BYTES;
  const next = jsonl.assembleObjects(base + 16, columns.length, 0, 0, ROWS, separator, out, room, base);
  return { next, text: decoder.decode(heap.u8.slice(out, out + heap.u32[base >>> 2])) };
}

test('assemble: kernel and twin write the same, up to the same row', () => {
  for (let seed = 1; seed <= 400; seed++) {
    const rng = random(seed);
    const names = ['a', 'with "quotes"', 'å', 'a name of more than sixteen bytes'];
    const columns = names.slice(0, rng.between(1, 4)).map((name) => randomColumn(rng, name));
    const room = rng.chance(0.5) ? 2 * PAGE_BYTES : rng.between(200, 4000);
    const separator = rng.chance(0.3) ? 44 : 0;
    const { next, text } = agree((bench) => assemble(bench, columns, separator, room), `seed ${rng.seed}`);
    const lines = text.split('\n').slice(0, -1);
    assert.equal(lines.length, next, `seed ${rng.seed}`);
    lines.forEach((line, row) => {
      const object = JSON.parse(separator === 0 ? line : line.slice(1)) as Record<string, unknown>;
      assert.deepEqual(
        Object.keys(object),
        columns.map(({ name }) => name),
        `seed ${rng.seed}`,
      );
      for (const { name, kind, texts, valid } of columns) {
        if (!valid[row]) assert.equal(object[name], null);
        else if (kind === KIND_TEXT) assert.equal(object[name], texts[row], `seed ${rng.seed}`);
        else if (kind === KIND_JSON) assert.deepEqual(object[name], JSON.parse(texts[row]));
      }
    });
  }
});
