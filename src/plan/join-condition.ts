/** The condition of a join as a calc over the columns that it reads: those of the left, then those of the right. */
import type { Schema } from '../columnar/schema.js';
import type { JoinCondition } from '../dataflow/logical-graph.js';
import type { CalcProgram } from '../expr/calc.js';
import { collectSlots, replaceColumns } from '../expr/traverse.js';

export interface PlannedCondition {
  /** Columns of the left, and of the right behind its keys, that make the program's input. */
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly program: CalcProgram;
}

export function planCondition({ expr, origin }: JoinCondition, left: Schema, payload: Schema): PlannedCondition {
  const width = left.length;
  const slots = [...collectSlots(expr, new Set())].sort((a, b) => a - b);
  const pair = [...left, ...payload];
  const condition = replaceColumns(expr, (column) => ({ ...column, slot: slots.indexOf(column.slot) }));
  return {
    left: slots.filter((slot) => slot < width),
    right: slots.filter((slot) => slot >= width).map((slot) => slot - width),
    program: { input: slots.map((slot) => pair[slot]), steps: [{ kind: 'filter', condition, origin }], output: [] },
  };
}
