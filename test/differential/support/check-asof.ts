/**
 * Generated asof joins over generated CSV: leat against what an asof join means, written as a window in DuckDB's SQL; against
 * DuckDB's own ASOF JOIN in the value that ties do not decide; and one slot against several with little memory.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { duckdbRows, sameText } from '../../support/duckdb.js';
import { type Random, random } from '../../support/random.js';
import { runPipeline } from '../../support/run-pipeline.js';

/** Columns with their types in leat and in DuckDB; `n` is the row's number. */
const COLUMNS: readonly (readonly [name: string, leat: string, duckdb: string])[] = [
  ['n', 'int', 'INTEGER'],
  ['k', 'string', 'VARCHAR'],
  ['g', 'int', 'INTEGER'],
  ['i', 'int', 'INTEGER'],
  ['b', 'bigint', 'BIGINT'],
  ['d', 'double', 'DOUBLE'],
  ['m', 'decimal(12,2)', 'DECIMAL(12,2)'],
  ['w', 'decimal(30,4)', 'DECIMAL(30,4)'],
  ['s', 'string', 'VARCHAR'],
  ['t', 'date', 'DATE'],
  ['u', 'timestamp', 'TIMESTAMP'],
];
const NAMES = COLUMNS.map(([name]) => name);

/** Few different values, so that rows are often equally near; `isSkewed`: most rows have one key. */
function makeRows(rng: Random, isSkewed: boolean): readonly string[] {
  const maybe = (text: string): string => (rng.chance(0.1) ? '' : text);
  const two = (value: number): string => String(value).padStart(2, '0');
  return Array.from({ length: rng.pick([0, 1, 30, 200, 300]) }, (_, n) => {
    const day = `2026-${two(rng.between(1, 2))}-${two(rng.between(1, 28))}`;
    const isUsual = isSkewed && rng.chance(0.8);
    return [
      `${n}`,
      isUsual ? 'x' : maybe(rng.pick(['x', 'y', 'ü', '""', 'xx', 'a text that is longer than a word'])),
      isUsual ? '1' : maybe(`${rng.int(3)}`),
      maybe(`${rng.between(-9, 9)}`),
      maybe(`${rng.pick([rng.between(-5, 5), rng.between(-4e15, 4e15)])}`),
      maybe(rng.pick([`${rng.between(-20, 20) / 4}`, `${rng.between(-20, 20) / 4}`, '0.0', '-0.0', '1e300', 'NaN'])),
      maybe((rng.between(-500, 500) / 100).toFixed(2)),
      maybe(`${rng.between(-4, 4)}00000000000000000000.${rng.int(10)}`),
      maybe(rng.pick(['red', 'green', 'grün', '"a,b"', '""', 're', 'reds', 'a text that is longer than a word'])),
      maybe(day),
      maybe(`${day} ${two(rng.int(24))}:${rng.pick(['00', '30'])}:00`),
    ].join(',');
  });
}

interface Asof {
  /** Over `left` and `right`. */
  readonly equalities: readonly string[];
  readonly left: string;
  readonly operator: string;
  readonly right: string;
  readonly isCrossed: boolean;
  readonly take: readonly string[];
}

const CROSSED: Readonly<Record<string, string>> = { '>=': '<=', '>': '<', '<=': '>=', '<': '>' };

function makeAsof(rng: Random): Asof {
  const near: readonly (readonly [left: string, right: string])[] = [
    ...['i', 'b', 'd', 'm', 'w', 's', 't', 'u'].map((name) => [`left.${name}`, `right.${name}`] as const),
    ['left.i', 'right.d'],
    ['left.m', 'right.i'],
    ['left.i + left.g', 'right.i'],
    ['left.d', 'right.d * 2'],
    ['left.u', 'right.t'],
    ["coalesce(left.s, 'm')", 'lower(right.s)'],
  ];
  const equal = ['left.k = right.k', 'right.g = left.g', 'left.g = right.i', 'left.k = lower(right.s)'];
  const [left, right] = rng.pick(near);
  return {
    equalities: equal.filter(() => rng.chance(0.35)),
    left,
    operator: rng.pick(['>=', '>', '<=', '<']),
    right,
    isCrossed: rng.chance(0.3),
    take: NAMES.filter((name) => name === 'n' || rng.chance(0.5)),
  };
}

function pipelineOf({ equalities, left, operator, right, isCrossed, take }: Asof): string {
  const near = isCrossed ? `${right} ${CROSSED[operator]} ${left}` : `${left} ${operator} ${right}`;
  const read = (name: string): readonly string[] => [
    `  - name: ${name}`,
    `    read: ${name}.csv`,
    '    schema:',
    ...COLUMNS.map(([column, type]) => `      ${column}: ${type}`),
  ];
  return [
    'steps:',
    ...read('r'),
    ...read('l'),
    '  - join: r',
    '    type: asof',
    '    on: |',
    `      ${[...equalities, near].join(' AND ')}`,
    `    take: [${take.join(', ')}]`,
    '    suffix: _r',
    '  - write: out.csv',
  ].join('\n');
}

