/** The decode kernels against their twins, the exact parser and JavaScript. */
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
import { parseValue } from '../../src/columnar/text.js';
import { createVector } from '../../src/columnar/vector.js';
import type { CsvKernels } from '../../src/kernels/csv-kernels.js';
import { type Heap, PAGE_BYTES } from '../../src/memory/heap.js';
import { type Random, random } from '../support/random.js';
import { byTier } from '../support/tier.js';
import { vectorValue } from './support/csv-files.js';
import { agree, type Bench, randomDouble } from './support/kernel-benches.js';

/** Of each type. */
const BATCHES = byTier(150, 3000);
const BATCH_FIELDS = 40;

const encoder = new TextEncoder();

const DECODERS: readonly { readonly type: DataType; readonly texts: (rng: Random) => string }[] = [
  { type: INT, texts: integerText },
  { type: BIGINT, texts: integerText },
  { type: DOUBLE, texts: doubleText },
  { type: DATE, texts: dateText },
  { type: TIMESTAMP, texts: timestampText },
  {
    type: BOOLEAN,
    texts: (rng) => rng.pick(['true', 'FALSE', 't', 'N', 'yes', 'no', '1', '0', 'y', 'nO', 'tru', 'falsy', '2', 'on']),
  },
  { type: decimal(12, 2), texts: decimalText },
  { type: decimal(5, 0), texts: decimalText },
  { type: decimal(18, 9), texts: decimalText },
  { type: decimal(18, 18), texts: fractionText },
  { type: decimal(38, 0), texts: decimalText },
  { type: decimal(38, 10), texts: decimalText },
  { type: decimal(25, 25), texts: fractionText },
];

for (const { type, texts } of DECODERS) {
  const { kind } = type;
  const name = kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : kind;
  test(`decode ${name}: kernel, twin and exact parser agree`, () => {
    let taken = 0;
    for (let seed = 1; seed <= BATCHES; seed++) {
      const rng = random(seed);
      const fields = Array.from({ length: BATCH_FIELDS }, () => (rng.chance(0.05) ? '' : texts(rng)));
      const quoted = fields.map((text) => (rng.chance(0.2) ? `"${text}"` : text));
      const hasNulls = rng.chance(0.5);
      const results = agree((bench) => decodeColumn(bench, type, quoted, hasNulls), `seed ${rng.seed}`);
      for (const [i, result] of results.entries()) {
        const label = `seed ${rng.seed}: ${JSON.stringify(quoted[i])}`;
        if (result === 'left') continue;
        taken++;
        if (quoted[i] === '' || (hasNulls && quoted[i] === 'NULL')) assert.equal(result, null, label);
        else assert.deepEqual(result, parseValue(fields[i], type), label);
      }
    }
    const given = BATCHES * BATCH_FIELDS;
    assert.ok(taken > given / 3, `the kernel only took ${taken} of ${given}`);
  });
}

/** Every field as a row of its own, in the first page; answers the address of the index. */
function indexOf(heap: Heap, base: number, fields: readonly string[]): number {
  heap.u8.fill(0x39, base, base + 8192);
  heap.u8.set(encoder.encode(`${fields.join('\n')}\n`), base + 1);
  const ends = base + PAGE_BYTES + 4;
  let at = base + 1;
  heap.u32[(ends >>> 2) - 1] = base;
  fields.forEach((field, i) => {
    at += encoder.encode(field).length;
    heap.u32[(ends >>> 2) + i] = at++;
  });
  return ends;
}

/** A list of texts that mean null. */
function storeNull(heap: Heap, base: number): number {
  const nulls = base + 4 * PAGE_BYTES;
  heap.u32.set([1, 0, nulls + 32, 4], nulls >>> 2);
  heap.u8.set(encoder.encode('NULL'), nulls + 32);
  return nulls;
}

/** Every field as a row of its own; 'left' where the kernel leaves it to the exact parser. */
function decodeColumn(
  { test: { heap }, kernels, base }: Bench,
  type: DataType,
  fields: readonly string[],
  hasNulls: boolean,
): unknown[] {
  const ends = indexOf(heap, base, fields);
  const vector = createVector(type, base + 2 * PAGE_BYTES, base + 3 * PAGE_BYTES);
  const nulls = hasNulls ? storeNull(heap, base) : 0;
  const left: boolean[] = [];
  for (let from = 0; from < fields.length; ) {
    const args = [ends, 4, 34, 0, nulls, from, fields.length, vector.values, vector.validity] as const;
    const answer = decoderOf(kernels, type)(args);
    for (let row = from; row < (answer >= 0 ? answer : fields.length); row++) left[row] = false;
    if (answer < 0) break;
    left[answer] = true;
    from = answer + 1;
  }
  assert.equal(heap.u8[vector.values + fields.length * PHYSICAL_BYTES[physicalOf(type)]] === undefined, false);
  return fields.map((_, row) => (left[row] ? 'left' : vectorValue(heap, vector, row)));
}

