/**
 * Thousands of generated expressions, bound and interpreted, against DuckDB: the same types, the same values, errors
 * where DuckDB has errors. What leat means otherwise on purpose is not generated; it stands in docs/departures.md.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type DataType, isNumeric, typeName } from '../../../src/columnar/data-type.js';
import { formatValue } from '../../../src/columnar/text.js';
import type { Value } from '../../../src/columnar/value.js';
import { bindExpression } from '../../../src/expr/binder.js';
import type { BoundExpr } from '../../../src/expr/bound.js';
import { canFail } from '../../../src/expr/can-fail.js';
import { isLossFree } from '../../../src/expr/coercion.js';
import { EvaluationError } from '../../../src/expr/evaluation-error.js';
import { foldConstants } from '../../../src/expr/fold.js';
import { evaluate } from '../../../src/expr/interpreter.js';
import { scopeOf } from '../../../src/expr/scope.js';
import { collectSlots, operandsOf } from '../../../src/expr/traverse.js';
import { random } from '../../support/random.js';
import { CONSTANTS } from './bound.js';
import { DuckdbTable } from './duckdb-table.js';
import { generateExpression, generateRows, SCHEMA } from './generate-expression.js';

const BATCH = 300;
const ROWS = 24;
/** Rows that fail in leat and that DuckDB is asked about one by one. */
const FAILURES_CHECKED = 300;

const DUCKDB_NAMES: Readonly<Partial<Record<DataType['kind'], string>>> = {
  int: 'INTEGER',
  string: 'VARCHAR',
};

interface Case {
  readonly text: string;
  readonly expr: BoundExpr;
}

type Outcome = { readonly text: string | null } | { readonly error: EvaluationError };

export function checkExpressions(seed: number, count: number): void {
  describe(`generated expressions mean what they mean to DuckDB, seed ${seed}`, () => checks(seed, count));
}

function checks(seed: number, count: number): void {
  const numbers = random(seed);
  const rows = generateRows(numbers, ROWS);
  const cases = generateCases();
  let table: DuckdbTable;

  before(async () => {
    table = await DuckdbTable.of(SCHEMA, rows);
  });
  after(() => table.close());

  function generateCases(): Case[] {
    const scope = scopeOf(SCHEMA);
    const found: Case[] = [];
    let refused = 0;
    while (found.length < count) {
      const text = generateExpression(numbers);
      const result = bindExpression(text, scope);
      if ('problems' in result) refused++;
      else if (!needsTooManyDigits(result.expr) && !isFoldedOddly(result.expr)) found.push({ text, expr: result.expr });
      else refused++;
    }
    assert.ok(refused < count / 10, `${refused} expressions cannot be compared`);
    return found;
  }

  it(`the types of ${count} expressions`, async () => {
    for (const batch of batches(cases)) {
      const types = await table.types(batch.map(({ text }) => text));
      for (const [index, { text, expr }] of batch.entries()) {
        assert.equal(types[index], DUCKDB_NAMES[expr.type.kind] ?? typeName(expr.type).toUpperCase(), text);
      }
    }
  });

  it(`the values of ${count} expressions over ${ROWS} rows`, async () => {
    let failures = 0;
    let refused = 0;
    for (const batch of batches(cases)) {
      const columns = await table.values(batch.map(({ text }) => text));
      for (const [index, { text, expr }] of batch.entries()) {
        const column = columns[index];
        // DuckDB folds operands that no row needs, and fails on them.
        if (column === undefined) refused++;
        else failures += await compare(text, expr, column, failures);
      }
    }
    assert.ok(refused < count / 100, `DuckDB refuses ${refused}`);
    assert.ok(failures > FAILURES_CHECKED, 'errors are compared too');
  });

  /** How many rows fail. */
  async function compare(text: string, expr: BoundExpr, column: (string | null)[], before: number): Promise<number> {
    let failures = 0;
    const folded = foldConstants(expr, CONSTANTS);
    for (const [row, slots] of rows.entries()) {
      const outcome = outcomeOf(expr, slots);
      const where = () => `seed ${seed}: ${text} over ${shown(slots, text)}`;
      assert.deepEqual(outcomeOf(folded, slots), outcome, `folded, ${where()}`);
      if (isOutcomeOfOrder(expr) && ('error' in outcome || column[row] === null)) continue;
      if ('error' in outcome) {
        assert.equal(column[row], null, `${where()}: ${outcome.error.message}`);
        if (before + ++failures > FAILURES_CHECKED) continue;
        assert.ok(await table.fails(text, row), `${where()} is NULL for DuckDB, for leat: ${outcome.error.message}`);
      } else if (!isSame(outcome.text, column[row], expr.type)) {
        const least = await shrink(text, expr, row);
        assert.fail(`${where()} is ${outcome.text}, for DuckDB ${column[row]}; the least part that differs: ${least}`);
      }
    }
    return failures;
  }

  /** The least part of the expression that differs in the row. */
  async function shrink(text: string, expr: BoundExpr, row: number): Promise<string> {
    for (const { span } of operandsOf(expr)) {
      const part = text.slice(span.start, span.end);
      const result = part.length < text.length ? bindExpression(part, scopeOf(SCHEMA)) : { problems: [] };
      if ('problems' in result) continue;
      const outcome = outcomeOf(result.expr, rows[row]);
      const [column] = await table.values([part]);
      if ('error' in outcome || column === undefined) continue;
      if (!isSame(outcome.text, column[row], result.expr.type)) return shrink(part, result.expr, row);
    }
    return text;
  }
}

