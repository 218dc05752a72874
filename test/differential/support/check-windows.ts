/**
 * Generated windows over generated CSV, leat against DuckDB, and one slot against several with little memory. A
 * difference is shrunk: first to one expression, then to the fewest rows that still show it.
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
  ['k', 'string', 'VARCHAR'],
  ['g', 'int', 'INTEGER'],
  ['i', 'int', 'INTEGER'],
  ['b', 'bigint', 'BIGINT'],
  ['d', 'double', 'DOUBLE'],
  ['m', 'decimal(12,2)', 'DECIMAL(12,2)'],
  ['s', 'string', 'VARCHAR'],
  ['t', 'date', 'DATE'],
  ['u', 'timestamp', 'TIMESTAMP'],
  ['f', 'boolean', 'BOOLEAN'],
  ['x', 'bytes', 'BLOB'],
  ['j', 'json', 'JSON'],
  ['n', 'int', 'INTEGER'],
];
const VALUES = COLUMNS.map(([name]) => name);
const NUMBERS = ['i', 'b', 'd', 'm'];

function makeRows(rng: Random): readonly string[] {
  const rows = rng.pick([0, 5, 40, 300, 300, 300]);
  const maybe = (text: string): string => (rng.chance(0.12) ? '' : text);
  const two = (value: number): string => String(value).padStart(2, '0');
  return Array.from({ length: rows }, (_, n) => {
    const day = `2026-${two(rng.between(1, 4))}-${two(rng.between(1, 28))}`;
    return [
      maybe(rng.pick(['x', 'y', 'ü', '""', 'z'])),
      maybe(`${rng.int(3)}`),
      maybe(`${rng.between(-9, 9)}`),
      maybe(`${rng.between(-4e15, 4e15)}`),
      maybe(`${(rng.next() - 0.5) * 10 ** rng.between(0, 6)}`),
      maybe((rng.between(-1e5, 1e5) / 100).toFixed(2)),
      maybe(rng.pick(['red', 'green', 'grün', '"a,b"', '""'])),
      maybe(day),
      maybe(`${day} ${two(rng.int(24))}:${rng.pick(['00', '30'])}:00`),
      maybe(`${rng.chance(0.5)}`),
      maybe(rng.pick(['a', '\\x00', '\\x00\\x01', '\\xFF', '\\xC3\\xA9'])),
      maybe(rng.pick(['1', '-1.50', '[]', '"{""a"": 1}"', '"{""a"":1}"'])),
      `${n}`,
    ].join(',');
  });
}

interface Window {
  readonly by: readonly string[];
  readonly orderBy: readonly string[];
  readonly frame: string | undefined;
  readonly expressions: readonly string[];
  /** Only rows in which the first expression, a rank, is at most this. */
  readonly most?: number;
}

/** The order of a window is whole, if not by the keys of its peers then by `n`, for what depends on it. */
function makeWindow(rng: Random): Window {
  const by = ['k', 'g', 'f'].filter(() => rng.chance(0.35));
  const isRange = rng.chance(0.4);
  const key = (names: readonly string[]): string =>
    `${rng.pick(names)} ${rng.pick(['asc', 'desc'])} nulls ${rng.pick(['first', 'last'])}`;
  const isWhole = rng.chance(0.5);
  const orderBy = isRange
    ? [key(['i', 'b', 'd', 'm', 't', 'u'])]
    : [...(rng.chance(0.8) ? [key(VALUES)] : []), ...(isWhole ? ['n'] : [key(['g', 'f', 'i'])])];
  const frame = rng.chance(0.25) ? undefined : isRange ? makeRange(rng, orderBy[0][0]) : makeCounted(rng, isWhole);
  const dependsOnOrder = orderBy.includes('n');
  const isByRows = frame?.startsWith('rows') ?? false;
  const expressions = Array.from({ length: rng.between(4, 10) }, () => makeExpression(rng, dependsOnOrder));
  if (orderBy.length > 0 && rng.chance(0.2)) {
    const rank = dependsOnOrder ? rng.pick(['row_number()', 'rank()']) : 'rank()';
    const others = dependsOnOrder ? ['lag(i)', 'dense_rank()', 'lead(s)'] : ['dense_rank()'];
    return { by, orderBy, frame: undefined, expressions: [rank, rng.pick(others)], most: rng.between(1, 4) };
  }
  if (isByRows && !dependsOnOrder) return { by, orderBy: [...orderBy, 'n'], frame, expressions };
  return { by, orderBy, frame, expressions };
}

