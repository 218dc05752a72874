/** Runs a calc program row by row: what a compiled chain must do, and how its first error is found. */
import type { Value } from '../columnar/value.js';
import type { RowPosition } from '../errors.js';
import type { CalcProgram, CalcStep, RowContext, RunConstants } from './calc.js';
import { EvaluationError } from './evaluation-error.js';
import { evaluate } from './interpreter.js';

export interface CalcFailure {
  /** Index among the rows given. */
  readonly row: number;
  readonly step: CalcStep;
  readonly error: EvaluationError;
}

export interface CalcRows {
  readonly rows: Value[][];
  /** Indices of the rows that the filters kept; `rows` has their outputs. */
  readonly kept: number[];
}

/** The outputs, or the error of the lowest row that fails. */
export function interpretCalc(
  program: CalcProgram,
  rows: readonly (readonly Value[])[],
  constants: RunConstants,
  positionOf?: (row: number) => RowPosition,
): CalcRows | CalcFailure {
  const result: CalcRows = { rows: [], kept: [] };
  for (const [row, input] of rows.entries()) {
    const slots = [...input];
    const outcome = runRow(program, slots, { ...constants, row: positionOf?.(row) });
    if (typeof outcome === 'object') return { row, ...outcome };
    if (!outcome) continue;
    result.kept.push(row);
    result.rows.push(program.output.map(({ slot }) => slots[slot]));
  }
  return result;
}

/** Fills the slots of one row: true when it is kept, false when a filter dropped it, or the step that failed. */
export function runRow(program: CalcProgram, slots: Value[], context: RowContext): boolean | Omit<CalcFailure, 'row'> {
  for (const step of program.steps) {
    try {
      if (step.kind === 'define') slots[step.slot] = evaluate(step.expr, slots, context);
      else if (evaluate(step.condition, slots, context) !== true) return false;
    } catch (error) {
      if (error instanceof EvaluationError) return { step, error };
      throw error;
    }
  }
  return true;
}
