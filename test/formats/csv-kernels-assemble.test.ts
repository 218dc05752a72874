/** The kernel that writes rows against its twin and columnar/text.ts. */
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
  TIMESTAMP,
} from '../../src/columnar/data-type.js';
import { formatValue } from '../../src/columnar/text.js';
import type { Value } from '../../src/columnar/value.js';
import {
  ASSEMBLE_COLUMN_BYTES,
  KIND_BIGINT,
  KIND_BOOLEAN,
  KIND_DATE,
  KIND_DECIMAL,
  KIND_DOUBLE,
  KIND_INT,
  KIND_TIMESTAMP,
  KIND_WIDE_DECIMAL,
} from '../../src/kernels/csv-kernels.js';
import { PAGE_BYTES } from '../../src/memory/heap.js';
import { type Random, random } from '../support/random.js';
import { agree, type Bench, randomDouble } from './support/kernel-benches.js';

const VALUES: readonly { readonly type: DataType; readonly make: (rng: Random) => NonNullable<Value> }[] = [
  { type: BOOLEAN, make: (rng) => rng.chance(0.5) },
  { type: INT, make: (rng) => rng.pick([0, 7, -1, 99, 100, 2147483647, -2147483648, rng.int(2 ** 31) >> rng.int(31)]) },
  { type: BIGINT, make: (rng) => BigInt.asIntN(64, randomBigInt(rng, 64) >> BigInt(rng.int(64))) },
  { type: DOUBLE, make: (rng) => (rng.chance(0.5) ? someDouble(rng) : finite(randomDouble(rng))) },
  { type: decimal(18, 0), make: (rng) => randomBigInt(rng, 59) },
  { type: decimal(18, 2), make: (rng) => randomBigInt(rng, 59) >> BigInt(rng.int(58)) },
  { type: decimal(18, 18), make: (rng) => randomBigInt(rng, 59) >> BigInt(rng.int(58)) },
  { type: decimal(38, 0), make: (rng) => randomBigInt(rng, 126) },
  { type: decimal(38, 10), make: (rng) => randomBigInt(rng, 126) >> BigInt(rng.int(120)) },
  { type: decimal(38, 38), make: (rng) => randomBigInt(rng, 126) >> BigInt(rng.int(120)) },
  { type: DATE, make: (rng) => (rng.chance(0.5) ? rng.int(40000) - 10000 : rng.int(4294967290) - 2147483645) },
  { type: TIMESTAMP, make: (rng) => randomTime(rng) },
];

function randomBigInt(rng: Random, bits: number): bigint {
  let value = 0n;
  for (let i = 0; i < bits; i += 16) value = (value << 16n) | BigInt(rng.int(65536));
  value = BigInt.asUintN(bits, value);
  return rng.chance(0.5) ? value : -value;
}

function randomTime(rng: Random): bigint {
  const scale = rng.pick([1n, 1000n, 1_000_000n, 86_400_000_000n]);
  return (randomBigInt(rng, 50) / scale) * scale;
}

function someDouble(rng: Random): number {
  const special = [
    0,
    -0,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    1e15,
    1e16,
    1e-4,
    1e-5,
    5e-324,
  ];
  if (rng.chance(0.1)) return rng.pick(special);
  return Number(((rng.next() - 0.5) * 10 ** rng.between(-8, 20)).toPrecision(rng.between(1, 17)));
}

function finite(value: number): number {
  return Number.isNaN(value) ? 1 : value;
}

test('assemble: every type is written as columnar/text.ts says', () => {
  for (let seed = 1; seed <= 200; seed++) {
    const rng = random(seed);
    const rows = Array.from({ length: 20 }, () => VALUES.map(({ make }) => (rng.chance(0.1) ? null : make(rng))));
    const selection = Array.from({ length: 20 }, (_, row) => row).filter(() => rng.chance(0.7));
    const text = agree((bench) => assembleScalars(bench, rows, selection), `seed ${rng.seed}`);
    const expected = selection.map((row) =>
      rows[row].map((value, c) => (value === null ? '' : formatValue(value, VALUES[c].type))).join(';'),
    );
    assert.equal(text, expected.map((line) => `${line}\n`).join(''), `seed ${rng.seed}`);
  }
});

const KINDS: Readonly<Partial<Record<DataType['kind'], number>>> = {
  boolean: KIND_BOOLEAN,
  int: KIND_INT,
  bigint: KIND_BIGINT,
  double: KIND_DOUBLE,
  date: KIND_DATE,
  timestamp: KIND_TIMESTAMP,
  decimal: KIND_DECIMAL,
};

function kindOf(type: DataType): number {
  return type.kind === 'decimal' && type.precision > 18 ? KIND_WIDE_DECIMAL : KINDS[type.kind]!;
}

function assembleScalars(
  { test: { heap }, kernels, base }: Bench,
  rows: readonly Value[][],
  selection: number[],
): string {
  VALUES.forEach(({ type }, c) => {
    const [values, validity] = [base + PAGE_BYTES + c * 1024, base + PAGE_BYTES + c * 1024 + 512];
    rows.forEach((row, r) => {
      const value = row[c];
      heap.u8[validity + r] = value === null ? 0 : 1;
      const physical = physicalOf(type);
      if (physical === 'u8') heap.u8[values + r] = value ? 1 : 0;
      else if (physical === 'i32') heap.i32[values / 4 + r] = Number(value);
      else if (physical === 'f64') heap.f64[values / 8 + r] = Number(value);
      else if (physical === 'i64') heap.i64[values / 8 + r] = BigInt(value ?? 0);
      else {
        heap.u64[values / 8 + 2 * r] = BigInt.asUintN(64, BigInt(value ?? 0));
        heap.i64[values / 8 + 2 * r + 1] = BigInt(value ?? 0) >> 64n;
      }
    });
    const scale = type.kind === 'decimal' ? type.scale : 0;
    const column = [kindOf(type), values, PHYSICAL_BYTES[physicalOf(type)], validity, 1, scale];
    heap.u32.set(column, (base + 16 + c * ASSEMBLE_COLUMN_BYTES) >>> 2);
  });
  const list = base + 2 * PAGE_BYTES;
  heap.u32.set(selection, list >>> 2);
  const out = base + 3 * PAGE_BYTES;
  const args = [base + 16, VALUES.length, list, 0, selection.length, 59, out, PAGE_BYTES, base] as const;
  assert.equal(kernels.assembleRows(...args), selection.length);
  return new TextDecoder().decode(heap.u8.slice(out, out + heap.u32[base >>> 2]));
}
