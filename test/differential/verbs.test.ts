/**
 * Verbs over generated CSV, leat against DuckDB, row by row in order. Would catch a row lost or made, a wrong order, a
 * null or a NaN in the wrong place, a tie that is not broken by the order of the input.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { parse } from 'csv-parse/sync';
import type { TestSettings } from '../../src/engine-api.js';
import { duckdbRows, sameText } from '../support/duckdb.js';
import { type Random, random } from '../support/random.js';
import { runPipeline } from '../support/run-pipeline.js';
import { byTier } from '../support/tier.js';
import { VERB_CASES } from './support/verb-cases.js';

const SEEDS = byTier(1, 15);

const TYPES = { k: 'INTEGER', g: 'VARCHAR', d: 'DOUBLE', m: 'DECIMAL(9,2)', t: 'TIMESTAMP', f: 'BOOLEAN' };
const LEAT_TYPES = { k: 'int', g: 'string', d: 'double', m: 'decimal(9,2)', t: 'timestamp', f: 'boolean' };

function makeCsv(rng: Random, rows: number): string {
  const maybe = (text: string): string => (rng.chance(0.1) ? '' : text);
  const lines = [Object.keys(TYPES).join(',')];
  for (let row = 0; row < rows; row++) {
    lines.push(
      [
        maybe(`${rng.between(-20, 20)}`),
        maybe(rng.pick(['a', 'b', 'B', '""', 'ü', 'zz', 'z'])),
        maybe(`${rng.pick([-0.5, 0, 1.25, 1e10, rng.int(9)])}`),
        maybe(`${rng.int(500)}.25`),
        maybe(`2026-0${rng.between(1, 9)}-11 0${rng.int(9)}:00:00`),
        maybe(`${rng.chance(0.5)}`),
      ].join(','),
    );
  }
  return `${lines.join('\n')}\n`;
}

for (const { name, steps, sql } of VERB_CASES) {
  it(name, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const rng = random(seed);
      const folder = mkdtempSync(join(tmpdir(), 'leat-verbs-'));
      try {
        for (const input of ['left', 'right']) {
          writeFileSync(join(folder, `${input}.csv`), makeCsv(rng, seed === 1 ? rng.int(4) : rng.between(20, 300)));
        }
        const schema = Object.entries(LEAT_TYPES).map(([column, type]) => `      ${column}: ${type}\n`);
        const read = (input: string): string =>
          `  - name: ${input}\n    read: ${input}.csv\n    schema:\n${schema.join('')}`;
        const inputs = ['right', 'left'].filter((input) => input === 'left' || steps.includes('right'));
        const pipeline = `steps:\n${inputs.map(read).join('')}${steps}  - write: out.csv\n`;
        writeFileSync(join(folder, 'pipeline.yaml'), pipeline);
        const run = async (test: TestSettings = {}): Promise<string> => {
          await runPipeline(join(folder, 'pipeline.yaml'), {
            slots: 2,
            memoryBytes: 64 << 20,
            env: {},
            test: { splitBytes: 2000, ...test },
          });
          return readFileSync(join(folder, 'out.csv'), 'utf8');
        };
        const written = await run();
        if (/ (join|limit):/.test(steps)) {
          const byKey = await run({ joins: 'by-key', limits: 'by-key' });
          assert.equal(byKey, written, `by key, seed ${seed}\n${pipeline}`);
        }
        const leat = parse(written, { fromLine: 2 }) as string[][];
        const types = Object.entries(TYPES).map(([column, type]) => `'${column}': '${type}'`);
        const table = (input: string): string =>
          `(SELECT *, row_number() OVER () AS pos FROM read_csv('${join(folder, `${input}.csv`)}', columns = {${types.join(', ')}}, header = true, allow_quoted_nulls = false))`;
        const query = sql.replaceAll('$left', table('left')).replaceAll('$right', table('right'));
        const duck = await duckdbRows(`SELECT COLUMNS(*)::VARCHAR FROM (${query})`);
        const explanation = `seed ${seed}\n${pipeline}\n${sql}`;
        assert.equal(leat.length, duck.length, `rows, ${explanation}`);
        leat.forEach((row, index) => {
          const other = duck[index].map((value) => value ?? '');
          const isSame = row.length === other.length && row.every((value, column) => sameText(value, other[column]));
          assert.ok(isSame, `${explanation}\nrow ${index}\nleat   ${row}\nduckdb ${other}`);
        });
      } finally {
        rmSync(folder, { recursive: true });
      }
    }
  });
}
