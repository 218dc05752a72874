/** Random columns in memory, biased to the edges, where kernels and loops go wrong. */
import { type DataType, PHYSICAL_BYTES, physicalOf } from '../../../../src/columnar/data-type.js';
import type { Value } from '../../../../src/columnar/value.js';
import { createVector, type Vector } from '../../../../src/columnar/vector.js';
import { writeValue } from '../../../../src/expr/compiler/row-values.js';
import type { Heap } from '../../../../src/memory/heap.js';
import type { Random } from '../../../support/random.js';

const DOUBLES = [
  0,
  -0,
  1,
  -1,
  0.1,
  0.5,
  1.5,
  2.5,
  -2.5,
  1e308,
  -1e308,
  5e-324,
  Number.NaN,
  Infinity,
  -Infinity,
  2 ** 53,
];
const TEXTS = [
  '',
  'a',
  'b',
  'ab',
  'Abc',
  'abcdefghijklmnopqrstuvwxyz',
  ' a ',
  'é',
  'ÆØÅ',
  '日本',
  '😀x',
  'a%b_c',
  '12',
  '-1.5',
];
const LETTERS = ['a', 'b', 'A', 'Z', ' ', '%', '_', '0', '9', 'é', '日', '😀', '-', '.'];

function randomBits(random: Random, bits: number): bigint {
  let value = 0n;
  for (let i = 0; i < 4; i++) value = (value << 32n) | BigInt(random.int(2 ** 32));
  return value >> (128n - BigInt(random.between(1, bits)));
}

/** An integer of magnitude below `limit`. */
function randomInteger(random: Random, limit: bigint): bigint {
  const edge = random.pick([0n, 1n, 2n, 5n, 10n, limit - 1n, limit - 2n, limit / 2n]);
  const magnitude = random.chance(0.4) ? edge % limit : randomBits(random, 128) % limit;
  const small = random.chance(0.3) ? magnitude % 1000n : magnitude;
  return random.chance(0.5) ? -small : small;
}

/** A value as somebody may write it: with blanks, escapes, keys that stand twice. */
export function randomJson(random: Random, depth: number): string {
  const blank = (): string => (random.chance(0.1) ? random.pick([' ', '\n', ' \t ']) : '');
  const items = (make: () => string): string =>
    Array.from({ length: random.int(4) }, () => blank() + make() + blank()).join(',');
  if (depth > 0 && random.chance(0.4)) {
    return `{${items(() => `${randomJsonString(random)}${blank()}:${blank()}${randomJson(random, depth - 1)}`)}${blank()}}`;
  }
  if (depth > 0 && random.chance(0.4)) return `[${items(() => randomJson(random, depth - 1))}${blank()}]`;
  if (random.chance(0.4)) return randomJsonString(random);
  return random.pick(['null', 'true', 'false', '0', '-0', '12', '-1.50', '1e3', '2E-7', '12345678901234567890']);
}

const ESCAPES = ['\\n', '\\"', '\\\\', '\\/', '\\u00e9', '\\ud83d\\ude00', '\\u0041', '\\t'];

function randomJsonString(random: Random): string {
  if (random.chance(0.5)) return random.pick(['"a"', '"b"', '"k"', '"k.x"', '""', '"a b"', '"\\u006b"']);
  const character = (): string => random.pick([...LETTERS, ...ESCAPES]);
  return `"${Array.from({ length: random.int(25) }, character).join('')}"`;
}

export function randomValue(random: Random, type: DataType): Exclude<Value, null> {
  switch (type.kind) {
    case 'boolean':
      return random.chance(0.5);
    case 'int':
      return random.chance(0.1) ? -2147483648 : Number(randomInteger(random, 1n << 31n));
    case 'date':
      return random.chance(0.8) ? random.between(-30000, 30000) : Number(randomInteger(random, 2147483647n));
    case 'bigint':
      return random.chance(0.05) ? -(1n << 63n) : randomInteger(random, 1n << 63n);
    case 'timestamp':
      return randomInteger(random, random.chance(0.8) ? 10n ** 16n : 9223286400000000000n);
    case 'decimal':
      return randomInteger(random, 10n ** BigInt(type.precision));
    case 'double':
      return random.chance(0.5) ? random.pick(DOUBLES) : (random.next() - 0.5) * 10 ** random.between(-3, 12);
    case 'string':
      if (random.chance(0.5)) return random.pick(TEXTS);
      return Array.from({ length: random.int(30) }, () => random.pick(LETTERS)).join('');
    case 'bytes':
      return Array.from({ length: random.int(20) }, () => String.fromCharCode(random.int(256))).join('');
    case 'json':
      return randomJson(random, 3);
  }
}

/** The values as a vector; constant when there is one value for all rows. */
export function vectorOf(
  heap: Heap,
  allocate: (bytes: number) => number,
  type: DataType,
  values: readonly Value[],
  isConstant = false,
): Vector {
  const physical = physicalOf(type);
  const hasNulls = values.includes(null);
  const address = allocate(Math.max(1, values.length) * PHYSICAL_BYTES[physical]) >>> 0;
  const validity = hasNulls ? allocate(values.length) >>> 0 : 0;
  values.forEach((value, i) => {
    if (hasNulls) heap.u8[validity + i] = value === null ? 0 : 1;
    if (value !== null) writeValue(heap, { type, physical }, address, i, value, allocate);
  });
  return createVector(type, address, validity, isConstant);
}

/** `rows` random values, some null if `nulls` > 0. */
export function randomValues(random: Random, type: DataType, rows: number, nulls: number): Value[] {
  return Array.from({ length: rows }, () => (random.chance(nulls) ? null : randomValue(random, type)));
}

/** Ascending row numbers, each with the probability. */
export function randomSelection(random: Random, rows: number, probability: number): number[] {
  return Array.from({ length: rows }, (_, row) => row).filter(() => random.chance(probability));
}