function makeBounds(unit: string, distance: () => string, rng: Random): string {
  for (;;) {
    const bound = (): string => rng.pick([`${distance()} preceding`, `${distance()} following`, 'current row']);
    const start = rng.chance(0.3) ? 'unbounded preceding' : bound();
    const end = rng.chance(0.3) ? 'unbounded following' : bound();
    if (side(start) <= side(end) && place(start) <= place(end)) return `${unit} between ${start} and ${end}`;
  }
}

/** DuckDB wants them in this order, whatever the distances. */
function side(bound: string): number {
  return bound === 'current row' ? 0 : bound.endsWith('preceding') ? -1 : 1;
}

/** How far a bound is from the row, as a number that bounds can be compared by. */
function place(bound: string): number {
  if (bound === 'current row') return 0;
  const sign = bound.endsWith('preceding') ? -1 : 1;
  const [distance] = bound.split(/ (?:preceding|following)/);
  return sign * (INTERVALS.get(distance) ?? (distance === 'unbounded' ? 1e18 : Number(distance)));
}

/** With about how many days they are. */
const INTERVALS: ReadonlyMap<string, number> = new Map([
  ['interval 12 hour', 0.5],
  ["interval '7 days'", 7],
  ["interval '1 month'", 30],
  ["interval '1 month 3 days'", 33],
]);

function makeCounted(rng: Random, isWhole: boolean): string {
  const unit = isWhole && rng.chance(0.6) ? 'rows' : 'groups';
  return makeBounds(unit, () => `${rng.pick([0, 1, 2, 5, 100])}`, rng);
}

function makeRange(rng: Random, key: string): string {
  const distance = (): string => {
    if (key === 't' || key === 'u') {
      return rng.pick([...INTERVALS.keys()]);
    }
    return key === 'b' ? rng.pick(['1000000000000000', '5']) : rng.pick(['0', '1', '2.5', '100']);
  };
  return makeBounds('range', distance, rng);
}

function makeExpression(rng: Random, dependsOnOrder: boolean): string {
  const value = rng.pick(VALUES);
  const number = rng.pick(NUMBERS);
  const filter = rng.chance(0.25) ? ` FILTER (WHERE ${rng.pick(['i > 0', 'f', "s = 'red'", 'd < 0 OR i = 3'])})` : '';
  const ranks = ['rank()', 'dense_rank()', 'percent_rank()', 'cume_dist()'];
  const aggregates = [
    'count(*)',
    `count(${value})`,
    `sum(${number})`,
    `avg(${number})`,
    `min(${value})`,
    `max(${value})`,
    `count_if(i > 2)`,
    `bool_and(f)`,
    `bool_or(f)`,
    `var_pop(${number})`,
    `stddev(i)`,
    `covar_pop(${number}, i)`,
    `arg_min(${value}, n)`,
    `arg_max(${value}, n)`,
    `count(DISTINCT ${value})`,
    `${rng.pick(['sum', 'avg', 'max'])}(DISTINCT ${number})`,
    `median(${rng.pick([...NUMBERS, 't'])})`,
    `quantile_disc(${number}, ${rng.pick([0, 0.3, 0.9, 1])})`,
    `quantile_cont(${number}, ${rng.pick([0.25, 0.9])})`,
    `string_agg(s, '|' ORDER BY ${rng.pick(['n', 'n desc'])})`,
  ].map((text) => text + filter);
  // To DuckDB these are no aggregates here, and take no FILTER.
  const picked = [`first(${value} ORDER BY n)`, `last(${value} ORDER BY s nulls first, n)`];
  const ordered = [
    'row_number()',
    `ntile(${rng.pick([1, 2, 3, 7, 1000])})`,
    `lag(${value})`,
    `lead(${value}, ${rng.int(4)})`,
    `lag(${value}, 2, ${value})`,
    `lead(i, 1, -1)`,
    `first_value(${value})`,
    `last_value(${value})`,
    `nth_value(${value}, ${rng.between(1, 4)})`,
  ];
  return rng.pick([
    ...ranks,
    ...picked,
    ...aggregates,
    ...aggregates,
    ...(dependsOnOrder ? [...ordered, ...ordered] : []),
  ]);
}

function pipelineOf({ by, orderBy, frame, expressions, most }: Window): string {
  return [
    'steps:',
    '  - read: in.csv',
    '    schema:',
    ...COLUMNS.map(([name, type]) => `      ${name}: ${type}`),
    '  - over:',
    ...expressions.flatMap((expression, i) => [`      w${i}: |`, `        ${expression}`]),
    ...(by.length === 0 ? [] : [`    by: [${by.join(', ')}]`]),
    ...(orderBy.length === 0 ? [] : ['    order_by:', ...orderBy.map((key) => `      - ${key}`)]),
    ...(frame === undefined ? [] : ['    frame: |', `      ${frame}`]),
    ...(most === undefined ? [] : [`  - filter: ${most} >= w0`]),
    `  - select: [n, ${expressions.map((_, i) => `w${i}`).join(', ')}]`,
    '  - write: out.csv',
  ].join('\n');
}

