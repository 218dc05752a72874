/** The reader of JSON against JSON.parse, at sizes at which everything is torn. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BIGINT, BOOLEAN, DATE, DOUBLE, decimal, INT, STRING, TIMESTAMP } from '../../src/columnar/data-type.js';
import { jsonReaderMinimumBytes } from '../../src/formats/jsonl/reader.js';
import { PAGE_BYTES } from '../../src/memory/heap.js';
import { type Random, random } from '../support/random.js';
import { byTier } from '../support/tier.js';
import { scratchFolder } from './support/csv-files.js';
import { readJson, writeJson } from './support/json-files.js';
import { objectJson, randomStyle, shuffled, valueJson } from './support/json-rows.js';

const folder = scratchFolder();

const KEYS = ['id', 'name', 'a rather long key of seventeen', 'x'.repeat(60), 'å', '', 'n"q'];

const SIZES = [
  { splitBytes: 1 << 20 },
  { splitBytes: 300, batchRows: 7 },
  { splitBytes: 17, batchRows: 1 },
  { splitBytes: 1, batchRows: 3 },
  { splitBytes: 1024, chunkBytes: 64, batchRows: 5 },
  { splitBytes: 1024, which: 'twins' },
] as const;

interface Row {
  readonly members: ReadonlyMap<string, string>;
  readonly text: string;
}

function randomRows(rng: Random, count: number): Row[] {
  const style = randomStyle(rng);
  let keys = shuffled(rng, KEYS).slice(0, rng.between(1, KEYS.length));
  return Array.from({ length: count }, () => {
    if (rng.chance(style.shuffles)) keys = shuffled(rng, KEYS).slice(0, rng.between(0, KEYS.length));
    const members = keys.map((key) => [key, valueJson(rng, style)] as const);
    return { members: new Map(members), text: objectJson(rng, members, style) };
  });
}

/** A value as text: a string as it is meant, everything else as it stands. */
function asText(json: string | undefined): string | null {
  if (json === undefined || json === 'null') return null;
  return json.startsWith('"') ? (JSON.parse(json) as string) : json;
}

test('generated lines are read as JSON.parse reads them, whatever the sizes', () => {
  for (let seed = 1; seed <= byTier(40, 400); seed++) {
    const rng = random(seed);
    const rows = randomRows(rng, rng.between(0, 40));
    const end = rng.pick(['\n', '\r\n', '\n\n', ' \n  \n']);
    const content = rows.map(({ text }) => text).join(end) + (rng.chance(0.5) ? end : '');
    const path = writeJson(folder, rng.chance(0.1) ? `\ufeff${content}` : content);
    const names = shuffled(rng, KEYS).slice(0, rng.between(0, 4));
    const expected = rows.map(({ members }) => names.map((name) => asText(members.get(name))));
    for (const size of SIZES) {
      const { rows: found, error } = readJson(path, names, size);
      const label = `seed ${rng.seed} ${JSON.stringify(size)}`;
      assert.equal(error, undefined, `${label}: ${error?.message}`);
      assert.deepEqual(found, expected, label);
    }
  }
});

test('lists of objects, and objects over several lines', () => {
  for (let seed = 1; seed <= byTier(30, 300); seed++) {
    const rng = random(seed);
    const rows = randomRows(rng, rng.between(0, 30));
    const texts = rows.map(({ text }) => (rng.chance(0.5) ? text : JSON.stringify(JSON.parse(text), null, 2)));
    // What is printed anew is read as that.
    const meant = texts.map((text) => JSON.parse(text) as Record<string, unknown>);
    const content = rng.chance(0.7) ? ` [${texts.join(' ,\n')} ]\n` : texts.join('\n');
    const path = writeJson(folder, content);
    const names = shuffled(rng, KEYS).slice(0, 3);
    for (const size of SIZES) {
      const { rows: found, error } = readJson(path, names, { ...size, format: 'json' });
      const label = `seed ${rng.seed} ${JSON.stringify(size)}`;
      assert.equal(error, undefined, `${label}: ${error?.message}`);
      assert.equal(found.length, meant.length, label);
      for (const [r, row] of found.entries()) {
        for (const [c, value] of row.entries()) {
          const wanted = meant[r][names[c]] ?? null;
          if (wanted === null || typeof wanted === 'string') assert.equal(value, wanted, label);
          else assert.deepEqual(JSON.parse(value as string), wanted, label);
        }
      }
    }
  }
});

test('every type out of numbers, words and strings, exactly', () => {
  const content = [
    '{"i":1,"b":9223372036854775807,"d":0.1,"m":12345678901234567890.12,"t":true,"day":"2026-11-01","at":"2026-11-01T10:00:00.25Z","s":"x"}',
    '{"i":-2147483648,"b":"-9223372036854775808","d":1e300,"m":"0.005","t":"no","day":"2026-1-2","at":"2026-11-01","s":1.50}',
    '{"i":"7","b":1,"d":"nan","m":1e3,"t":false,"day":"2026\\u002d12-31","at":null,"s":{"a": [1, 2]}}',
    '{}',
  ].join('\n');
  const types = {
    i: INT,
    b: BIGINT,
    d: DOUBLE,
    m: decimal(38, 2),
    t: BOOLEAN,
    day: DATE,
    at: TIMESTAMP,
    s: STRING,
  };
  const day = (text: string): number => Date.parse(text) / 86_400_000;
  const at = (text: string): bigint => BigInt(Date.parse(text)) * 1000n;
  for (const size of SIZES) {
    const { rows, error } = readJson(writeJson(folder, content), types, size);
    assert.equal(error, undefined, error?.message);
    assert.deepEqual(rows, [
      [1, 2n ** 63n - 1n, 0.1, 1234567890123456789012n, true, day('2026-11-01'), at('2026-11-01T10:00:00.25Z'), 'x'],
      [-(2 ** 31), -(2n ** 63n), 1e300, 1n, false, day('2026-01-02'), at('2026-11-01'), '1.50'],
      [7, 1n, Number.NaN, 100000n, false, day('2026-12-31'), null, '{"a": [1, 2]}'],
      Object.keys(types).map(() => null),
    ]);
  }
});

