/** docs/departures.md is true: each example gives what the page says, in leat and in DuckDB. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { formatValue } from '../../src/columnar/text.js';
import { bindExpression } from '../../src/expr/binder.js';
import { EvaluationError } from '../../src/expr/evaluation-error.js';
import { evaluate } from '../../src/expr/interpreter.js';
import { scopeOf } from '../../src/expr/scope.js';
import { duckdbRows } from '../support/duckdb.js';
import { projectRoot } from '../support/project-root.js';
import { CONSTANTS } from './support/bound.js';

const page = readFileSync(join(projectRoot, 'docs/departures.md'), 'utf8');

/** Rows of the tables: cells between bars, of which an escaped one is part of a cell. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|')));

function inLeat(text: string): string {
  const result = bindExpression(text, scopeOf([]));
  if ('problems' in result) return 'error';
  try {
    return formatValue(evaluate(result.expr, [], CONSTANTS), result.expr.type);
  } catch (error) {
    if (error instanceof EvaluationError) return 'error';
    throw error;
  }
}

async function inDuckdb(text: string): Promise<string> {
  try {
    return (await duckdbRows(`SELECT CAST(${text} AS varchar)`))[0][0] ?? 'NULL';
  } catch {
    return 'error';
  }
}

describe('departures from DuckDB', () => {
  assert.ok(rows.length > 20, 'the tables are found');
  for (const [, code, leat, duckdb] of rows) {
    const text = code.slice(1, -1);
    it(text, async () => {
      assert.equal(inLeat(text), leat, 'leat');
      assert.equal(await inDuckdb(text), duckdb, 'DuckDB');
    });
  }
});