/** What is different; undefined: nothing. */
async function difference(seed: number, rows: readonly string[], window: Window): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'leat-windows-'));
  try {
    writeFileSync(join(folder, 'in.csv'), `${VALUES.join(',')}\n${rows.map((row) => `${row}\n`).join('')}`);
    const pipeline = pipelineOf(window);
    writeFileSync(join(folder, 'p.yaml'), pipeline);
    const explanation = `seed ${seed}\n${pipeline}\n${rows.length < 20 ? rows.join('\n') : `${rows.length} rows`}`;
    const run = async (slots: number, memoryBytes: number, test: object): Promise<string> => {
      await runPipeline(join(folder, 'p.yaml'), { slots, memoryBytes, env: {}, test });
      return readFileSync(join(folder, 'out.csv'), 'utf8');
    };
    let first = '';
    try {
      first = await run(1, 64 << 20, {});
      const batchRows = [1, 3, 16, undefined][seed % 4];
      const slots = 1 + (seed % 8);
      const other = await run(slots, slots * ((seed % 2 === 0 ? 4 : 16) << 20), { splitBytes: 700, batchRows });
      if (other !== first) return `${explanation}\n${slots} slots, batches of ${batchRows}: other bytes`;
    } catch (error) {
      return `${explanation}\n${String(error)}`;
    }
    const leat = parse(first, { fromLine: 2 }) as string[][];
    const types = COLUMNS.map(([name, , type]) => `'${name}': '${type}'`).join(', ');
    const order = window.orderBy.length === 0 ? ['n'] : window.orderBy;
    const over = [
      ...(window.by.length === 0 ? [] : [`PARTITION BY ${window.by.join(', ')}`]),
      // Without an order leat has that of the input; to DuckDB it is said, and that all rows are in the frame.
      `ORDER BY ${order.join(', ')}`,
      ...(window.orderBy.length === 0 && window.frame === undefined
        ? ['ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING']
        : [window.frame ?? '']),
    ].join(' ');
    const select = window.expressions.map((text) => `(${text} OVER (${over}))::VARCHAR`);
    const input = `read_csv('${join(folder, 'in.csv')}', columns = {${types}}, header = true, allow_quoted_nulls = false)`;
    // The rows come by partition, in the order of the window, then of the input.
    const keys = [...window.by, ...window.orderBy, 'n'].join(', ');
    const most = window.most === undefined ? '' : `QUALIFY ${window.expressions[0]} OVER (${over}) <= ${window.most}`;
    const sql = `SELECT n::VARCHAR, ${select.join(', ')} FROM ${input} ${most} ORDER BY ${keys}`;
    const duck = (await duckdbRows(sql)).map((row) => row.map((cell) => cell ?? ''));
    if (leat.length !== duck.length) return `${explanation}\nleat ${leat.length} rows, duckdb ${duck.length}`;
    const odd = leat.findIndex((row, i) => !row.every((cell, column) => isNear(cell, duck[i][column])));
    return odd === -1 ? undefined : `${explanation}\n${sql}\nrow ${odd}\nleat   ${leat[odd]}\nduckdb ${duck[odd]}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** DuckDB's sums of doubles are not exact: what should be nothing is little. */
function isNear(a: string, b: string): boolean {
  return sameText(a, b) || (a !== '' && b !== '' && Math.abs(Number(a) - Number(b)) < 1e-6);
}

/** Generates the window of this seed and holds what leat makes of it against DuckDB. */
export async function checkWindow(seed: number): Promise<void> {
  const rng = random(seed);
  let rows = makeRows(rng);
  let window = makeWindow(rng);
  let found = await difference(seed, rows, window);
  if (found === undefined) return;
  for (const expression of window.expressions) {
    // The filter reads the first one.
    const expressions = window.most === undefined ? [expression] : [window.expressions[0], expression];
    const one = await difference(seed, rows, { ...window, expressions });
    if (one === undefined) continue;
    [found, window] = [one, { ...window, expressions }];
    break;
  }
  for (let size = Math.ceil(rows.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < rows.length; ) {
      const fewer = [...rows.slice(0, at), ...rows.slice(at + size)];
      const smaller = await difference(seed, fewer, window);
      if (smaller === undefined) at += size;
      else [found, rows] = [smaller, fewer];
    }
  }
  assert.fail(found);
}