test('two columns of one key, and no columns at all', () => {
  const path = writeJson(folder, '{"a":"\\u0041"}\n{"b":1}\n');
  assert.deepEqual(readJson(path, ['a', 'a']).rows, [
    ['A', 'A'],
    [null, null],
  ]);
  assert.deepEqual(readJson(path, []).rows, [[], []]);
});

test('row positions are the byte offsets of the rows', () => {
  const path = writeJson(folder, '\ufeff{"a":"å"}\r\n\n  {"a":2}\n{"a":3}');
  for (const splitBytes of [1, 3, 5, 1000])
    assert.deepEqual(readJson(path, ['a'], { splitBytes }).offsets, [3, 18, 26]);
});

test('rows far larger than a chunk, at addresses above 2 GiB', () => {
  const long = 'long "text" å '.repeat(3000);
  const content = [long, 'y'.repeat(50_000), 'z'].map((a) => JSON.stringify({ x: [a, { b: a }], a })).join('\n');
  const path = writeJson(folder, content);
  for (const which of ['wasm', 'twins'] as const) {
    const { rows, error } = readJson(path, ['a'], { chunkBytes: 16384, splitBytes: 5000, isHigh: true, which });
    assert.equal(error, undefined, error?.message);
    assert.deepEqual(rows, [[long], ['y'.repeat(50_000)], ['z']]);
  }
});

test('the minimum that a reader asks for is enough', () => {
  for (const columns of [1, 3, 40, 300]) {
    const names = Array.from({ length: columns }, (_, i) => `c${i}`);
    const line = JSON.stringify(Object.fromEntries(names.map((name) => [name, 'a "quoted" text'])));
    const path = writeJson(folder, `${line}\n`.repeat(Math.ceil(60_000 / line.length)));
    const sizes = { chunkBytes: 16384, batchRows: 1024 };
    const pages = jsonReaderMinimumBytes({ columns, formed: 0 }, sizes) / PAGE_BYTES;
    assert.ok(pages <= 12, `${pages} pages for ${columns} columns`);
    const { rows, error } = readJson(path, names, { ...sizes, pages });
    assert.equal(error, undefined, `${columns} columns: ${error?.message}`);
    assert.deepEqual(rows, readJson(path, names).rows);
  }
});

test('FORMAT_JSON_ROW_SIZE: an object larger than a quarter of the share; the rows before it are there', () => {
  const path = writeJson(folder, `{"a":1}\n{"a":"${'x'.repeat(400_000)}"}\n`);
  const { rows, error } = readJson(path, ['a'], { pages: 16 });
  assert.deepEqual([rows, error?.code, error?.diagnostics[0].place?.line], [[['1']], 'FORMAT_JSON_ROW_SIZE', 2]);
});

const DAMAGE = ['"', '\\', ',', ':', '{', '}', '[', '1', '-', 'x', '\n', '\u0000', 'é'];

test('damaged lines are refused, with the same rows before the error and the same words at every size', () => {
  const damaged = byTier(150, 3000);
  let refused = 0;
  for (let seed = 1; seed <= damaged; seed++) {
    const rng = random(seed);
    let content = randomRows(rng, rng.between(2, 20))
      .map(({ text }) => `${text}\n`)
      .join('');
    const at = rng.int(content.length);
    content = content.slice(0, at) + (rng.chance(0.7) ? rng.pick(DAMAGE) : '') + content.slice(at + rng.int(2));
    const bytes = Buffer.from(content);
    if (rng.chance(0.1)) bytes[rng.int(bytes.length)] = 0xf6;
    const path = writeJson(folder, bytes);
    const names = shuffled(rng, KEYS).slice(0, 2);
    const [first, ...others] = SIZES.map((size) => readJson(path, names, size));
    for (const [i, { rows, error }] of others.entries()) {
      const label = `seed ${rng.seed} ${JSON.stringify(SIZES[i + 1])} ${error?.message}`;
      assert.deepEqual(rows, first.rows, label);
      assert.deepEqual(error?.diagnostics, first.error?.diagnostics, label);
      assert.deepEqual(error?.position, first.error?.position, label);
    }
    if (first.error === undefined) continue;
    refused++;
    const { place, hint, message } = first.error.diagnostics[0];
    assert.ok(place?.line !== undefined && place.column !== undefined && hint !== undefined, message);
  }
  assert.ok(refused > damaged / 3, `only ${refused} of ${damaged} were refused`);
});
