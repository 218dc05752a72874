/** The kernel that finds values in JSON against its twin, and against JSON.parse. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storeKeys } from '../../src/formats/jsonl/wanted-keys.js';
import {
  NO_PAIR,
  OBJECTS_FAULT,
  OBJECTS_FAULT_AT,
  OBJECTS_FLAGS,
  OBJECTS_NEXT,
  OBJECTS_ROWS,
  ROWS_ARE_A_LIST,
  ROWS_ARE_LINES,
  ROWS_ARE_OBJECTS,
  SAW_ESCAPE,
  SAW_LIST_END,
  SAW_NON_ASCII,
  SECOND_VALUE,
} from '../../src/kernels/jsonl-kernels.js';
import { PAGE_BYTES } from '../../src/memory/heap.js';
import { type Random, random } from '../support/random.js';
import { objectJson, randomStyle, shuffled, valueJson } from './support/json-rows.js';
import { agree, type Bench } from './support/kernel-benches.js';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const KEYS = [
  'id',
  '😀',
  'name',
  'a rather long key of seventeen',
  'x'.repeat(60),
  'å',
  '',
  'n"q',
  'k1',
  'k2',
  'value',
];

interface Found {
  readonly rows: readonly (readonly string[])[];
  readonly fault: number;
  readonly faultAt: number;
  readonly next: number;
  /** Those that are the same for kernel and twin: not when they saw a part of a row. */
  readonly flags: number;
}

/** Hands out memory from `address` on. */
function roomAt(address: number): { allocate(bytes: number): number } {
  let free = address;
  const allocate = (bytes: number): number => {
    const next = free;
    free += Math.ceil(bytes / 16) * 16;
    return next;
  };
  return { allocate };
}

/** The texts of the values of `names` in the rows of `text`. */
function find(
  { test: { heap }, jsonl, base }: Bench,
  text: string,
  names: readonly string[],
  { mode = ROWS_ARE_LINES, shift = 0, isCut = false } = {},
): Found {
  const keys = storeKeys(names, heap, roomAt(base + 5 * PAGE_BYTES));
  const bytes = encoder.encode(text);
  const from = base + 64 + shift;
  heap.u8.fill(0x22, base, base + PAGE_BYTES);
  heap.u8.set(bytes, from);
  const to = from + bytes.length;
  heap.u8[to] = 0;
  const [index, result] = [base + 2 * PAGE_BYTES, base + PAGE_BYTES];
  jsonl.indexObjects(from, to, to, mode, keys.names, keys.count, keys.cache, 1000, index, result);
  const word = (offset: number): number => heap.u32[(result + offset) >>> 2];
  const stride = 1 + 2 * names.length;
  const rows = Array.from({ length: word(OBJECTS_ROWS) }, (_, row) =>
    names.map((_, i) => {
      const entry = (index >>> 2) + row * stride + 1 + 2 * i;
      return decoder.decode(heap.u8.slice(heap.u32[entry] + 1, heap.u32[entry + 1]));
    }),
  );
  const fault = word(OBJECTS_FAULT_AT) < to ? word(OBJECTS_FAULT) : 0;
  return {
    rows,
    fault,
    faultAt: fault === 0 ? 0 : word(OBJECTS_FAULT_AT) - from,
    next: word(OBJECTS_NEXT) - from,
    flags: fault === 0 && !isCut ? word(OBJECTS_FLAGS) & (SAW_ESCAPE | SAW_LIST_END) : 0,
  };
}

function randomRows(rng: Random): string[] {
  const style = randomStyle(rng);
  let keys = shuffled(rng, KEYS).slice(0, rng.between(0, KEYS.length));
  return Array.from({ length: rng.between(0, 12) }, () => {
    if (rng.chance(style.shuffles)) keys = shuffled(rng, KEYS).slice(0, rng.between(0, KEYS.length));
    return objectJson(
      rng,
      keys.map((key) => [key, valueJson(rng, style)] as const),
      style,
    );
  });
}

/** What is found of a row by JSON.parse: values as they are, undefined for what is missing. */
function parsed(row: string, names: readonly string[]): unknown[] {
  const object = new Map(Object.entries(JSON.parse(row) as object));
  return names.map((name) => object.get(name) ?? undefined);
}

const meant = (texts: readonly string[]): unknown[] =>
  texts.map((text) => (text === '' ? undefined : (JSON.parse(text) as unknown)));

test('index: rows of every shape, in lines, lists and one behind another, hold what JSON.parse finds', () => {
  for (let seed = 1; seed <= 1500; seed++) {
    const rng = random(seed);
    const rows = randomRows(rng);
    const names = shuffled(rng, KEYS).slice(0, rng.between(0, 4));
    const mode = rng.pick([ROWS_ARE_LINES, ROWS_ARE_LINES, ROWS_ARE_A_LIST, ROWS_ARE_OBJECTS]);
    const line = rng.pick(['\n', '\r\n', '\n\n', ' \n']);
    const text =
      mode === ROWS_ARE_LINES
        ? rows.map((row) => row + line).join('')
        : mode === ROWS_ARE_A_LIST
          ? rows.join(rng.pick([',', ',\n', '\n , '])) + (rows.length > 0 ? ']' : '')
          : rows.join(rng.pick(['', ' ', '\n']));
    const label = `seed ${rng.seed}`;
    const found = agree((bench) => find(bench, text, names, { mode, shift: seed % 17 }), label);
    assert.equal(found.fault, 0, label);
    assert.deepEqual(
      found.rows.map(meant),
      rows.map((row) => parsed(row, names)),
      label,
    );
  }
});