/** Over `l` and `r`. */
function conditionOf({ equalities, left, operator, right }: Asof): string {
  return sqlOf([...equalities, `${left} ${operator} ${right}`].join(' AND '));
}

function sqlOf(expression: string): string {
  return expression.replaceAll('left.', 'l.').replaceAll('right.', 'r.');
}

/** Null where something of the left that is compared is null. */
function leftsOf({ equalities, left }: Asof): string {
  const sides = [...equalities.flatMap((equality) => equality.split(' = ')), left];
  return sides
    .filter((side) => side.includes('left.'))
    .map((side) => `(${sqlOf(side)})::VARCHAR`)
    .join(' || ');
}

/** Of all rows that meet, numbered by how near they are, the first. */
function meaningOf(asof: Asof): string {
  const direction = asof.operator.startsWith('>') ? 'DESC' : 'ASC';
  const near = `${sqlOf(asof.right)} ${direction}, r.n ${direction}`;
  const pairs = `SELECT l.n AS of_left, r.n AS of_right, row_number() OVER (PARTITION BY l.n ORDER BY ${near}) AS place FROM l JOIN r ON ${conditionOf(asof)}`;
  const columns = [...NAMES.map((name) => `l.${name}`), ...asof.take.map((name) => `r.${name}`)];
  const select = columns.map((column) => `${column}::VARCHAR`).join(', ');
  return `SELECT ${select} FROM l LEFT JOIN (${pairs}) ON of_left = l.n AND place = 1 LEFT JOIN r ON r.n = of_right ORDER BY l.n`;
}

/** Generates the asof join of this seed and holds what leat makes of it against DuckDB. */
export async function checkAsof(seed: number): Promise<void> {
  const rng = random(seed);
  const folder = mkdtempSync(join(tmpdir(), 'leat-asof-'));
  try {
    const isSkewed = rng.chance(0.3);
    for (const name of ['l', 'r']) {
      const rows = makeRows(rng, isSkewed);
      writeFileSync(join(folder, `${name}.csv`), `${NAMES.join(',')}\n${rows.map((row) => `${row}\n`).join('')}`);
    }
    const asof = makeAsof(rng);
    const pipeline = pipelineOf(asof);
    writeFileSync(join(folder, 'p.yaml'), pipeline);
    const run = async (slots: number, memoryBytes: number, test: object): Promise<string> => {
      await runPipeline(join(folder, 'p.yaml'), { slots, memoryBytes, env: {}, test });
      return readFileSync(join(folder, 'out.csv'), 'utf8');
    };
    const first = await run(1, 64 << 20, {});
    const batchRows = [1, 3, 16, undefined][seed % 4];
    const slots = 1 + (seed % 8);
    for (const joins of [undefined, 'by-key'] as const) {
      const other = await run(slots, slots * (6 << 20), { splitBytes: 700, batchRows, joins });
      assert.ok(
        other === first,
        `seed ${seed}\n${pipeline}\n${slots} slots, batches of ${batchRows}, ${joins}: other bytes`,
      );
    }

    const leat = parse(first, { fromLine: 2 }) as string[][];
    const types = COLUMNS.map(([name, , type]) => `'${name}': '${type}'`).join(', ');
    const table = (name: string): string =>
      `${name} AS (SELECT * FROM read_csv('${join(folder, `${name}.csv`)}', columns = {${types}}, header = true, allow_quoted_nulls = false))`;
    const compare = async (rows: readonly (readonly string[])[], sql: string): Promise<void> => {
      const duck = await duckdbRows(`WITH ${table('l')}, ${table('r')} ${sql}`);
      assert.equal(rows.length, duck.length, `seed ${seed}\n${pipeline}\nrows`);
      const odd = rows.findIndex((row, i) => !row.every((cell, column) => sameCell(cell, duck[i][column] ?? '')));
      assert.ok(odd === -1, `seed ${seed}\n${pipeline}\n${sql}\nrow ${odd}\nleat   ${rows[odd]}\nduckdb ${duck[odd]}`);
    };
    await compare(leat, meaningOf(asof));
    // Ties do not decide how near the nearest is. To DuckDB 1.5.6 some rows with nulls on the left have a nearest row.
    const numbers = leat.map((row) => row[NAMES.length + asof.take.indexOf('n')]);
    const found = `(SELECT unnest([${numbers.map((n) => n || 'NULL').join(', ')}]::INTEGER[]) AS of_right, unnest(range(${numbers.length})) AS of_left)`;
    const near = sqlOf(asof.right);
    const same = `SELECT count(*)::VARCHAR FROM (SELECT l.n, ${near} AS x FROM l ASOF LEFT JOIN r ON ${conditionOf(asof)} WHERE (${leftsOf(asof)}) IS NOT NULL) d JOIN ${found} ON of_left = d.n LEFT JOIN r ON r.n = of_right WHERE d.x IS DISTINCT FROM ${near}`;
    await compare([['0']], same);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function sameCell(a: string, b: string): boolean {
  return sameText(a, b) || a.toLowerCase() === b.toLowerCase();
}
