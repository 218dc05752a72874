/**
 * Parquet files that leat wrote, as DuckDB reads them: types, values, nulls, statistics; and the same bytes whatever the
 * slots, the batches and the memory. Would catch a row group that ends where a split ends, a page that counts a null as a
 * value, a greatest value that is not.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { RunOptions } from '../../src/engine-api.js';
import type { LeatError } from '../../src/errors.js';
import { duckdbRows } from '../support/duckdb.js';
import { type Random, random } from '../support/random.js';
import { runPipeline } from '../support/run-pipeline.js';
import { byTier, slowTest } from '../support/tier.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-parquet-'));
after(() => rmSync(folder, { recursive: true }));

const MIB = 1 << 20;
const GROUP_ROWS = 122_880;

let written = 0;

/** The path of the file that the steps write. */
async function write(steps: string, options: RunOptions = {}, keys = ''): Promise<string> {
  const name = `out-${written++}.parquet`;
  const path = join(folder, 'p.yaml');
  writeFileSync(path, `steps:\n${steps}  - write: ${name}\n${keys}`);
  await runPipeline(path, { env: {}, slots: 1, memoryBytes: 128 * MIB, ...options });
  return join(folder, name);
}

interface Column {
  readonly type: string;
  readonly duckdb: string;
  readonly texts: readonly string[];
  readonly random: (rng: Random) => string;
}

const digits = (rng: Random, count: number): string =>
  Array.from({ length: count }, () => rng.int(10))
    .join('')
    .replace(/^0+(?=.)/, '');

const COLUMNS: Readonly<Record<string, Column>> = {
  flag: { type: 'boolean', duckdb: 'BOOLEAN', texts: ['true', 'false'], random: (rng) => rng.pick(['true', 'false']) },
  small: {
    type: 'int',
    duckdb: 'INTEGER',
    texts: ['-2147483648', '2147483647', '0'],
    random: (rng) => `${rng.int(1000) - 500}`,
  },
  large: {
    type: 'bigint',
    duckdb: 'BIGINT',
    texts: ['-9223372036854775808', '9223372036854775807'],
    random: (rng) => digits(rng, 17),
  },
  ratio: {
    type: 'double',
    duckdb: 'DOUBLE',
    // Bounds that are infinite DuckDB passes over.
    texts: ['0.1', '-1e300', '5e-324', '-0.0', '1.7976931348623157e308', 'nan'],
    random: (rng) => `${rng.next()}`,
  },
  money: {
    type: 'decimal(9,2)',
    duckdb: 'DECIMAL(9,2)',
    texts: ['9999999.99', '-9999999.99', '0.01'],
    random: (rng) => `${rng.int(5)}.50`,
  },
  sum: {
    type: 'decimal(18,3)',
    duckdb: 'DECIMAL(18,3)',
    texts: ['999999999999999.999', '-999999999999999.999'],
    random: (rng) => `${digits(rng, 14)}.5`,
  },
  wide: {
    type: 'decimal(38,5)',
    duckdb: 'DECIMAL(38,5)',
    texts: [`${'9'.repeat(33)}.99999`, `-${'9'.repeat(33)}.99999`, '-0.00001', '0'],
    random: (rng) => `-${digits(rng, 30)}`,
  },
  name: {
    type: 'string',
    duckdb: 'VARCHAR',
    texts: ['""', 'x', '\u00e4\u00f6\u00fc', 'long '.repeat(40), `\u00fc${'\u00fc'.repeat(70)}`, '\u{10ffff}'],
    random: (rng) => `name ${rng.int(40)}`,
  },
  day: {
    type: 'date',
    duckdb: 'DATE',
    texts: ['0001-01-01', '9999-12-31', '1969-12-31'],
    random: (rng) => `20${10 + rng.int(90)}-01-01`,
  },
  moment: {
    type: 'timestamp',
    duckdb: 'TIMESTAMP WITH TIME ZONE',
    texts: ['0001-01-01 00:00:00', '9999-12-31 23:59:59.999999', '1969-12-31 23:59:59.999999'],
    random: (rng) => `2026-01-01 00:00:${10 + rng.int(50)}.${rng.int(1000)}`,
  },
};
const NAMES = Object.keys(COLUMNS);
const SCHEMA = NAMES.map((name) => `      ${name}: ${COLUMNS[name].type}\n`).join('');
const READ = `  - read: in.csv\n    schema:\n${SCHEMA}`;
/** The same file as DuckDB reads it. */
const SOURCE = `read_csv('${join(folder, 'in.csv')}', header = true, allow_quoted_nulls = false, columns = {${NAMES.map(
  (name) => `${name}: '${COLUMNS[name].duckdb.replace(' WITH TIME ZONE', '')}'`,
).join(', ')}})`;

