/** The examples of the window functions, by leat and by DuckDB. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse } from 'csv-parse/sync';
import { EXAMPLE_ROWS } from '../../src/expr/aggregates/aggregate-function.js';
import { WINDOW_FUNCTIONS } from '../../src/expr/windows/registry.js';
import { duckdbRows, sameText } from '../support/duckdb.js';
import { runPipeline } from '../support/run-pipeline.js';

const EXAMPLES = WINDOW_FUNCTIONS.flatMap(({ examples }) => examples);

let folder = '';
let rows: readonly (readonly string[])[] = [];

describe('examples of window functions', () => {
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'leat-examples-'));
    writeFileSync(join(folder, 'in.csv'), EXAMPLE_ROWS);
    const lines = EXAMPLES.map(([expression], i) => `      e${i}: |\n        ${expression}\n`).join('');
    const schema = '{ x: int, y: double, t: string, b: boolean }';
    const select = `  - select: [${EXAMPLES.map((_, i) => `e${i}`).join(', ')}]\n`;
    const pipeline = `steps:\n  - read: in.csv\n    schema: ${schema}\n  - over:\n${lines}    order_by: x\n${select}  - write: out.csv\n`;
    writeFileSync(join(folder, 'p.yaml'), pipeline);
    await runPipeline(join(folder, 'p.yaml'), { params: {}, slots: 2, memoryBytes: 64 << 20, env: {} });
    rows = parse(readFileSync(join(folder, 'out.csv')), { fromLine: 2 }) as string[][];
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [index, [expression, value]] of EXAMPLES.entries()) {
    it(expression, async () => {
      const values = value.split(' ');
      const found = rows.map((row) => (row[index] === '' ? 'NULL' : row[index]));
      const isShown = found.every((text, i) => sameText(text, values[i]));
      assert.ok(isShown && found.length === values.length, `leat answers ${found.join(' ')}`);
      const input = `read_csv('${join(folder, 'in.csv')}', columns = {x: 'INTEGER', y: 'DOUBLE', t: 'VARCHAR', b: 'BOOLEAN'})`;
      const answers = await duckdbRows(
        `SELECT (${expression} OVER (ORDER BY x))::VARCHAR FROM ${input} ORDER BY x NULLS LAST`,
      );
      answers.forEach(([answer], i) => {
        assert.ok(sameText(answer ?? 'NULL', values[i]), `DuckDB answers ${answer}`);
      });
    });
  }

  it('every function has one', () => {
    const without = WINDOW_FUNCTIONS.filter(({ examples }) => examples.length === 0);
    assert.deepEqual(
      without.map(({ name }) => name),
      [],
    );
  });
});
