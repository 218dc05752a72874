/** Normalized keys: their bytes sort as the language does, and decode to the values they were. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  BIGINT,
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  INT,
  PHYSICAL_BYTES,
  physicalOf,
  STRING,
} from '../../src/columnar/data-type.js';
import type { Value } from '../../src/columnar/value.js';
import { createVector } from '../../src/columnar/vector.js';
import {
  COLUMN_BYTES,
  SORT_SCRATCH_BYTES,
  TABLE_BYTES,
  TABLE_DIRECTORY,
  TABLE_HASH_MASK,
  TABLE_LAYOUT,
  TABLE_LIMIT,
  TABLE_OUT,
  TABLE_ROW_END,
  TABLE_ROW_NEXT,
  TABLE_SLOTS,
  TABLE_TAIL_END,
  TABLE_TAIL_NEXT,
  TABLE_TEXT_LIMIT,
} from '../../src/kernels/assembly/state-layout.js';
import { rowLayout, writeLayout } from '../../src/state/groups/row-layout.js';
import { compareValues } from '../support/aggregate-reference.js';
import { Region, valueAt } from '../support/columns.js';
import { type Random, random } from '../support/random.js';
import { testMemory } from '../support/task-memory.js';

const TYPES = [BOOLEAN, INT, BIGINT, DOUBLE, decimal(18, 2), decimal(38, 0), STRING, DATE];

function edgeValue(rng: Random, type: DataType, long: number): Value {
  if (rng.chance(0.1)) return null;
  const small = rng.int(9) - 4;
  switch (physicalOf(type)) {
    case 'u8':
      return rng.chance(0.5);
    case 'i32':
      return rng.pick([small, 2 ** 31 - 1 - rng.int(300), -(2 ** 31) + rng.int(300), rng.int(70000)]);
    case 'i64':
      return rng.pick([BigInt(small), 2n ** 63n - 1n - BigInt(rng.int(9)), -(2n ** 63n), BigInt(small) << 40n]);
    case 'i128':
      return rng.pick([BigInt(small), 10n ** 38n - BigInt(rng.int(9)), -(10n ** 37n), BigInt(small) << 64n]);
    case 'f64':
      return rng.pick([small, small / 3, -0, Number.NaN, 1 / 0, -1 / 0, 5e-324, -5e-324, small * 1e300]);
    default: {
      const start = rng.chance(0.3) ? 'p'.repeat(rng.int(long)) : '';
      const pieces = ['', '\u0000', '\u0001', '\u0002', 'a', 'b', 'é', '\u{1F600}', '\uFFFF', 'abcdefgh'];
      return start + Array.from({ length: rng.int(5) }, () => rng.pick(pieces)).join('');
    }
  }
}

function compareRows(a: readonly Value[], b: readonly Value[]): number {
  for (const [k, x] of a.entries()) {
    const y = b[k];
    if ((x === null) !== (y === null)) return x === null ? 1 : -1;
    const order = compareValues(x, y);
    if (order !== 0) return order;
  }
  return 0;
}

/** Groups the rows by all columns, sorts and writes them as records, decodes the keys of these. */
function sorted(which: 'wasm' | 'twins', types: DataType[], columns: Value[][]): Value[][] {
  const { heap, memory, kernels } = testMemory(400);
  const { state } = kernels(which);
  const rows = columns[0].length;
  const region = new Region(heap, memory.allocate(200, 'inputs'), 200 * 65536);
  const layout = rowLayout(types, []);
  const layoutAt = region.place(1024);
  writeLayout(heap, layoutAt, layout);
  const columnsAt = region.place(types.length * COLUMN_BYTES);
  types.forEach((type, k) => {
    const vector = region.vector(type, columns[k]);
    heap.u32.set(
      [vector.values, PHYSICAL_BYTES[vector.physical], vector.validity, 1],
      (columnsAt + k * COLUMN_BYTES) >>> 2,
    );
  });
  const table = region.place(TABLE_BYTES);
  const set = (field: number, value: number): void => {
    heap.u32[(table + field) >>> 2] = value;
  };
  const slots = 8192;
  set(TABLE_LAYOUT, layoutAt);
  set(TABLE_DIRECTORY, region.place(slots * 8));
  set(TABLE_SLOTS, slots);
  set(TABLE_LIMIT, slots / 2);
  set(TABLE_HASH_MASK, 0xffffffff);
  set(TABLE_TEXT_LIMIT, 0xffffff);
  set(TABLE_ROW_NEXT, memory.allocate(40, 'rows'));
  set(TABLE_ROW_END, heap.u32[(table + TABLE_ROW_NEXT) >>> 2] + 40 * 65536);
  set(TABLE_TAIL_NEXT, memory.allocate(60, 'texts'));
  set(TABLE_TAIL_END, heap.u32[(table + TABLE_TAIL_NEXT) >>> 2] + 60 * 65536);
  assert.equal(state.findAny(table, columnsAt, 0, 0, rows, region.place(4 * rows)) >>> 0, rows);
  const groups = heap.u32[(table + 12) >>> 2];
  state.sortGroups(table, region.place(SORT_SCRATCH_BYTES));
  const out = memory.allocate(90, 'records');
  assert.equal(state.writeGroups(table, 0, groups, out, out + 90 * 65536) >>> 0, groups);
  assert.equal(state.countRecords(out, heap.u32[(table + TABLE_OUT) >>> 2]) >>> 0, groups);
  const [rowsAt, keyAt] = [region.place(4 * groups), region.place(4 * groups)];
  state.indexRecords(layoutAt, out, groups, rowsAt, keyAt);
  const vectors = types.map((type, k) => {
    const values = region.place(groups * 16);
    const validity = region.place(groups);
    state.decodeKeys(layoutAt, k, keyAt, groups, values, validity);
    return createVector(type, values, validity);
  });
  return Array.from({ length: groups }, (_, i) => vectors.map((vector) => valueAt(heap, vector, i)));
}

function check(name: string, seed: number, types: DataType[], rows: number, long = 40): void {
  test(name, () => {
    const rng = random(seed);
    const columns = types.map((type) => Array.from({ length: rows }, () => edgeValue(rng, type, long)));
    const all = columns[0].map((_, row) =>
      columns.map((column) => (typeof column[row] === 'number' ? (column[row] as number) + 0 : column[row])),
    );
    all.sort(compareRows);
    const wanted = all.filter((row, i) => i === 0 || compareRows(all[i - 1], row) !== 0);
    assert.deepEqual(sorted('wasm', types, columns), wanted, `wasm, seed ${seed}`);
    assert.deepEqual(sorted('twins', types, columns), wanted, `twins, seed ${seed}`);
  });
}

for (const [i, type] of TYPES.entries()) {
  for (let round = 0; round < 4; round++) check(`${type.kind}${i} ${round}`, 10 * i + round, [type], 500);
}
check('all types', 100, TYPES, 600);
check('texts with long common beginnings', 101, [STRING, INT], 600, 400);
check('texts with very long common beginnings', 102, [STRING], 300, 5000);
