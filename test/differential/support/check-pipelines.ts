/** Generated pipelines run by leat and by DuckDB; a difference is shrunk to the fewest steps that still show it. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { duckdbRows, sameText } from '../../support/duckdb.js';
import { type Random, random } from '../../support/random.js';
import { runPipeline } from '../../support/run-pipeline.js';
import { generatePipeline } from './generate-pipeline.js';

const MOST_STEPS = 7;
const SCHEMA = '    schema: { a: int, b: int, s: string, d: double, f: boolean }\n';
const TYPES = "{'a': 'INTEGER', 'b': 'INTEGER', 's': 'VARCHAR', 'd': 'DOUBLE', 'f': 'BOOLEAN'}";

function makeCsv(rng: Random): string {
  const maybe = (text: string): string => (rng.chance(0.12) ? '' : text);
  const rows = Array.from({ length: rng.pick([0, 1, 30, 120]) }, () =>
    [
      maybe(`${rng.between(-4, 9)}`),
      maybe(`${rng.int(40)}`),
      maybe(rng.pick(['x', 'y', 'xy', 'ü', '""', 'a,b'].map((text) => (text === 'a,b' ? '"a,b"' : text)))),
      maybe(`${rng.between(-20, 20) / 4}`),
      maybe(`${rng.chance(0.5)}`),
    ].join(','),
  );
  return `a,b,s,d,f\n${rows.map((row) => `${row}\n`).join('')}`;
}

/** What is different; undefined: nothing. */
async function difference(seed: number, steps: number): Promise<string | undefined> {
  const rng = random(seed);
  const folder = mkdtempSync(join(tmpdir(), 'leat-generated-'));
  try {
    for (const input of ['left', 'right']) writeFileSync(join(folder, `${input}.csv`), makeCsv(rng));
    const { steps: text, sql } = generatePipeline(rng, steps);
    const reads = ['left', 'right'].map((name) => `  - name: ${name}\n    read: ${name}.csv\n${SCHEMA}`);
    // What no step of the pipeline reads is written somewhere.
    const pipeline = `steps:\n${reads.join('')}${text}  - write: out.csv\n${unread(text)}`;
    writeFileSync(join(folder, 'p.yaml'), pipeline);
    const test = { splitBytes: 500, batchRows: seed % 2 === 0 ? 16 : undefined };
    const settings = { slots: 1 + (seed % 3), memoryBytes: 64 << 20, env: {}, test };
    const explanation = `seed ${seed}, ${steps} steps\n${pipeline}\n${sql}`;
    try {
      await runPipeline(join(folder, 'p.yaml'), settings);
    } catch (error) {
      return `${explanation}\n${String(error)}`;
    }
    const leat = parse(readFileSync(join(folder, 'out.csv')), { fromLine: 2 }) as string[][];
    const table = (name: string): string =>
      `(SELECT *, row_number() OVER () AS pos FROM read_csv('${join(folder, `${name}.csv`)}', columns = ${TYPES}, header = true, allow_quoted_nulls = false))`;
    const query = sql.replaceAll('$left', table('left')).replaceAll('$right', table('right'));
    const duck = (await duckdbRows(`SELECT COLUMNS(*)::VARCHAR FROM (${query})`)).map((row) => row.map((v) => v ?? ''));
    if (leat.length !== duck.length) return `${explanation}\nleat ${leat.length} rows, duckdb ${duck.length}`;
    const odd = leat.findIndex((row, i) => !row.every((value, column) => sameText(value, duck[i][column])));
    return odd === -1 ? undefined : `${explanation}\nrow ${odd}\nleat   ${leat[odd]}\nduckdb ${duck[odd]}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Rows of steps that nobody reads would be an error. */
function unread(text: string): string {
  const names = ['left', 'right', ...[...text.matchAll(/- name: (\w+)/g)].map(([, name]) => name)];
  const read = new Set([...text.matchAll(/(?:from|union|join): (\w+)/g)].map(([, name]) => name));
  return names
    .filter((name) => !read.has(name))
    .map((name) => `  - from: ${name}\n    write: ${name}.out.csv\n`)
    .join('');
}

export async function checkPipelines(count: number, firstSeed: number): Promise<void> {
  for (let seed = firstSeed; seed < firstSeed + count; seed++) {
    const steps = 1 + (seed % MOST_STEPS);
    let found = await difference(seed, steps);
    if (found === undefined) continue;
    for (let fewer = 1; fewer < steps; fewer++) {
      const smaller = await difference(seed, fewer);
      if (smaller === undefined) continue;
      found = smaller;
      break;
    }
    assert.fail(found);
  }
}
