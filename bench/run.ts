/**
 * `npm run bench [NAME...]`: leat and DuckDB in turn, whole processes, start-up included; the answers are compared
 * before a time is printed. Results go to bench/results with machine, versions and commit.
 *
 * LEAT_BENCH_RUNS sets the counted runs of each (default 5, after one that is not counted).
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { compareOutputs } from './compare.js';
import { PLAIN_ENVIRONMENT } from './environment.js';
import type { Question } from './question.js';
import { DISTINCT_GROUPS, DISTINCT_GROUPS_SPILLED } from './questions/distinct-groups.js';
import { FILTER } from './questions/filter.js';
import { H2OAI_GROUPS } from './questions/h2oai-groups.js';
import { H2OAI_JOINS } from './questions/h2oai-joins.js';
import { JOIN } from './questions/join.js';
import { JSONL } from './questions/jsonl.js';
import { MANY_GROUPS } from './questions/many-groups.js';
import { PARQUET } from './questions/parquet.js';
import { Q1, Q1_LARGE } from './questions/q1.js';
import { REWRITE } from './questions/rewrite.js';
import { SORT, SORT_SPILLED } from './questions/sort.js';
import { STATIONS, STATIONS_LARGE } from './questions/stations.js';
import { WINDOWS } from './questions/windows.js';
import { measureScaling } from './scaling.js';
import { measureColumns, measureFlatMemory, measureStartup, measureValidation } from './small.js';

const QUESTIONS: readonly Question[] = [
  Q1,
  STATIONS,
  FILTER,
  MANY_GROUPS,
  REWRITE,
  JOIN,
  SORT,
  SORT_SPILLED,
  DISTINCT_GROUPS,
  DISTINCT_GROUPS_SPILLED,
  ...JSONL,
  ...PARQUET,
  ...H2OAI_GROUPS,
  ...H2OAI_JOINS,
  ...WINDOWS,
  Q1_LARGE,
  STATIONS_LARGE,
];
const RUNS = Number(process.env['LEAT_BENCH_RUNS'] ?? 5);
const THREADS = availableParallelism();

interface Timing {
  readonly question: string;
  readonly target: number;
  readonly leatSeconds: number;
  readonly duckdbSeconds: number;
  /** DuckDB's statement alone, without its process's start. */
  readonly duckdbStatementSeconds: number;
  readonly ratio: number;
  readonly ratioToStatement: number;
  readonly gnuSortSeconds?: number;
}

const folder = mkdtempSync(join(tmpdir(), 'leat-bench-'));
const wanted = process.argv.slice(2);
/** A name, or the beginning of several: `h2oai-groups`. */
const isWanted = (name: string): boolean =>
  wanted.length === 0 || wanted.some((word) => `${name}-`.startsWith(`${word}-`));
try {
  const timings: Timing[] = [];
  for (const question of QUESTIONS.filter(({ name }) => isWanted(name))) timings.push(await ask(question));
  const startup = isWanted('startup') ? measureStartup(folder, RUNS) : undefined;
  const memory = isWanted('memory') ? measureFlatMemory(folder) : undefined;
  const columns = isWanted('columns') ? measureColumns(folder, RUNS) : undefined;
  const validation = isWanted('validate') ? measureValidation(folder, RUNS) : undefined;
  const scaling = isWanted('scaling') ? measureScaling(folder) : undefined;
  save({ timings, startup, memory, columns, validation, scaling });
} finally {
  rmSync(folder, { recursive: true });
}