function writeRows(rows: number, seed: number, nulls = 0.1): void {
  const rng = random(seed);
  const cell = ({ texts, random: another }: Column, row: number): string => {
    if (row < texts.length) return texts[row];
    if (rng.chance(nulls)) return '';
    return rng.chance(0.02) ? rng.pick(texts) : another(rng);
  };
  const lines = Array.from({ length: rows }, (_, row) => NAMES.map((name) => cell(COLUMNS[name], row)).join(','));
  writeFileSync(join(folder, 'in.csv'), `${NAMES.join(',')}\n${lines.map((line) => `${line}\n`).join('')}`);
}

/** In an order of their own, so that a row in the wrong place shows; timestamps are instants in UTC. */
async function assertSameRows(path: string, source = SOURCE): Promise<void> {
  const columns = NAMES.map((name) => (name === 'moment' ? `moment AT TIME ZONE 'UTC' AS moment` : name)).join(', ');
  const theirs = `SELECT row_number() OVER () AS n, * FROM ${source}`;
  const ours = `SELECT row_number() OVER () AS n, ${columns} FROM '${path}'`;
  assert.deepEqual(await duckdbRows(`(${ours}) EXCEPT ALL (${theirs})`), []);
  assert.deepEqual(await duckdbRows(`(${theirs}) EXCEPT ALL (${ours})`), []);
}

test('values, nulls and types are those of the source, whatever the codec', async () => {
  writeRows(3000, 1);
  for (const codec of ['snappy', 'none', 'gzip', 'zstd']) {
    const path = await write(READ, {}, `    compression: ${codec}\n`);
    await assertSameRows(path);
    assert.deepEqual(
      await duckdbRows(`SELECT column_name, column_type FROM (DESCRIBE FROM '${path}')`),
      NAMES.map((name) => [name, COLUMNS[name].duckdb]),
    );
    const codecs = await duckdbRows(`SELECT DISTINCT compression FROM parquet_metadata('${path}')`);
    assert.deepEqual(codecs, [[codec === 'none' ? 'UNCOMPRESSED' : codec.toUpperCase()]]);
  }
});

slowTest('row groups have their rows and their bounds', async () => {
  writeRows(2 * GROUP_ROWS + 777, 2);
  const path = await write(READ, { slots: 2 });
  await assertSameRows(path);
  const rows = 'SELECT DISTINCT row_group_id, row_group_num_rows FROM parquet_metadata';
  assert.deepEqual(await duckdbRows(`${rows}('${path}') ORDER BY 1`), [
    ['0', `${GROUP_ROWS}`],
    ['1', `${GROUP_ROWS}`],
    ['2', '777'],
  ]);
  for (const name of NAMES) {
    const { duckdb } = COLUMNS[name];
    // Of texts bounds may be shortened; NaN is not among those of doubles.
    const found = await duckdbRows(`SELECT row_group_id, stats_null_count,
        CAST(stats_min_value AS ${duckdb}), CAST(stats_max_value AS ${duckdb})
      FROM parquet_metadata('${path}') WHERE path_in_schema = '${name}' ORDER BY 1`);
    const value = name === 'ratio' ? 'CASE WHEN isnan(ratio) THEN NULL ELSE ratio END' : name;
    const expected = await duckdbRows(`SELECT file_row_number // ${GROUP_ROWS} AS g, count(*) FILTER (${name} IS NULL),
        min(${value}), max(${value}) FROM read_parquet('${path}', file_row_number = true) GROUP BY 1 ORDER BY 1`);
    if (name !== 'name') assert.deepEqual(found, expected, name);
    for (const [i, [, nulls, min, max]] of found.entries()) {
      assert.equal(nulls, expected[i][1], name);
      if (name === 'name') assert.ok(min! <= expected[i][2]! && max! >= expected[i][3]!, `${min} ${max}`);
    }
  }
  // Bounds are used: rows are found by them, and none are lost.
  const [[count]] = await duckdbRows(`SELECT count(*) FROM '${path}' WHERE name > 'name 39' AND small = 7`);
  assert.equal(count, (await duckdbRows(`SELECT count(*) FROM ${SOURCE} WHERE name > 'name 39' AND small = 7`))[0][0]);
});

const SETTINGS: readonly RunOptions[] = [
  { slots: 2, test: { inProcessBytes: 0 } },
  { slots: 8, test: { inProcessBytes: 0, splitBytes: 50_000 } },
  { slots: 1, memoryBytes: 10 * MIB, test: { splitBytes: 1_000_000 } },
  { slots: 2, memoryBytes: 20 * MIB, test: { inProcessBytes: 0, splitBytes: 300_000, batchRows: 100 } },
];

test('the bytes are the same for any slots, splits, batches and memory', async () => {
  writeRows(GROUP_ROWS + byTier(20_000, 300_000), 3, 0.3);
  const pipelines = [READ, `${READ}  - sort: [large]\n`, `${READ}  - filter: small > -400\n`];
  for (const steps of pipelines.slice(0, byTier(1, 3))) {
    const expected = readFileSync(await write(steps));
    for (const settings of SETTINGS) {
      const found = readFileSync(await write(steps, settings));
      assert.ok(found.equals(expected), `${steps} ${JSON.stringify(settings)}`);
    }
  }
});

