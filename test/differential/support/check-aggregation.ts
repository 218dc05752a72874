/**
 * Generated filters and aggregations over generated CSV, leat against DuckDB. Would catch a wrong group, a null counted,
 * a sum that overflows or rounds, a filter that lets an unknown through.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { duckdbRows, sameText } from '../../support/duckdb.js';
import { type Random, random } from '../../support/random.js';
import { runPipeline } from '../../support/run-pipeline.js';

const BYTES = ['a', '\\x00', '\\x00\\x01', '\\xFF', '\\xFFa', '\\xC3\\xA9', 'ab'];
/** None is a string, which CSV has without quotes. */
const JSONS = ['1', '-1.50', 'true', '[]', '"{""a"": 1}"', '"{""a"":1}"', '"[1,""é""]"'];

/** Columns, their types in leat and in DuckDB, and how a value is made. */
const COLUMNS: Readonly<Record<string, { leat: string; duckdb: string; make: (rng: Random) => string }>> = {
  i: { leat: 'int', duckdb: 'INTEGER', make: (rng) => String(rng.between(-50, 50)) },
  b: { leat: 'bigint', duckdb: 'BIGINT', make: (rng) => String(rng.between(-4e15, 4e15)) },
  d: { leat: 'double', duckdb: 'DOUBLE', make: (rng) => String((rng.next() - 0.5) * 10 ** rng.between(0, 6)) },
  m: { leat: 'decimal(12,2)', duckdb: 'DECIMAL(12,2)', make: (rng) => (rng.between(-1e8, 1e8) / 100).toFixed(2) },
  s: { leat: 'string', duckdb: 'VARCHAR', make: (rng) => rng.pick(['red', 'green', 'blue', 'grün', '"a,b"', '""']) },
  t: { leat: 'date', duckdb: 'DATE', make: (rng) => `20${rng.between(10, 29)}-0${rng.between(1, 9)}-1${rng.int(10)}` },
  x: { leat: 'bytes', duckdb: 'BLOB', make: (rng) => rng.pick(BYTES) },
  j: { leat: 'json', duckdb: 'JSON', make: (rng) => rng.pick(JSONS) },
  f: { leat: 'boolean', duckdb: 'BOOLEAN', make: (rng) => String(rng.chance(0.5)) },
};
const NAMES = Object.keys(COLUMNS);
const NUMERIC = ['i', 'b', 'd', 'm'];
/** The row's number: what the order of the input is to DuckDB. */
const ROW = 'n';

function makeCsv(rng: Random, rows: number): string {
  const lines = [[...NAMES, ROW].join(',')];
  for (let row = 0; row < rows; row++) {
    const values = NAMES.map((name) => (rng.chance(0.1) ? '' : COLUMNS[name].make(rng)));
    lines.push([...values, row].join(','));
  }
  return `${lines.join('\n')}\n`;
}

function makeAggregate(rng: Random): string {
  const filter = rng.chance(0.25) ? ` FILTER (WHERE ${makeCondition(rng)})` : '';
  const name = rng.pick(NAMES);
  const number = rng.pick(NUMERIC);
  return (
    rng.pick([
      'count(*)',
      `count(${name})`,
      `sum(${number})`,
      `avg(${number})`,
      `min(${name})`,
      `max(${name})`,
      'sum(m * i)',
      'min(length(s))',
      `count(DISTINCT ${name})`,
      `sum(DISTINCT ${number})`,
      `avg(DISTINCT ${number})`,
      `count_if(${makeCondition(rng)})`,
      `bool_and(f)`,
      `bool_or(i > 45)`,
      `${rng.pick(['stddev', 'var_pop', 'var_samp', 'stddev_pop', 'sem'])}(${number})`,
      `${rng.pick(['corr', 'covar_pop', 'covar_samp', 'regr_slope', 'regr_intercept', 'regr_r2', 'regr_count', 'regr_avgx'])}(${number}, i)`,
      `var_pop(DISTINCT ${number})`,
      `first(${name} ORDER BY n)`,
      `last(${name} ORDER BY n desc)`,
      `first(${name} ORDER BY ${rng.pick(NAMES)} ${rng.pick(['asc', 'desc'])} ${rng.pick(['nulls first', 'nulls last'])}, n)`,
      `last(${name} ORDER BY ${rng.pick(NAMES)} ${rng.pick(['asc', 'desc'])} ${rng.pick(['nulls first', 'nulls last'])}, n)`,
      `any_value(${name} ORDER BY n)`,
      `arg_min(${name}, n)`,
      `arg_max(${name}, -n)`,
      `median(${number})`,
      `median(t)`,
      `median(DISTINCT ${number})`,
      `quantile_disc(DISTINCT ${rng.pick([...NUMERIC, 't'])}, ${rng.pick([0, 0.3, 0.5, 0.9, 1])})`,
      `string_agg(DISTINCT i, ',' ORDER BY i ${rng.pick(['asc', 'desc'])})`,
      `quantile_cont(${number}, ${rng.pick([0, 0.25, 0.5, 0.9, 1])})`,
      `quantile_disc(${rng.pick([...NUMERIC, 't'])}, ${rng.pick([0, 0.25, 0.5, 0.9, 1])})`,
      `string_agg(s, '|' ORDER BY n)`,
      `string_agg(s, '' ORDER BY t desc, n)`,
      `string_agg(DISTINCT s, ', ' ORDER BY s ${rng.pick(['asc', 'desc'])})`,
    ]) + filter
  );
}

