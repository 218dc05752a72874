/**
 * The kernel calls that fold a batch into found group rows: one an accumulator, but one for all that a column of doubles
 * gives (sum or average, minimum, maximum): the group's row is then touched once, and the extremes cost almost nothing
 * beside the exact sum (413 groups: 7 ns a row in place of 14).
 */
import { COUNT, F64, I32, I64, MAX, MIN, SUM_DOUBLE, SUM_INT, TEXT } from '../../kernels/assembly/state-layout.js';
import type { StateKernels } from '../../kernels/state-kernels.js';
import type { AccumulatorSlot } from './row-layout.js';

/** Where one call of a kernel reads and writes. */
export interface Folding {
  readonly kernels: StateKernels;
  readonly table: number;
  readonly groupOf: number;
  readonly selection: number;
  /** 1: the rows of a group follow one another. */
  readonly ordered: number;
}

export interface FoldStep {
  /** The accumulator whose input this reads. */
  readonly input: number;
  /** A sum that is quicker when rows are ordered by group. */
  readonly gainsByOrder: boolean;
  /** Folds the positions from..to-1 of the column; answers the position that it has no memory for, or `to`. */
  readonly fold: (folding: Folding, column: number, from: number, to: number) => number;
}

export function foldSteps(accumulators: readonly AccumulatorSlot[]): FoldStep[] {
  const steps: FoldStep[] = [];
  const isTaken = accumulators.map(() => false);
  accumulators.forEach((slot, input) => {
    if (isTaken[input]) return;
    const spread = new Map<number, number>();
    accumulators.forEach((other, i) => {
      if (!isOfSpread(slot) || !isOfSpread(other) || other.input !== slot.input) return;
      spread.set(other.operation, other.offset);
      isTaken[i] = true;
    });
    steps.push(spread.size > 1 ? spreadStep(input, spread) : oneStep(input, slot));
  });
  return steps;
}

function isOfSpread({ operation, physical }: AccumulatorSlot): boolean {
  return physical === F64 && (operation === SUM_DOUBLE || operation === MIN || operation === MAX);
}

function spreadStep(input: number, offsets: ReadonlyMap<number, number>): FoldStep {
  const [sum, min, max] = [SUM_DOUBLE, MIN, MAX].map((operation) => offsets.get(operation) ?? 0);
  return {
    input,
    gainsByOrder: false,
    fold: ({ kernels, table, groupOf, selection }, column, from, to) =>
      kernels.spreadDouble(table, groupOf, sum, min, max, column, selection, from, to) >>> 0,
  };
}

function oneStep(input: number, { operation, physical, offset }: AccumulatorSlot): FoldStep {
  const gainsByOrder = operation === SUM_INT || operation === SUM_DOUBLE;
  if (operation === SUM_DOUBLE) {
    return {
      input,
      gainsByOrder,
      fold: ({ kernels, table, groupOf, selection, ordered }, column, from, to) =>
        kernels.sumDouble(table, groupOf, offset, column, selection, from, to, ordered) >>> 0,
    };
  }
  if (operation === MIN || operation === MAX) {
    const isMax = operation === MAX ? 1 : 0;
    if (physical === TEXT) {
      return {
        input,
        gainsByOrder,
        fold: ({ kernels, table, groupOf, selection }, column, from, to) =>
          kernels.extremeText(table, groupOf, offset, column, selection, from, to, isMax) >>> 0,
      };
    }
    return {
      input,
      gainsByOrder,
      fold: ({ kernels, groupOf, selection }, column, from, to) => {
        kernels.extreme(groupOf, offset, column, selection, from, to, isMax, physical);
        return to;
      },
    };
  }
  const kernel =
    operation === COUNT ? 'countRows' : physical === I64 ? 'sumI64' : physical === I32 ? 'sumI32' : 'sumI128';
  return {
    input,
    gainsByOrder,
    fold: ({ kernels, groupOf, selection, ordered }, column, from, to) => {
      kernels[kernel](groupOf, offset, column, selection, from, to, ordered);
      return to;
    },
  };
}
