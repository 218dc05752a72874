/** The examples of the aggregate functions, by leat and by DuckDB. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import { EXAMPLE_ROWS } from '../../src/expr/aggregates/aggregate-function.js';
import { AGGREGATE_FUNCTIONS } from '../../src/expr/aggregates/registry.js';
import { duckdbRows, sameText } from '../support/duckdb.js';
import { runPipeline } from '../support/run-pipeline.js';

const EXAMPLES = AGGREGATE_FUNCTIONS.flatMap(({ name, examples }) =>
  examples.map(([expression, value]) => ({ name, expression, value })),
);
/** What DuckDB calls otherwise, or writes otherwise; docs/departures.md says why. */
const OWN = new Set(['histogram']);

let folder = '';
let results: readonly string[] = [];

/** Of all expressions in one step. */
async function leatResults(expressions: readonly string[]): Promise<readonly string[]> {
  writeFileSync(join(folder, 'in.csv'), EXAMPLE_ROWS);
  const lines = expressions.map((expression, i) => `      e${i}: |\n        ${expression}\n`);
  const schema = '{ x: int, y: double, t: string, b: boolean }';
  const pipeline = `steps:\n  - read: in.csv\n    schema: ${schema}\n  - aggregate:\n${lines.join('')}  - write: out.csv\n`;
  writeFileSync(join(folder, 'p.yaml'), pipeline);
  await runPipeline(join(folder, 'p.yaml'), { params: {}, slots: 2, memoryBytes: 64 << 20, env: {} });
  const [, row] = parse(readFileSync(join(folder, 'out.csv')), { bom: true }) as string[][];
  return row.map((value) => (value === '' ? 'NULL' : value));
}

describe('examples of aggregate functions', () => {
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'leat-examples-'));
    results = await leatResults(EXAMPLES.map(({ expression }) => expression));
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [index, { name, expression, value }] of EXAMPLES.entries()) {
    it(expression, async () => {
      assert.equal(results[index], value);
      if (OWN.has(name)) return;
      const input = `read_csv('${join(folder, 'in.csv')}', columns = {x: 'INTEGER', y: 'DOUBLE', t: 'VARCHAR', b: 'BOOLEAN'})`;
      const [[answer]] = await duckdbRows(`SELECT (${expression})::VARCHAR FROM ${input}`);
      assert.ok(sameText(answer ?? 'NULL', value), `DuckDB answers ${answer}`);
    });
  }

  it('every function has one', () => {
    const without = AGGREGATE_FUNCTIONS.filter(({ examples }) => examples.length === 0);
    assert.deepEqual(
      without.map(({ name }) => name),
      [],
    );
  });
});