function* batches(cases: readonly Case[]): Generator<readonly Case[]> {
  for (let start = 0; start < cases.length; start += BATCH) yield cases.slice(start, start + BATCH);
}

function outcomeOf(expr: BoundExpr, slots: readonly Value[]): Outcome {
  try {
    const value = evaluate(expr, slots, CONSTANTS);
    return { text: value === null ? null : formatValue(value, expr.type) };
  } catch (error) {
    if (error instanceof EvaluationError) return { error };
    throw error;
  }
}

/** Doubles as near as two mathematical libraries are, also in texts; DuckDB shows the sign of NaN, which has none. */
function isSame(leat: string | null, duckdb: string | null, type: DataType): boolean {
  if (leat === null || duckdb === null) return leat === duckdb;
  if (withoutLastDigits(leat) === withoutLastDigits(duckdb)) return true;
  if (type.kind !== 'double') return false;
  const [a, b] = [Number(leat), Number(duckdb)];
  return Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));
}

function withoutLastDigits(text: string): string {
  return text.replaceAll('-nan', 'nan').replaceAll(/\d+\.\d+/g, (digits) => Number(digits).toPrecision(12));
}

/** AND, OR and IN: DuckDB evaluates operands that leat does not, or in another order. */
function isOutcomeOfOrder(expr: BoundExpr): boolean {
  if ((expr.op === 'and' || expr.op === 'or') && expr.args.some(canFail)) return true;
  return operandsOf(expr).some(isOutcomeOfOrder);
}

/** Where types meet that together need more than 38 digits: leat keeps the scale, DuckDB gives it up. */
function needsTooManyDigits(expr: BoundExpr): boolean {
  const { type } = expr;
  if (expr.op === 'cast' && type.kind === 'decimal' && type.precision === 38) {
    const from = expr.arg.type;
    if (isNumeric(from) && from.kind !== 'double' && !isLossFree(from, type)) return true;
  }
  return operandsOf(expr).some(needsTooManyDigits);
}

/** DuckDB folds before it chooses types and before it knows what a row needs: constants that are NULL, or that fail. */
function isFoldedOddly(expr: BoundExpr): boolean {
  const folded = foldConstants(expr, CONSTANTS);
  return (folded.op === 'literal' && folded.value === null) || hasOddConstant(folded);
}

function hasOddConstant(expr: BoundExpr): boolean {
  if (expr.op !== 'literal' && collectSlots(expr, new Set()).size === 0) return true;
  return operandsOf(expr).some(
    (operand) => hasOddConstant(operand) || (expr.op !== 'case' && operand.op === 'literal' && operand.value === null),
  );
}

function shown(slots: readonly Value[], text: string): string {
  const used = SCHEMA.flatMap(({ name, type }, slot) =>
    new RegExp(`\\b${name}\\b`).test(text) ? [`${name} = ${formatValue(slots[slot], type)}`] : [],
  );
  return used.join(', ');
}