test('index: what is cut off at the end of the bytes is no row and no mistake', () => {
  for (let seed = 1; seed <= 300; seed++) {
    const rng = random(seed);
    const text = `${randomRows(rng).join('\n')}\n`;
    const names = ['id', 'value'];
    const bytes = encoder.encode(text);
    const cut = rng.int(bytes.length);
    const head = decoder.decode(bytes.subarray(0, cut));
    if (head.includes('\ufffd')) continue;
    const found = agree((bench) => find(bench, head, names, { isCut: true }), `seed ${rng.seed}`);
    assert.equal(found.fault, 0, `seed ${rng.seed} at ${cut}: ${head}`);
    const whole = head.slice(0, head.lastIndexOf('\n') + 1);
    const rows = whole.split('\n').filter((line) => line.trim() !== '');
    assert.deepEqual(
      found.rows.map(meant),
      rows.map((row) => parsed(row, names)),
    );
  }
});

const DAMAGE = [
  '"',
  '\\',
  ',',
  ':',
  '{',
  '}',
  '[',
  ']',
  '0',
  '1',
  '.',
  '-',
  'e',
  'x',
  ' ',
  '\n',
  '\t',
  '\u0000',
  'é',
  'null',
];

test('index: damaged rows are refused where JSON.parse refuses them, kernel and twin at the same byte', () => {
  let refused = 0;
  const damaged = 6000;
  for (let seed = 1; seed <= damaged; seed++) {
    const rng = random(seed);
    const style = randomStyle(rng);
    const keys = shuffled(rng, KEYS).slice(0, rng.between(1, 4));
    const row = (): string =>
      objectJson(
        rng,
        keys.map((key) => [key, valueJson(rng, style)] as const),
        style,
      );
    let bad = row();
    for (let damage = rng.between(1, 2); damage > 0; damage--) {
      const at = rng.int(bad.length);
      bad = bad.slice(0, at) + (rng.chance(0.7) ? rng.pick(DAMAGE) : '') + bad.slice(at + rng.int(2));
    }
    // Behind a good row, from which the kernel knows what to expect.
    const text = `${row()}\n${bad}\n`;
    const label = `seed ${rng.seed}: ${bad}`;
    const found = agree((bench) => find(bench, text, keys), label);
    // JSON.parse takes both.
    if (found.fault === SECOND_VALUE || found.fault === NO_PAIR) continue;
    const lines = text.split('\n').filter((line) => /[^ \t\r]/.test(line));
    const isGood = (line: string): boolean => {
      try {
        const value: unknown = JSON.parse(line);
        return typeof value === 'object' && value !== null && !Array.isArray(value);
      } catch {
        return false;
      }
    };
    const firstBad = lines.findIndex((line) => !isGood(line));
    assert.equal(found.fault !== 0, firstBad !== -1, label);
    assert.equal(found.rows.length, firstBad === -1 ? lines.length : firstBad, label);
    if (firstBad !== -1) refused++;
  }
  assert.ok(refused > damaged / 3, `only ${refused} of ${damaged} were refused`);
});

test('index: a key that comes twice is a mistake when it is wanted', () => {
  for (const row of ['{"a":1,"a":2}', '{"a":null,"b":1,"a":null}', '{"a":1,"\\u0061":2}']) {
    const lookFor = (names: readonly string[]): Found => agree((bench) => find(bench, `${row}\n`, names), row);
    assert.equal(lookFor(['a']).fault, SECOND_VALUE);
    assert.equal(lookFor(['c']).fault, 0);
  }
});

test('index: what is seen in a key is seen again where the key was expected', () => {
  const run = ({ test: { heap }, jsonl, base }: Bench): number[] => {
    const keys = storeKeys(['a'], heap, roomAt(base + PAGE_BYTES));
    const from = base + 64;
    const bytes = encoder.encode('{"å":1}\n'.repeat(3));
    heap.u8.set(bytes, from);
    const to = from + bytes.length;
    heap.u8[to] = 0;
    return [0, 1, 2].map((row) => {
      const { names, count, cache } = keys;
      const at = from + (row * bytes.length) / 3;
      jsonl.indexObjects(at, to, to, ROWS_ARE_LINES, names, count, cache, 1, base + 2 * PAGE_BYTES, base + 16);
      return heap.u32[(base + 16 + OBJECTS_FLAGS) >>> 2];
    });
  };
  assert.deepEqual(agree(run, 'å'), [SAW_NON_ASCII, SAW_NON_ASCII, SAW_NON_ASCII]);
});

test('index: 1000 brackets may be open in a value, not more', () => {
  for (const [count, fault] of [
    [1000, false],
    [1001, true],
  ] as const) {
    const text = `{"a":${'['.repeat(count)}${']'.repeat(count)}}\n`;
    assert.equal(agree((bench) => find(bench, text, ['a']), text).fault !== 0, fault);
  }
});
