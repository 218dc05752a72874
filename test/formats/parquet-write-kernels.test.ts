/**
 * The kernels that write Parquet against their twins: the same inputs leave the same bytes. Would catch a run that ends one number
 * too late, a text that is copied over the next, a greatest text cut short, two values of a dictionary taken for one.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BIGINT,
  BOOLEAN,
  type DataType,
  DOUBLE,
  decimal,
  INT,
  PHYSICAL_BYTES,
  STRING,
} from '../../src/columnar/data-type.js';
import type { Value } from '../../src/columnar/value.js';
import { plainLayout } from '../../src/formats/parquet/column-shape.js';
import type { ParquetKernels } from '../../src/kernels/parquet-kernels.js';
import {
  BOUNDS_BYTES,
  DICTIONARY_BYTES,
  DICTIONARY_MASK,
  DICTIONARY_MAX_BYTES,
  DICTIONARY_MAX_ENTRIES,
  DICTIONARY_PLACES,
  DICTIONARY_TABLE,
  DICTIONARY_VALUES,
  PLAIN_BYTE,
  PLAIN_TEXT,
} from '../../src/kernels/parquet-write-kernels.js';
import { PAGE_BYTES } from '../../src/memory/heap.js';
import { Region } from '../support/columns.js';
import { type Random, random } from '../support/random.js';
import { testMemory } from '../support/task-memory.js';

const SLOTS = 1024;
const TYPES = [BOOLEAN, INT, BIGINT, DOUBLE, decimal(9, 2), decimal(18, 2), decimal(38, 2), STRING];

function value(rng: Random, type: DataType, distinct: number): Value {
  const n = rng.int(distinct);
  switch (type.kind) {
    case 'boolean':
      return n % 2 === 1;
    case 'int':
      return (n * 0x1234567) | 0;
    case 'double':
      return [Number.NaN, n, -n, 0.1 * n, -1e300, 5e-324, Number.POSITIVE_INFINITY][n % 7];
    case 'string':
      return 'a'.repeat([0, 1, 7, 8, 9, 30, 63, 64, 65, 200][n % 10]) + ['', 'b', '\u00fc', '\u0000'][n % 4];
    case 'decimal':
      if (type.precision > 18) return (BigInt(n) - 40n) ** 17n;
      return type.precision > 9 ? (BigInt(n) - 40n) ** 9n : BigInt(n) - 40n;
    default:
      return BigInt(n) * 0x123456789abn - 500n;
  }
}

/** Everything that a column goes through, and what it leaves. */
function traceOf(seed: number, which: 'wasm' | 'twins'): readonly unknown[] {
  const rng = random(seed);
  const { heap, kernels } = testMemory(64);
  const { parquet }: { parquet: ParquetKernels } = kernels(which);
  const region = new Region(heap, PAGE_BYTES, 30 * PAGE_BYTES);
  const trace: unknown[] = [];
  const show = (address: number, bytes: number): void =>
    void trace.push(Buffer.from(heap.u8.slice(address, address + bytes)).toString('hex'));

  const type = rng.pick(TYPES);
  const { kind } = plainLayout(type);
  const rows = rng.pick([1, 8, 9, 100, 700]);
  const [distinct, nulls] = [rng.pick([1, 3, 40, 1000]), rng.pick([0, 0.1, 0.9, 1])];
  const runs = rng.pick([1, 1, 30]);
  const isConstant = rng.chance(0.1);
  let last: Value = null;
  const values = Array.from({ length: isConstant ? 1 : rows }, (_, i) => {
    if (i % runs === 0) last = rng.chance(nulls) ? null : value(rng, type, distinct);
    return last;
  });
  const { values: from, validity, physical } = region.vector(type, values, isConstant);
  const selected = Array.from({ length: rows }, (_, i) => i).filter(() => rng.chance(0.7));
  const selection = rng.chance(0.5) ? 0 : region.selection(selected);
  const end = selection === 0 ? rows : selected.length;
  const begin = rng.int(end + 1);
  const [stride, step] = isConstant ? [0, 0] : [PHYSICAL_BYTES[physical], 1];

  const out = region.place(rows * 260 + 64) + rng.int(5);
  const valid = region.place(rows + 16);
  const bytes = parquet.appendPlain(kind, from, stride, validity, step, selection, begin, end, out, valid);
  const count = parquet.countValid(valid, end - begin);
  trace.push(bytes, count);
  show(out, bytes);
  show(valid, end - begin);
  if (kind === PLAIN_TEXT) {
    trace.push(parquet.plainTextBytes(from, stride, validity, step, selection, begin, end));
    const taken = region.place(8);
    for (const limit of [1, 100, 5000, 0xffff_ffff]) {
      trace.push(
        parquet.takeTextRows(out, rng.chance(0.2) && count === end - begin ? 0 : valid, end - begin, limit, taken),
      );
      show(taken, 8);
    }
  }

  const bounds = [region.place(BOUNDS_BYTES), region.place(BOUNDS_BYTES)];
  for (const each of bounds) heap.u8.fill(0, each, each + BOUNDS_BYTES);
  parquet.addBounds(kind, out, count, bounds[0]);
  parquet.mergeBounds(kind, bounds[0], bounds[1]);
  parquet.addBounds(kind, out, Math.min(1, count), bounds[1]);
  for (const each of bounds) show(each, BOUNDS_BYTES);

  const packed = region.place(rows * 8 + 256);
  const levels = parquet.packLevels(valid, end - begin, packed);
  show(packed, levels);
  if (kind === PLAIN_BYTE) {
    show(packed, parquet.packBooleans(out, count, packed));
    return trace;
  }

  const dictionary = region.place(DICTIONARY_BYTES);
  const table = region.place(4 * SLOTS);
  const entries = region.place(1 << 18);
  const places = region.place(4 * SLOTS);
  heap.u8.fill(0, dictionary, dictionary + DICTIONARY_BYTES);
  heap.u8.fill(0, table, table + 4 * SLOTS);
  const set = (field: number, to: number): void => {
    heap.u32[(dictionary + field) >>> 2] = to;
  };
  set(DICTIONARY_MAX_ENTRIES, rng.pick([1, 20, 512]));
  set(DICTIONARY_MAX_BYTES, rng.pick([30, 1 << 18]));
  set(DICTIONARY_VALUES, entries);
  set(DICTIONARY_TABLE, table);
  set(DICTIONARY_MASK, SLOTS - 1);
  set(DICTIONARY_PLACES, places);
  const indices = region.place(2 * rows);
  const done = parquet.addToDictionary(kind, dictionary, out, count, indices);
  trace.push(done);
  show(dictionary, 8);
  show(entries, heap.u32[(dictionary >>> 2) + 1]);
  show(indices, 2 * done);
  for (const width of [10, 16]) show(packed, parquet.packIndices(indices, done, width, packed));
  return trace;
}

test('kernels leave what their twins leave', () => {
  for (let seed = 1; seed <= 400; seed++)
    assert.deepEqual(traceOf(seed, 'wasm'), traceOf(seed, 'twins'), `seed ${seed}`);
});
