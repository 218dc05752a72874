/** The expr kernels against their twins: same answers, same bytes written, nothing else touched. */
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
  JSON_TEXT,
  PHYSICAL_BYTES,
  STRING,
  TIMESTAMP,
} from '../../../src/columnar/data-type.js';
import { formatValue } from '../../../src/columnar/text.js';
import type { Value } from '../../../src/columnar/value.js';
import { likePattern } from '../../../src/expr/compiler/like-pattern.js';
import type { ExprKernels } from '../../../src/kernels/expr-kernels.js';
import type { Heap } from '../../../src/memory/heap.js';
import { type Random, random } from '../../support/random.js';
import { testMemory } from '../../support/task-memory.js';
import { byTier } from '../../support/tier.js';
import { randomSelection, randomValue, randomValues, vectorOf } from './support/random-columns.js';

const NARROW = decimal(18, 4);
const WIDE = decimal(38, 10);
const OUT_BYTES = 16;

/** Column a and b, where to write, and which rows. */
interface Call {
  readonly heap: Heap;
  readonly a: number;
  readonly aStride: number;
  readonly b: number;
  readonly bStride: number;
  readonly out: number;
  readonly validity: number;
  readonly selection: number;
  readonly count: number;
  readonly area: number;
  /** A table that the case prepared. */
  readonly table: number;
}

interface Case {
  readonly name: string;
  readonly a: DataType;
  readonly b?: DataType;
  readonly table?: Uint8Array;
  /** Bytes of a result where the kernel may write rubbish for null rows. */
  readonly rubbish?: number;
  /** The texts of a, of which most say something to the kernel. */
  made?(rng: Random): string;
  /** The texts of a are arrays. */
  readonly onlyArrays?: boolean;
  /** The kernel clears validity itself. */
  readonly needsValidity?: boolean;
  run(kernels: ExprKernels, call: Call): unknown;
}

function rubbishOf(name: string): number {
  if (/^compare/.test(name)) return 1;
  if (/^(arithmeticI64|subtractI32|widenI32|i64ToF64)/.test(name)) return 8;
  if (/^negateI128/.test(name)) return 16;
  const shape = /^(?:addDecimal .|multiplyDecimal) (\d)/.exec(name)?.[1];
  return shape === undefined ? 0 : Number(shape) & 4 ? 16 : 8;
}

const cases: Case[] = [];
const add = (name: string, a: DataType, b: DataType | undefined, run: Case['run'], rest: Partial<Case> = {}): void => {
  cases.push({ name, a, b, run, rubbish: rubbishOf(name), ...rest });
};