test('decode text: kernel and twin agree, for all rows and for selected ones', () => {
  for (let seed = 1; seed <= byTier(300, 6000); seed++) {
    const rng = random(seed);
    const isQuoting = rng.chance(0.5);
    const some = ['', 'NULL', 'a', 'text', 'a text that is longer than a vector'];
    const quoted = ['""', '"NULL"', '"a"', '"a ""quoted"" text"'];
    const fields = Array.from({ length: 40 }, () => rng.pick(isQuoting ? [...some, ...quoted] : some));
    const selected = fields.flatMap((_, row) => (rng.chance(0.3) ? [row] : []));
    const [hasNulls, isSelected, isCopying] = [rng.chance(0.3), rng.chance(0.5), isQuoting && rng.chance(0.5)];
    const newline = rng.chance(0.2) ? 10 : 0;
    const run = ({ test: { heap }, kernels, base }: Bench): unknown => {
      const ends = indexOf(heap, base, fields);
      const [out, validity, scratch] = [base + 2 * PAGE_BYTES, base + 3 * PAGE_BYTES, base + 5 * PAGE_BYTES];
      const selection = base + 6 * PAGE_BYTES;
      heap.u8.fill(0xee, out, validity + PAGE_BYTES);
      heap.u32.set(selected, selection >>> 2);
      heap.u32[scratch >>> 2] = scratch + 16;
      const answer = kernels.decodeText(
        ...([ends, 4, isQuoting ? 34 : -1, 34, newline, hasNulls ? storeNull(heap, base) : 0] as const),
        ...([isSelected ? selection : 0, isSelected ? selected.length : 40, out, validity] as const),
        isCopying ? scratch : 0,
      );
      const rows = isSelected ? selected : fields.map((_, row) => row);
      const texts = rows.map((row) => {
        if (heap.u8[validity + row] === 0) return null;
        const start = heap.u32[(out >>> 2) + 2 * row];
        return new TextDecoder().decode(heap.u8.slice(start, start + heap.u32[(out >>> 2) + 2 * row + 1]));
      });
      const untouched = fields.flatMap((_, row) => (heap.u8[validity + row] === 0xee ? [row] : []));
      return { answer, texts, untouched };
    };
    const { texts, untouched } = agree(run, `seed ${rng.seed}`) as { texts: string[]; untouched: number[] };
    assert.equal(texts.length + untouched.length, 40);
  }
});

type DecodeArgs = readonly [number, number, number, number, number, number, number, number, number];

function decoderOf(kernels: CsvKernels, type: DataType): (args: DecodeArgs) => number {
  switch (type.kind) {
    case 'int':
      return (args) => kernels.decodeI32(...args);
    case 'bigint':
      return (args) => kernels.decodeI64(...args);
    case 'double':
      return (args) => kernels.decodeDouble(...args);
    case 'date':
      return (args) => kernels.decodeDate(...args);
    case 'timestamp':
      return (args) => kernels.decodeTimestamp(...args);
    case 'boolean':
      return (args) => kernels.decodeBoolean(...args);
    case 'decimal':
      return type.precision <= 18
        ? (args) => kernels.decodeDecimal(...args, type.precision, type.scale)
        : (args) => kernels.decodeI128(...args, type.precision, type.scale);
    default:
      throw new Error(type.kind);
  }
}

function digits(rng: Random, most: number): string {
  return Array.from({ length: rng.between(1, most) }, () => rng.int(10)).join('');
}

function decorated(rng: Random, text: string): string {
  const sign = rng.pick(['', '', '', '-', '-', '+']);
  const odd = rng.chance(0.06) ? rng.pick(['x', ' ', '--', '1 1', '٣', 'e', '.', 'NULL']) : '';
  return rng.pick(['', '', '', '', ' ', '\t']) + sign + text + odd + rng.pick(['', '', '', '', '  ']);
}

function integerText(rng: Random): string {
  const special = [
    '2147483647',
    '2147483648',
    '-2147483648',
    '-2147483649',
    '9223372036854775807',
    '-9223372036854775808',
  ];
  return rng.chance(0.1) ? rng.pick(special) : decorated(rng, digits(rng, rng.pick([3, 8, 9, 16, 17, 18, 19, 25])));
}

function decimalText(rng: Random): string {
  const whole = digits(rng, rng.pick([2, 6, 8, 9, 12, 18, 25]));
  const fraction = rng.pick([
    '',
    '.',
    `.${digits(rng, 2)}`,
    `.${digits(rng, 2)}`,
    `.${digits(rng, 12)}`,
    '.005',
    '.995',
    '.49',
    '.5',
  ]);
  return rng.chance(0.05)
    ? rng.pick(['.5', '.', '-.25', '1e3', '99999.5', '999999999999999999.5'])
    : decorated(rng, whole + fraction);
}

function fractionText(rng: Random): string {
  return rng.chance(0.1) ? decimalText(rng) : `${rng.pick(['', '-'])}0.${digits(rng, rng.pick([3, 17, 25]))}`;
}

