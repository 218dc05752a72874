/** The kernel that packs texts against its twin, and the order of the texts against that of the rows. */
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
  physicalOf,
  STRING,
} from '../../src/columnar/data-type.js';
import type { Value } from '../../src/columnar/value.js';
import { COLUMN_BYTES, DESCENDING, NULLS_FIRST } from '../../src/kernels/assembly/state-layout.js';
import {
  PACK_ENTRY,
  PACK_FLAGS,
  PACK_HAS_CONDITION,
  PACK_HEAD,
  PACK_KEYS,
  PACK_NEEDED,
  PACK_PHYSICAL,
  PACK_POSITION,
  PACK_SKIPS_NULL_KEYS,
  PACK_SKIPS_NULL_VALUES,
  PACK_TAKES_LAST,
} from '../../src/kernels/assembly/state-pack-layout.js';
import { PAGE_BYTES } from '../../src/memory/heap.js';
import { PHYSICAL_CODES } from '../../src/state/groups/row-layout.js';
import { describeColumn } from '../../src/state/groups/table-memory.js';
import { compareValues } from '../support/aggregate-reference.js';
import { Region } from '../support/columns.js';
import { type Random, random } from '../support/random.js';
import { testMemory } from '../support/task-memory.js';

const TYPES = [BOOLEAN, INT, BIGINT, DOUBLE, decimal(38, 0), STRING, DATE];
const ROWS = 60;
const FLAGS = [PACK_SKIPS_NULL_VALUES, PACK_SKIPS_NULL_KEYS, PACK_TAKES_LAST, PACK_HAS_CONDITION];

function randomValue(rng: Random, type: DataType): Value {
  if (rng.chance(0.15)) return null;
  const n = rng.int(9) - 4;
  if (type.kind === 'boolean') return n > 0;
  if (type.kind === 'double') return rng.pick([n, -0, Number.NaN, n / 3, -1 / 0, 1e300 * n]);
  if (type.kind === 'string') return rng.pick(['', `${n}`, '\u0000\u0001', 'a text of some length', 'é'.repeat(9 + n)]);
  return type.kind === 'int' || type.kind === 'date' ? n * 0x10001 : BigInt(n) ** 3n;
}

interface Case {
  readonly keys: readonly { readonly type: DataType; readonly order: number }[];
  readonly value: DataType;
  readonly flags: number;
  readonly rows: readonly (readonly Value[])[];
}

function randomCase(rng: Random): Case {
  const keys = Array.from({ length: rng.int(4) }, () => ({ type: rng.pick(TYPES), order: rng.int(4) }));
  const value = rng.pick(TYPES);
  const types = [...keys.map(({ type }) => type), value, BOOLEAN];
  const rows = Array.from({ length: ROWS }, () => types.map((type) => randomValue(rng, type)));
  return { keys, value, flags: FLAGS.filter(() => rng.chance(0.4)).reduce((sum, flag) => sum | flag, 0), rows };
}

/** The text of each row; undefined: it does not count. `room`: bytes that the texts of a call may take. */
function pack(which: 'wasm' | 'twins', { keys, value, flags, rows }: Case, room: number): (Buffer | undefined)[] {
  const { heap, memory, kernels } = testMemory(60);
  const region = new Region(heap, memory.allocate(40, 'the test'), 40 * PAGE_BYTES);
  const [control, columns] = [region.place(PACK_HEAD + 8 * PACK_ENTRY), region.place(8 * COLUMN_BYTES)];
  const [out, values, validity] = [region.place(room), region.place(8 * ROWS), region.place(ROWS)];
  const types = [...keys.map(({ type }) => type), value, BOOLEAN];
  for (const [c, type] of types.entries()) {
    const vector = region.vector(
      type,
      rows.map((row) => row[c]),
    );
    describeColumn(heap, columns + c * COLUMN_BYTES, vector);
  }
  heap.u32[(control + PACK_KEYS) >>> 2] = keys.length;
  heap.u32[(control + PACK_FLAGS) >>> 2] = flags;
  heap.u32[(control + PACK_PHYSICAL) >>> 2] = PHYSICAL_CODES[physicalOf(value)];
  for (const [k, { type, order }] of keys.entries()) {
    heap.u32.set([PHYSICAL_CODES[physicalOf(type)], order], (control + PACK_HEAD + k * PACK_ENTRY) >>> 2);
  }
  const selection = region.selection([...rows.keys()]);
  const { packTexts } = kernels(which).state;
  const texts: (Buffer | undefined)[] = [];
  for (let from = 0; from < ROWS; ) {
    heap.u64[(control + PACK_POSITION) >>> 3] = 0xfffffff0n + BigInt(from);
    const to = packTexts(control, columns, selection, from, ROWS, out, out + room, values, validity) >>> 0;
    assert.ok(to > from, `${heap.u32[(control + PACK_NEEDED) >>> 2]} bytes for a row, of ${room}`);
    for (let row = from; row < to; row++) {
      const at = heap.u32[(values >>> 2) + 2 * row];
      const bytes = heap.u32[(values >>> 2) + 2 * row + 1];
      texts.push(heap.u8[validity + row] === 0 ? undefined : Buffer.from(heap.u8.slice(at, at + bytes)));
    }
    from = to;
  }
  return texts;
}

function counts({ keys, flags }: Case, row: readonly Value[]): boolean {
  if (flags & PACK_SKIPS_NULL_KEYS && row.slice(0, keys.length).includes(null)) return false;
  if (flags & PACK_SKIPS_NULL_VALUES && row[keys.length] === null) return false;
  return !(flags & PACK_HAS_CONDITION) || row[keys.length + 1] === true;
}

function compareRows({ keys, flags, rows }: Case, a: number, b: number): number {
  for (const [k, { order }] of keys.entries()) {
    const [x, y] = [rows[a][k], rows[b][k]];
    if (x === null || y === null) {
      if (x !== y) return (x === null) === ((order & NULLS_FIRST) !== 0) ? -1 : 1;
      continue;
    }
    const result = compareValues(x, y);
    if (result !== 0) return order & DESCENDING ? -result : result;
  }
  return flags & PACK_TAKES_LAST ? b - a : a - b;
}

test('texts of rows are in the order of the rows, kernel and twin alike', () => {
  const rng = random(31);
  for (let round = 0; round < 150; round++) {
    const given = randomCase(rng);
    const hint = `seed ${rng.seed}, round ${round}`;
    const room = rng.pick([400, 1000, 40_000]);
    const texts = pack('wasm', given, room);
    assert.deepEqual(texts, pack('twins', given, room), hint);
    const counted = [...given.rows.keys()].filter((row) => counts(given, given.rows[row]));
    assert.deepEqual(
      texts.flatMap((text, row) => (text === undefined ? [] : [row])),
      counted,
      hint,
    );
    const byText = [...counted].sort((a, b) => Buffer.compare(texts[a]!, texts[b]!));
    assert.deepEqual(
      byText,
      [...counted].sort((a, b) => compareRows(given, a, b)),
      hint,
    );
  }
});