for (const op of [0, 1, 2]) {
  for (const precision of [0, 4, 18]) {
    add(`arithmeticI64 ${op} ${precision}`, BIGINT, BIGINT, (k, c) =>
      k.arithmeticI64(op, c.a, c.aStride, c.b, c.bStride, c.out, precision, c.validity, c.selection, c.count),
    );
  }
}
for (const op of [0, 1]) {
  add(`negateI64 ${op}`, BIGINT, undefined, (k, c) =>
    k.negateI64(op, c.a, c.aStride, c.out, c.validity, c.selection, c.count),
  );
  add(`negateI128 ${op}`, WIDE, undefined, (k, c) =>
    k.negateI128(op, c.a, c.aStride, c.out, c.validity, c.selection, c.count),
  );
  add(
    `divideI64 ${op}`,
    BIGINT,
    BIGINT,
    (k, c) => k.divideI64(op, c.a, c.aStride, c.b, c.bStride, c.out, c.validity, c.selection, c.count),
    { needsValidity: true },
  );
  add(`caseText ${op}`, STRING, undefined, (k, c) =>
    k.caseText(op, c.a, c.aStride, c.out, c.area, c.validity, c.selection, 0, c.count),
  );
}
for (const op of [0, 1, 2, 3]) {
  for (const [kernel, type] of [
    ['compareI64', BIGINT],
    ['compareI128', WIDE],
    ['compareText', STRING],
  ] as const) {
    add(`${kernel} ${op}`, type, type, (k, c) =>
      k[kernel](op, c.a, c.aStride, c.b, c.bStride, c.out, c.validity, c.selection, c.count),
    );
  }
}
add('subtractI32', DATE, DATE, (k, c) =>
  k.subtractI32(c.a, c.aStride, c.b, c.bStride, c.out, c.validity, c.selection, c.count),
);
for (const [kernel, type] of [
  ['widenI32', INT],
  ['narrowI64', BIGINT],
  ['i64ToF64', BIGINT],
  ['dateToTimestamp', DATE],
  ['timestampToDate', TIMESTAMP],
  ['lengthText', STRING],
] as const) {
  add(kernel, type, undefined, (k, c) => k[kernel](c.a, c.aStride, c.out, c.validity, c.selection, c.count));
}
for (const [width, type] of [
  [0, STRING],
  [1, BOOLEAN],
  [4, INT],
  [8, BIGINT],
  [16, WIDE],
  [64, DOUBLE],
] as const) {
  add(`distinctMark ${width}`, type, undefined, (k, c) =>
    k.distinctMark(width, c.a, c.aStride, c.out, c.validity, c.selection, c.count),
  );
}
for (const [a, b] of [
  [NARROW, NARROW],
  [NARROW, WIDE],
  [WIDE, NARROW],
  [WIDE, WIDE],
] as const) {
  const operands = Number(a === WIDE) + 2 * Number(b === WIDE);
  for (const [outWide, precisions] of [
    [4, [19, 38]],
    [0, [0, 18]],
  ] as const) {
    for (const precision of precisions) {
      const shape = operands + outWide;
      for (const op of [0, 1]) {
        add(`addDecimal ${op} ${shape} ${precision}`, a, b, (k, c) =>
          k.addDecimal(op, shape, c.a, c.aStride, c.b, c.bStride, c.out, precision, c.validity, c.selection, c.count),
        );
      }
      add(`multiplyDecimal ${shape} ${precision}`, a, b, (k, c) =>
        k.multiplyDecimal(shape, c.a, c.aStride, c.b, c.bStride, c.out, precision, c.validity, c.selection, c.count),
      );
    }
  }
}
for (const by of [-38, -20, -19, -10, -9, -1, 0, 1, 9, 18, 20, 38]) {
  for (const [type, shape, precision] of [
    [NARROW, 0, 18],
    [NARROW, 4, 38],
    [WIDE, 1, 0],
    [WIDE, 5, 38],
    [WIDE, 1 + 16, 0],
    [INT, 8, 18],
    [INT, 8 + 4, 30],
  ] as const) {
    add(`rescaleDecimal ${by} ${shape}`, type, undefined, (k, c) =>
      k.rescaleDecimal(shape, c.a, c.aStride, by, c.out, precision, c.validity, c.selection, c.count),
    );
  }
}
add('addMicros', TIMESTAMP, BIGINT, (k, c) =>
  k.addMicros(c.a, c.aStride, c.b, c.bStride, c.out, c.validity, c.selection, c.count),
);
for (let part = 0; part <= 16; part++) {
  add(`partOfDate ${part}`, DATE, undefined, (k, c) =>
    k.partOfDate(part, c.a, c.aStride, c.out, c.validity, c.selection, c.count),
  );
  add(`partOfTimestamp ${part}`, TIMESTAMP, undefined, (k, c) =>
    k.partOfTimestamp(part, c.a, c.aStride, c.out, c.validity, c.selection, c.count),
  );
  if (part > 12) continue;
  add(`truncateTimestamp ${part}`, TIMESTAMP, undefined, (k, c) =>
    k.truncateTimestamp(part, c.a, c.aStride, c.out, c.validity, c.selection, c.count),
  );
}
// The validity of these is of positions.
add('measureTexts', STRING, undefined, (k, c) => k.measureTexts(c.a, c.aStride, c.validity, c.selection, c.count), {
  needsValidity: true,
});
add(
  'packTexts',
  STRING,
  undefined,
  (k, c) => k.packTexts(c.a, c.aStride, c.validity, c.selection, c.count, c.out, c.area),
  { needsValidity: true },
);
add('placeTexts', STRING, undefined, (k, c) => (c.aStride === 0 ? 0 : k.placeTexts(c.a, c.count, c.area)));
for (const where of [0, 1, 2]) {
  add(`searchText ${where}`, STRING, STRING, (k, c) =>
    k.searchText(where, c.a, c.aStride, c.b, c.bStride, c.out, c.validity, c.selection, c.count),
  );
  add(`trimText ${where + 1}`, STRING, undefined, (k, c) =>
    k.trimText(where + 1, c.a, c.aStride, c.out, c.validity, c.selection, 0, c.count),
  );
}
for (const pattern of [
  '',
  '%',
  'a',
  'a%',
  '%a',
  '%a%',
  'a%b',
  '_',
  '__',
  '%_',
  '_%é',
  'a%_b%_',
  '%ab%',
  '%日_',
  'a!%b%',
  '%%',
]) {
  add(
    `likeText ${pattern}`,
    STRING,
    undefined,
    (k, c) => k.likeText(c.a, c.aStride, c.table, c.out, c.validity, c.selection, c.count),
    { table: likePattern(pattern, '!') as Uint8Array },
  );
}
add(
  'memberI64',
  BIGINT,
  undefined,
  (k, c) => k.memberI64(c.a, c.aStride, c.table, 5, c.out, c.validity, c.selection, c.count),
  { table: new Uint8Array(BigInt64Array.from([-(1n << 63n), -1n, 0n, 5n, (1n << 63n) - 1n]).buffer) },
);
for (const begin of [0, 1, 5, 100, -1, -3, -100]) {
  for (const end of [0, 1, 2, 7, 2147483647, -1, -2, -100]) {
    add(`sliceText ${begin} ${end}`, STRING, undefined, (k, c) =>
      k.sliceText(begin, end, c.a, c.aStride, c.out, c.validity, c.selection, c.count),
    );
  }
}
add('positionText', STRING, STRING, (k, c) =>
  k.positionText(c.a, c.aStride, c.b, c.bStride, c.out, c.validity, c.selection, c.count),
);
add('f64ToI64', DOUBLE, undefined, (k, c) => k.f64ToI64(c.a, c.aStride, c.out, c.validity, c.selection, c.count));
for (const scale of [0, 2, 22]) {
  for (const [shape, type] of [
    [0, NARROW],
    [1, WIDE],
  ] as const) {
    add(`decimalToF64 ${shape} ${scale}`, type, undefined, (k, c) =>
      k.decimalToF64(shape, 10 ** scale, c.a, c.aStride, c.out, c.validity, c.selection, 0, c.count),
    );
  }
  for (const shape of [0, 4]) {
    add(`f64ToDecimal ${shape} ${scale}`, DOUBLE, undefined, (k, c) =>
      k.f64ToDecimal(shape, 10 ** scale, 2 ** 52, c.a, c.aStride, c.out, c.validity, c.selection, 0, c.count),
    );
  }
}
add('parseJson', STRING, undefined, (k, c) => k.parseJson(c.a, c.aStride, c.out, c.validity, c.selection, 0, c.count));
add('parseJson of json', JSON_TEXT, undefined, (k, c) =>
  k.parseJson(c.a, c.aStride, c.out, c.validity, c.selection, 0, c.count),
);
add(
  'jsonText',
  JSON_TEXT,
  undefined,
  (k, c) => k.jsonText(c.a, c.aStride, c.out, c.area, c.validity, c.selection, 0, c.count),
  { needsValidity: true },
);
add(
  'jsonArray',
  JSON_TEXT,
  undefined,
  (k, c) => k.jsonArray(c.a, c.aStride, c.out, c.validity, c.selection, 0, c.count),
  { needsValidity: true },
);
for (const keepsEmpty of [0, 1]) {
  for (const room of [1, 5, 40]) {
    add(
      `unnestJson ${keepsEmpty} ${room}`,
      JSON_TEXT,
      undefined,
      (k, c) => {
        c.heap.u32.set([0, 0], c.area / 4);
        // Into the room of one row alone: what is made of the others is told by its sums.
        const arrays = c.table;
        const seen: number[] = [];
        for (let made = room; made === room; ) {
          const outs = [arrays, arrays + 8 * room, arrays + 8 * room + 64] as const;
          const from = [c.a, c.aStride, c.validity, 1, c.selection, c.count, keepsEmpty, c.area] as const;
          made = k.unnestJson(...from, ...outs, room);
          for (let i = 0; i < made; i++) {
            const isValid = c.heap.u8[outs[1] + i];
            const view = isValid === 0 ? [0, 0] : c.heap.u32.slice(outs[0] / 4 + 2 * i, outs[0] / 4 + 2 * i + 2);
            seen.push(c.heap.u32[outs[2] / 4 + i], isValid, ...view);
          }
        }
        c.heap.u8.fill(0, arrays, arrays + 600);
        return seen.join(' ');
      },
      { table: new Uint8Array(600), onlyArrays: true },
    );
  }
}
/** Paths of the keys k and "a b", and of items. */
for (const [name, path] of Object.entries({
  none: [],
  key: [0, 0, 1],
  item: [1, 1, 0],
  last: [1, -1, 0],
  'key, item': [0, 0, 1, 1, 0, 0],
  'item, key': [1, 0, 0, 0, 1, 3],
})) {
  for (const skipsNull of [0, 1]) {
    add(
      `jsonPath ${name} ${skipsNull}`,
      JSON_TEXT,
      undefined,
      (k, c) => {
        // The keys stand behind the steps.
        const steps = path.length / 3;
        const placed = path.map((word, i) => (i % 3 === 1 && path[i - 1] === 0 ? c.table + 64 + word : word));
        c.heap.u32.set(placed, c.table / 4);
        const args = [c.out, c.validity, c.selection, 0, c.count] as const;
        return k.jsonPath(c.a, c.aStride, c.table, steps, skipsNull, ...args);
      },
      { table: Buffer.concat([Buffer.alloc(64), Buffer.from('ka b')]), needsValidity: true },
    );
  }
}
for (const [kind, type] of [INT, BIGINT, DOUBLE, DATE, TIMESTAMP, BOOLEAN, NARROW, WIDE].entries()) {
  const [precision, scale] = type.kind === 'decimal' ? [type.precision, type.scale] : [0, 0];
  const args = (c: Call) => [precision, scale, c.out, c.validity, c.selection, 0, c.count] as const;
  add(`parseText ${kind}`, STRING, undefined, (k, c) => k.parseText(kind, c.a, c.aStride, ...args(c)), {
    made: (rng) => formatValue(randomValue(rng, type), type),
  });
}
add('concatText', STRING, STRING, (k, c) =>
  k.concatText(c.a, c.aStride, c.b, c.bStride, c.out, c.area, c.validity, c.selection, 0, c.count),
);
for (const [width, type] of [
  [4, INT],
  [8, BIGINT],
] as const) {
  add(`integerToText ${width}`, type, undefined, (k, c) =>
    k.integerToText(width, c.a, c.aStride, c.out, c.area, c.validity, c.selection, 0, c.count),
  );
}
for (const [shape, scale, type] of [
  [0, 0, NARROW],
  [0, 4, NARROW],
  [1, 10, WIDE],
  [1, 38, WIDE],
] as const) {
  add(`decimalToText ${shape} ${scale}`, type, undefined, (k, c) =>
    k.decimalToText(shape, scale, c.a, c.aStride, c.out, c.area, c.validity, c.selection, 0, c.count),
  );
}

