/**
 * One large partition, whose rows wait in the spill folder when a slot has 1 MiB: the same bytes as with plenty of memory,
 * and what DuckDB says.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { duckdbRows, sameText } from '../../support/duckdb.js';
import { random } from '../../support/random.js';
import { runPipeline } from '../../support/run-pipeline.js';

const TYPES: Readonly<Record<string, readonly [leat: string, duckdb: string]>> = {
  n: ['int', 'INTEGER'],
  t: ['int', 'INTEGER'],
  v: ['bigint', 'BIGINT'],
  x: ['double', 'DOUBLE'],
  m: ['decimal(12,2)', 'DECIMAL(12,2)'],
  s: ['string', 'VARCHAR'],
};

/** Whose values of so many rows stay in a slot's memory. */
const MOST_LOOKED_UP = 10_000;

/** Few enough calls at a time for 1 MiB; texts, whose bytes lie elsewhere, among each. `far`: a distance of many chunks. */
function callsOf(rows: number, far: number): readonly (readonly string[])[] {
  return [
    ...(rows > MOST_LOOKED_UP
      ? []
      : [
          ['median(v)', 'lag(s)'],
          ['count(DISTINCT t)', 'last_value(s)'],
        ]),
    ['sum(v)', 'avg(x)', 'min(s)', 'row_number()'],
    ['count(*)', 'count(s)', 'max(m)', 'rank()', 'dense_rank()'],
    [`lead(s, ${far})`, `lag(s, ${far})`, `lead(v, ${far}, v)`],
    ['first_value(s)', 'last_value(s)', `nth_value(s, ${far})`],
    ['ntile(7)', 'percent_rank()', 'cume_dist()', 'stddev(v)'],
    ['arg_max(s, v)', 'sum(m) FILTER (WHERE v > 0)'],
    ['arg_min(n, x)', 'last_value(m)'],
  ];
}

function framesOf(far: number): readonly (string | undefined)[] {
  return [
    undefined,
    'rows between unbounded preceding and unbounded following',
    `rows between 3 preceding and unbounded following`,
    `rows between ${far} preceding and 5 following`,
    `groups between 2 following and ${far} following`,
    `range between 2000 preceding and ${far} following`,
  ];
}

function makeCsv(rows: number): string {
  const rng = random(rows);
  const maybe = (text: string): string => (rng.chance(0.1) ? '' : text);
  const lines = Array.from({ length: rows }, (_, n) =>
    [
      `${n}`,
      maybe(`${rng.int(rows / 2)}`),
      maybe(`${rng.between(-4e15, 4e15)}`),
      maybe(`${(rng.next() - 0.5) * 10 ** rng.between(0, 6)}`),
      maybe((rng.between(-1e5, 1e5) / 100).toFixed(2)),
      maybe('text'.repeat(rng.int(20)) + rng.int(1000)),
    ].join(','),
  );
  return `${Object.keys(TYPES).join(',')}\n${lines.join('\n')}\n`;
}

/** The number of frames. */
export const FRAMES = 6;

export async function checkWindowSpill(rows: number, frameNumber: number): Promise<void> {
  const far = Math.floor(rows / 3);
  const frame = framesOf(far)[frameNumber];
  const folder = mkdtempSync(join(tmpdir(), 'leat-window-spill-'));
  try {
    writeFileSync(join(folder, 'in.csv'), makeCsv(rows));
    for (const [index, calls] of callsOf(rows, far).entries()) {
      const pipeline = join(folder, 'p.yaml');
      writeFileSync(pipeline, pipelineOf(calls, frame));
      const run = async (
        slots: number,
        memoryBytes: number,
        test: object,
      ): Promise<readonly [csv: string, spilled: number]> => {
        const report = await runPipeline(pipeline, { slots, memoryBytes, env: {}, test });
        const spilled = report.vertices.flatMap(({ operators }) => operators).filter(({ kind }) => kind === 'window');
        return [
          readFileSync(join(folder, 'out.csv'), 'utf8'),
          spilled.reduce((sum, { metrics }) => sum + metrics.spilledBytes, 0),
        ];
      };
      const [plenty, none] = await run(1, 256 << 20, {});
      const [little, spilled] = await run(2, 2 << 20, index === 3 ? { kernels: 'twins' } : {});
      const what = `${calls.join(', ')} with ${frame}`;
      assert.ok(little === plenty, `${what}: other bytes`);
      assert.equal(none, 0);
      if (frame?.includes('unbounded following')) assert.ok(spilled > 0, `${what}: nothing was spilled`);
      await compare(folder, parse(plenty, { fromLine: 2 }) as string[][], calls, frame);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function pipelineOf(calls: readonly string[], frame: string | undefined): string {
  return [
    'steps:',
    '  - read: in.csv',
    '    schema:',
    ...Object.entries(TYPES).map(([name, [type]]) => `      ${name}: ${type}`),
    '  - over:',
    ...calls.flatMap((call, i) => [`      w${i}: |`, `        ${call}`]),
    `    order_by: [${orderOf(frame).join(', ')}]`,
    ...(frame === undefined ? [] : ['    frame: |', `      ${frame}`]),
    '  - write: out.csv',
  ].join('\n');
}

/** A RANGE has one key. */
function orderOf(frame: string | undefined): readonly string[] {
  return frame?.startsWith('range') ? ['n'] : ['t', 'n'];
}

async function compare(
  folder: string,
  leat: readonly (readonly string[])[],
  calls: readonly string[],
  frame: string | undefined,
): Promise<void> {
  const types = Object.entries(TYPES).map(([name, [, type]]) => `'${name}': '${type}'`);
  const over = `ORDER BY ${orderOf(frame).join(', ')} ${frame ?? ''}`;
  const input = `read_csv('${join(folder, 'in.csv')}', columns = {${types.join(', ')}}, header = true)`;
  const select = calls.map((call) => `(${call} OVER (${over}))::VARCHAR`).join(', ');
  const duck = await duckdbRows(`SELECT n::VARCHAR, ${select} FROM ${input} ORDER BY ${orderOf(frame).join(', ')}`);
  assert.equal(leat.length, duck.length);
  leat.forEach((row, i) => {
    const found = [row[0], ...row.slice(Object.keys(TYPES).length)];
    const isSame = found.every((cell, column) => isNear(cell, duck[i][column] ?? ''));
    if (!isSame) assert.fail(`row ${i} of ${calls.join(', ')} with ${frame}\nleat   ${found}\nduckdb ${duck[i]}`);
  });
}

/** DuckDB's sums of doubles are not exact. */
function isNear(a: string, b: string): boolean {
  return sameText(a, b) || (a !== '' && b !== '' && Math.abs(Number(a) - Number(b)) < 1e-6);
}