function makeCondition(rng: Random): string {
  return rng.pick([
    'i > 0',
    'f',
    'NOT f',
    "s = 'red'",
    "s IN ('red', 'blue')",
    "t >= date '2020-01-01'",
    'd < 0 OR i = 3',
    'm BETWEEN 0 AND 100000',
  ]);
}

/** Generates the aggregation of this seed and holds what leat makes of it against DuckDB. */
export async function checkAggregation(seed: number): Promise<void> {
  const rng = random(seed);
  const folder = mkdtempSync(join(tmpdir(), 'leat-aggregates-'));
  try {
    const input = join(folder, 'in.csv');
    writeFileSync(input, makeCsv(rng, rng.pick([0, 1, 10, 500])));
    const keys = NAMES.filter(() => rng.chance(0.25));
    const aggregates = Array.from({ length: rng.between(1, 4) }, () => makeAggregate(rng));
    const condition = rng.chance(0.5) ? makeCondition(rng) : undefined;
    const pipeline = [
      'steps:',
      `  - read: ${input}`,
      '    schema:',
      ...NAMES.map((name) => `      ${name}: ${COLUMNS[name].leat}`),
      `      ${ROW}: int`,
      ...(condition === undefined ? [] : ['  - filter: |', `      ${condition}`]),
      '  - aggregate:',
      ...aggregates.flatMap((aggregate, i) => [`      a${i}: |`, `        ${aggregate}`]),
      ...(keys.length === 0 ? [] : [`    by: [${keys.join(', ')}]`]),
      '  - write: out.csv',
    ].join('\n');
    writeFileSync(join(folder, 'pipeline.yaml'), pipeline);
    await runPipeline(join(folder, 'pipeline.yaml'), { slots: 1, memoryBytes: 64 << 20, env: {} });
    const leat = (parse(readFileSync(join(folder, 'out.csv')), { fromLine: 2 }) as string[][]).map((row) =>
      row.join('\u0001'),
    );

    const types = [...NAMES.map((name) => `'${name}': '${COLUMNS[name].duckdb}'`), `'${ROW}': 'INTEGER'`].join(', ');
    const select = [...keys, ...aggregates].map((text) => `CAST(${text} AS VARCHAR)`).join(', ');
    const rows = await duckdbRows(
      `SELECT ${select} FROM read_csv('${input}', columns = {${types}}, header = true, allow_quoted_nulls = false)` +
        `${condition === undefined ? '' : ` WHERE ${condition}`}${keys.length === 0 ? '' : ` GROUP BY ${keys.join(', ')}`}`,
    );
    const duck = rows.map((row) => row.map((value) => value ?? '').join('\u0001'));
    const explanation = `seed ${seed}\n${pipeline}`;
    assert.equal(leat.length, duck.length, explanation);
    const sorted = (lines: string[]): string[][] => [...lines].sort().map((line) => line.split('\u0001'));
    const [a, b] = [sorted(leat), sorted(duck)];
    a.forEach((row, index) => {
      const isSame = row.every((value, column) => sameText(value, b[index][column]));
      assert.ok(isSame, `${explanation}\nleat   ${row}\nduckdb ${b[index]}`);
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