test('every kernel does what its twin does', () => {
  const { heap, kernels } = testMemory(64);
  const wasm = kernels('wasm').expr;
  const twin = kernels('twins').expr;
  const rng = random(20261);
  const base = 65536;
  const end = base + 512 * 1024;
  // Not copied anew for each of thousands of calls.
  const used = heap.u8.subarray(base, end);
  const before = new Uint8Array(used.length);
  const wanted = Buffer.alloc(used.length);
  let ran = 0;
  for (const current of cases) {
    for (let round = 0; round < byTier(12, 120); round++) {
      let next = base;
      const allocate = (bytes: number): number => {
        next = Math.ceil(next / 16) * 16 + bytes;
        return next - bytes;
      };
      const rows = rng.pick([1, 3, 40, 130]);
      const column = (
        type: DataType,
        made?: Case['made'],
        toArray?: (value: Value) => string,
      ): { values: number; stride: number } => {
        const isConstant = rng.chance(0.2);
        // mostly small magnitudes in some rounds, so that not every call fails in its first row
        const values = randomValues(rng, type, isConstant ? 1 : rows, 0).map((value) =>
          round % 2 === 1 && typeof value === 'bigint' ? value % 10000n : value,
        );
        const texts = made === undefined ? values : values.map((value) => (rng.chance(0.95) ? made(rng) : value));
        const vector = vectorOf(heap, allocate, type, toArray === undefined ? texts : texts.map(toArray));
        return { values: vector.values, stride: isConstant ? 0 : PHYSICAL_BYTES[vector.physical] };
      };
      const toArray = current.onlyArrays === true ? (value: Value) => `[${[value, value].join(' , ')}]` : undefined;
      const a = column(current.a, current.made, toArray);
      const b = current.b === undefined ? { values: 0, stride: 0 } : column(current.b);
      const isSelected = rng.chance(0.5);
      const selected = isSelected ? randomSelection(rng, rows, 0.6) : [];
      const selection = isSelected ? allocate(rows * 4) : 0;
      selected.forEach((row, k) => {
        heap.u32[selection / 4 + k] = row;
      });
      const hasValidity = current.needsValidity === true || rng.chance(0.5);
      const validity = hasValidity ? vectorOf(heap, allocate, BOOLEAN, randomValues(rng, BOOLEAN, rows, 0)).values : 0;
      const table = current.table === undefined ? 0 : allocate(current.table.length);
      if (current.table !== undefined) heap.u8.set(current.table, table);
      const out = allocate(rows * OUT_BYTES);
      heap.u8.fill(0xa5, out, out + rows * OUT_BYTES);
      const area = allocate(16);
      const room = rng.pick([0, 50, 20000]);
      const bytes = allocate(20000);
      heap.u8.fill(0x5a, bytes, bytes + 20000);
      heap.u32.set([bytes, room, 0], area / 4);
      const call = {
        ...{ heap, a: a.values, aStride: a.stride, b: b.values, bStride: b.stride, out, area, table },
        ...{ validity, selection, count: isSelected ? selected.length : rows },
      };
      before.set(used);
      const expected = current.run(twin, call);
      wanted.set(used);
      used.set(before);
      const found = current.run(wasm, call);
      const { rubbish = 0 } = current;
      if (validity !== 0) {
        for (let row = 0; row < rows; row++) {
          if (heap.u8[validity + row] !== 0) continue;
          heap.u8.fill(0, out + row * rubbish, out + (row + 1) * rubbish);
          wanted.fill(0, out + row * rubbish - base, out + (row + 1) * rubbish - base);
        }
      }
      const label = `${current.name}, round ${round}, seed ${rng.seed}`;
      assert.equal(found, expected, label);
      const isText = /caseText|ToText|jsonText/.test(current.name);
      if (isText) {
        // a kernel may scribble in the free room behind what it took
        const free = heap.u32[area / 4];
        heap.u8.fill(0, free, bytes + 20000);
        wanted.fill(0, free - base, bytes + 20000 - base);
      }
      assert.ok(wanted.equals(used), label);
      ran++;
    }
  }
  assert.ok(ran > 1500);
});