test('so they are of batches of one row, and of kernel twins', async () => {
  writeRows(1500, 4);
  // The twin of snappy finds no matches.
  const plain = '    compression: none\n';
  const expected = readFileSync(await write(READ, {}, plain));
  for (const settings of [{ batchRows: 1 }, { kernels: 'twins', batchRows: 700, splitBytes: 9000 }] as const) {
    assert.ok(readFileSync(await write(READ, { test: settings }, plain)).equals(expected), JSON.stringify(settings));
  }
});

slowTest('groups of an aggregate, whose splits depend on the slots', async () => {
  writeRows(GROUP_ROWS + 50_000, 5);
  const steps = `${READ}  - aggregate:\n      rows: count(*)\n      most: max(wide)\n    by: [large]\n`;
  const expected = readFileSync(await write(steps));
  for (const slots of [2, 8]) {
    assert.ok(
      readFileSync(await write(steps, { slots, test: { inProcessBytes: 0 } })).equals(expected),
      `${slots} slots`,
    );
  }
});

slowTest('workers that die leave the same bytes', async () => {
  writeRows(GROUP_ROWS + 100_000, 6);
  const expected = readFileSync(await write(READ));
  for (const afterBatches of byTier([2, 9], [1, 2, 3, 5, 8, 13, 21, 34])) {
    const faults = [{ kind: 'exit', slot: 0, afterBatches, times: 2 }];
    const test = { inProcessBytes: 0, splitBytes: 400_000, faults };
    assert.ok(readFileSync(await write(READ, { slots: 2, test })).equals(expected), `after ${afterBatches}`);
  }
});

test('no rows, few rows, rows cut off by a limit', async () => {
  writeRows(50, 7);
  const empty = await write(`${READ}  - filter: false\n`);
  assert.deepEqual(await duckdbRows(`SELECT count(*) FROM '${empty}'`), [['0']]);
  assert.equal((await duckdbRows(`DESCRIBE FROM '${empty}'`)).length, NAMES.length);
  writeRows(0, 7);
  assert.deepEqual(await duckdbRows(`SELECT count(*) FROM '${await write(READ, { slots: 2 })}'`), [['0']]);
  writeRows(20_000, 8);
  const path = await write(`${READ}  - limit: 5000\n`, { slots: 2, test: { inProcessBytes: 0, splitBytes: 10_000 } });
  await assertSameRows(path, `(FROM ${SOURCE} LIMIT 5000)`);
  const nulls = await write(`${READ}  - select: { nothing: "CAST(NULL AS int)", none: "CAST(NULL AS string)" }\n`);
  assert.deepEqual(await duckdbRows(`SELECT count(*), count(nothing), count(none) FROM '${nulls}'`), [
    ['20000', '0', '0'],
  ]);
});

test('many columns, and texts of megabytes', async () => {
  const names = Array.from({ length: 400 }, (_, i) => `c${i}`);
  const rows = Array.from({ length: 300 }, (_, row) => names.map((_, i) => row * i).join(','));
  writeFileSync(join(folder, 'wide.csv'), `${names.join(',')}\n${rows.join('\n')}\n`);
  const wide = await write('  - read: wide.csv\n', { memoryBytes: 16 * MIB });
  const same = `(FROM '${wide}') EXCEPT ALL (FROM read_csv('${join(folder, 'wide.csv')}'))`;
  assert.deepEqual(await duckdbRows(same), []);
  const texts = Array.from({ length: 30 }, (_, i) => `${i},${String.fromCharCode(97 + i / 2).repeat(i * 70_000)}`);
  writeFileSync(join(folder, 'long.csv'), `n,text\n${texts.join('\n')}\n`);
  const long = await write('  - read: long.csv\n    schema: { n: int, text: string }\n');
  const lengths = await duckdbRows(`SELECT n, coalesce(length(text), 0), left(text, 1) FROM '${long}' ORDER BY n`);
  assert.deepEqual(
    lengths,
    texts.map((_, i) => [`${i}`, `${i * 70_000}`, i === 0 ? null : String.fromCharCode(97 + i / 2)]),
  );
});

test('a folder of files, and rows behind those of a file, are refused', async () => {
  writeRows(10, 10);
  const path = join(folder, 'refused.yaml');
  const refused = async (target: string): Promise<string> => {
    writeFileSync(path, `steps:\n${READ}  - write: ${target}\n`);
    const [{ code }] = await runPipeline(path, { env: {}, slots: 1 }).then(
      () => [{ code: 'none' }],
      (error: LeatError) => error.diagnostics,
    );
    return code;
  };
  assert.equal(await refused('parts/\n    format: parquet'), 'SPEC_BAD_VALUE');
  assert.equal(await refused('there.parquet'), 'none');
  assert.equal(await refused('there.parquet\n    mode: append'), 'FORMAT_OUTPUT_EXISTS');
});

test('nothing is left beside the output', async () => {
  writeRows(100, 9);
  const path = await write(READ);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('.')),
    [],
    path,
  );
});
