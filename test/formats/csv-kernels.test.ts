/** The csv kernels against their twins, and both against the exact parser of columnar/text.ts. */
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
import { formatValue, parseValue } from '../../src/columnar/text.js';
import type { Value } from '../../src/columnar/value.js';
import { createVector } from '../../src/columnar/vector.js';
import {
  ASSEMBLE_COLUMN_BYTES,
  type CsvKernels,
  FLAG_NON_ASCII,
  INDEX_FLAGS,
  INDEX_NEXT,
  INDEX_ROWS,
  KIND_BIGINT,
  KIND_BOOLEAN,
  KIND_DATE,
  KIND_DECIMAL,
  KIND_DOUBLE,
  KIND_INT,
  KIND_TIMESTAMP,
  KIND_WIDE_DECIMAL,
} from '../../src/kernels/csv-kernels.js';
import { type Heap, PAGE_BYTES } from '../../src/memory/heap.js';
import { type Random, random } from '../support/random.js';
import { type TestMemory, testMemory } from '../support/task-memory.js';
import { highMemory, vectorValue } from './support/csv-files.js';

const PAGES = 8;
const encoder = new TextEncoder();

/** The same bytes for kernel and twin, each in its own memory at the same address. */
interface Bench {
  readonly test: TestMemory;
  readonly kernels: CsvKernels;
  readonly base: number;
}

const BENCHES: readonly Bench[] = (['wasm', 'twins'] as const).flatMap((which) =>
  [testMemory(PAGES + 1), highMemory()].map((memory) => ({
    test: memory,
    kernels: memory.kernels(which).csv,
    base: memory.memory.allocate(PAGES, 'a test'),
  })),
);

function agree<T>(run: (bench: Bench) => T, label: string): T {
  const [first, ...others] = BENCHES.map(run);
  for (const other of others) assert.deepEqual(other, first, label);
  return first;
}

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
    for (let seed = 1; seed <= 300; seed++) {
      const rng = random(seed);
      const fields = Array.from({ length: 40 }, () => (rng.chance(0.05) ? '' : texts(rng)));
      const quoted = fields.map((text) => (rng.chance(0.2) ? `"${text}"` : text));
      const results = agree((bench) => decodeColumn(bench, type, quoted), `seed ${rng.seed}`);
      for (const [i, result] of results.entries()) {
        const label = `seed ${rng.seed}: ${JSON.stringify(quoted[i])}`;
        if (result === 'left') continue;
        taken++;
        if (quoted[i] === '' || quoted[i] === 'NULL') assert.equal(result, null, label);
        else assert.deepEqual(result, parseValue(fields[i], type), label);
      }
    }
    assert.ok(taken > 4000, `the kernel only took ${taken} of 12000`);
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
function decodeColumn({ test: { heap }, kernels, base }: Bench, type: DataType, fields: readonly string[]): unknown[] {
  const ends = indexOf(heap, base, fields);
  const vector = createVector(type, base + 2 * PAGE_BYTES, base + 3 * PAGE_BYTES);
  const nulls = storeNull(heap, base);
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
  for (let seed = 1; seed <= 600; seed++) {
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

function randomDouble(rng: Random): number {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setUint32(0, rng.int(4294967296));
  bits.setUint32(4, rng.int(4294967296));
  return bits.getFloat64(0);
}

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
  for (let seed = 1; seed <= 4000; seed++) {
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
    const values = agree((bench) => decodeColumn(bench, DOUBLE, some), `texts from ${i}`);
    some.forEach((text, k) => {
      assert.ok(Object.is(values[k], Number(text)), `${text} became ${values[k]}`);
    });
  }
});

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