async function ask(question: Question): Promise<Timing> {
  const input = question.input();
  const other = question.other?.() ?? '';
  const filled = (text: string, out: string): string =>
    text.replace('$in', input).replace('$other', other).replace('$out', out);
  const [leatOut, duckOut] = ['leat', 'duckdb'].map((tool) => join(folder, `${question.name}-${tool}.csv`));
  const pipeline = join(folder, `${question.name}.yaml`);
  writeFileSync(pipeline, filled(question.pipeline, leatOut));
  const sql = filled(question.sql, duckOut);
  const leatMemory = question.memory === undefined ? [] : ['--memory', question.memory];
  const duckdbMemory = [question.duckdbMemory ?? question.memory].filter((bytes) => bytes !== undefined);
  const leat = (): number => timed(['bin/run.js', 'run', pipeline, '-q', ...leatMemory]).seconds;
  const duckdb = (): { seconds: number; output: string } =>
    timed(['build/bench/duckdb.js', sql, String(THREADS), ...duckdbMemory]);
  const { gnuSort } = question;
  const gnu = (): number | undefined =>
    gnuSort &&
    timedSort([...gnuSort, '--parallel', String(THREADS), '-S', question.memory ?? '50%', '-T', folder], input);
  leat();
  duckdb();
  await compareOutputs(question, leatOut, duckOut);
  const rounds = Array.from({ length: RUNS }, () => ({ leat: leat(), duckdb: duckdb(), gnu: gnu() }));
  const leatSeconds = median(rounds.map((round) => round.leat));
  const duckdbSeconds = median(rounds.map((round) => round.duckdb.seconds));
  const duckdbStatementSeconds = median(rounds.map((round) => Number(round.duckdb.output)));
  const ratio = median(rounds.map((round) => round.duckdb.seconds / round.leat));
  const ratioToStatement = median(rounds.map((round) => Number(round.duckdb.output) / round.leat));
  const gnuSortSeconds = gnuSort && median(rounds.map((round) => round.gnu ?? 0));
  console.log(
    `${question.name.padEnd(15)} ${(statSync(input).size / 1e6).toFixed(0).padStart(5)} MB  leat ${leatSeconds.toFixed(2)} s` +
      `  duckdb ${duckdbSeconds.toFixed(2)} s (statement ${duckdbStatementSeconds.toFixed(2)} s)` +
      `  ratio ${ratio.toFixed(2)} (statement ${ratioToStatement.toFixed(2)})  target ${question.target}` +
      (gnuSortSeconds === undefined ? '' : `  GNU sort ${gnuSortSeconds.toFixed(2)} s`),
  );
  const { name, target } = question;
  return {
    question: name,
    target,
    leatSeconds,
    duckdbSeconds,
    duckdbStatementSeconds,
    ratio,
    ratioToStatement,
    gnuSortSeconds,
  };
}

/** GNU sort over the file as it is: its header is one more row. */
function timedSort(args: readonly string[], input: string): number {
  const start = performance.now();
  const memory = args.map((arg) => arg.replace(/iB$/, ''));
  const { status, stderr } = spawnSync('sort', [...memory, '-o', join(folder, 'gnu-sort.csv'), input], {
    encoding: 'utf8',
    env: { ...PLAIN_ENVIRONMENT, LC_ALL: 'C' },
  });
  if (status !== 0) throw new Error(stderr);
  return (performance.now() - start) / 1000;
}

function timed(args: readonly string[]): { seconds: number; output: string } {
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: PLAIN_ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const seconds = (performance.now() - start) / 1000;
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}\n${stderr}`);
  return { seconds, output: stdout };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

interface Results {
  readonly timings: readonly Timing[];
}

/** What was asked of the same commit on the same day stays, unless it was asked again. */
function withEarlier(file: string, results: Results): Results {
  if (!existsSync(file)) return results;
  const earlier = JSON.parse(readFileSync(file, 'utf8')) as Results;
  const isAsked = (timing: Timing): boolean => results.timings.some(({ question }) => question === timing.question);
  const found = Object.fromEntries(Object.entries(results).filter(([, value]) => value !== undefined));
  const timings = [...earlier.timings.filter((timing) => !isAsked(timing)), ...results.timings];
  return { ...earlier, ...found, timings };
}

function save(results: Results & Readonly<Record<string, unknown>>): void {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const versionOf = (name: string): string =>
    (JSON.parse(readFileSync(join('node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;
  const machine = {
    cpu: cpus()[0].model,
    cores: THREADS,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    duckdb: versionOf('@duckdb/node-api'),
  };
  mkdirSync('bench/results', { recursive: true });
  const file = join('bench/results', `${new Date().toISOString().slice(0, 10)}-${commit}.json`);
  const all = { commit, machine, runs: RUNS, ...withEarlier(file, results) };
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
  console.log(`kept in ${file}`);
}