function doubleText(rng: Random): string {
  if (rng.chance(0.05))
    return rng.pick(['nan', 'NaN', '-inf', 'Infinity', 'infinit', '.', '-', '1e', '1e+', '.e1', '1.2.3', '12.', '.5']);
  if (rng.chance(0.3)) return String(randomDouble(rng));
  const power = rng.chance(0.3) ? `e${rng.between(-330, 310)}` : '';
  return decorated(rng, `${digits(rng, rng.pick([2, 6, 17, 25]))}.${digits(rng, rng.pick([1, 4, 17, 30]))}${power}`);
}

function dateText(rng: Random): string {
  const text = `${String(rng.int(10000)).padStart(4, '0')}-${String(rng.between(0, 13)).padStart(2, '0')}-${String(rng.between(0, 32)).padStart(2, '0')}`;
  if (rng.chance(0.1)) return text.replaceAll('-', '/');
  return rng.chance(0.1)
    ? rng.pick([
        '2024-02-29',
        '2023-02-29',
        '1900-02-29',
        '2000-02-29',
        '2000-1-1',
        ' 2000-01-01',
        '2000-01/01',
        '0000-01-01',
      ])
    : text;
}

function timestampText(rng: Random): string {
  const time = `${String(rng.int(26)).padStart(2, '0')}:${String(rng.int(61)).padStart(2, '0')}`;
  const seconds = rng.chance(0.8) ? `:${String(rng.int(61)).padStart(2, '0')}` : '';
  const fraction = seconds !== '' && rng.chance(0.5) ? `.${digits(rng, 9)}` : '';
  const zone = rng.pick(['', '', 'Z', '+02', '-05:30', 'x']);
  return rng.chance(0.2) ? dateText(rng) : `${dateText(rng)}${rng.pick([' ', 'T'])}${time}${seconds}${fraction}${zone}`;
}

test('doubles of a few characters, which are decoded in pairs, are as Number says', () => {
  let odd = 0;
  for (let seed = 1; seed <= byTier(300, 6000); seed++) {
    const rng = random(seed);
    const fields = Array.from({ length: rng.between(1, 40) }, () => {
      if (rng.chance(0.04))
        return rng.pick(['', '.', '-', '-.', '1.2.3', '1-2', ' 1', '"2.5"', '1e3', '12345678.9', 'x']);
      const text = digits(rng, 8);
      const point = rng.int(text.length + 1);
      const isWhole = text.length === 8 || rng.chance(0.3);
      return rng.pick(['', '-']) + (isWhole ? text : `${text.slice(0, point)}.${text.slice(point)}`);
    });
    const values = agree((bench) => decodeColumn(bench, DOUBLE, fields, false), `seed ${seed}`);
    fields.forEach((text, i) => {
      const number = Number(text.replaceAll('"', ''));
      const expected = text === '' ? null : Number.isNaN(number) ? 'left' : number;
      if (expected === null || expected === 'left') odd++;
      assert.ok(Object.is(values[i], expected), `seed ${seed}: ${text} became ${values[i]}`);
    });
  }
  assert.ok(odd > 100);
});

test('doubles: halfway cases, subnormals and long digits are the nearest double, as Number says', () => {
  const texts = [
    '9007199254740993',
    '9007199254740992.99999999999999999999999999999999999',
    '9007199254740993.00000000000000000000000000000000001',
    '2.2250738585072011e-308',
    '2.2250738585072014e-308',
    '4.9e-324',
    '2.4703282292062327e-324',
    '2.4703282292062328e-324',
    '1.7976931348623157e308',
    '1.7976931348623158e308',
    '1.7976931348623159e308',
    '1e309',
    '1e-400',
    '0.000000000000000000000000000000000000000000000000000001',
    '179769313486231580793728971405301e276',
    '-0',
    '0e999999999999',
    '1'.repeat(400),
    `0.${'0'.repeat(320)}1234567890123456789`,
    '8.41e+21',
    '5e-324',
    '1448997445238699',
    '6.02214076e23',
  ];
  for (let seed = 1; seed <= byTier(2000, 40_000); seed++) {
    const rng = random(seed);
    const value = randomDouble(rng);
    if (!Number.isFinite(value)) continue;
    texts.push(String(value), value.toPrecision(rng.between(15, 21)));
    // Exactly between two doubles: their sum's half, in exact digits.
    const whole = BigInt(2 ** 53) + BigInt(rng.int(2 ** 30)) * 2n + 1n;
    texts.push(String(whole), `${whole}e${rng.between(-20, 20)}`, `${whole}.0000000000000000001`);
  }
  for (let i = 0; i < texts.length; i += 100) {
    const some = texts.slice(i, i + 100);
    const values = agree((bench) => decodeColumn(bench, DOUBLE, some, false), `texts from ${i}`);
    some.forEach((text, k) => {
      assert.ok(Object.is(values[k], Number(text)), `${text} became ${values[k]}`);
    });
  }
});
