/**
 * Aggregates over frames: what an aggregate function asks for of the rows of a group (bound-aggregate.ts) becomes a call
 * over those of a frame.
 */
import type { KeyOrder } from '../../columnar/window.js';
import type { AggregatedRows, BoundAggregateCall, PickSpec } from '../aggregates/bound-aggregate.js';
import type { BoundExpr } from '../bound.js';
import { replaceColumns } from '../traverse.js';
import type { BoundWindowCall } from './window-function.js';

export function windowCall({ over, how, arg, type, text }: BoundAggregateCall): BoundWindowCall {
  const value = arg === null ? [] : [overInput(arg, over)];
  switch (how.kind) {
    case 'accumulate': {
      const { kind } = how.accumulator;
      // The least of different values is the least of all.
      const isDistinct = over.kind === 'distinct' && kind !== 'min' && kind !== 'max';
      return { spec: { ...how, isDistinct }, inputs: isDistinct ? [...value, ...over.columns] : value, type, text };
    }
    case 'pick':
      return { spec: pickOf(how.pick), inputs: [...value, ...pickKeys(how.pick)], type, text };
    case 'fold': {
      const { fold, isWeighted } = how;
      const { keys, orders } = orderOf(over);
      const spec = { kind: 'fold', fold, orders, isDistinct: over.kind === 'distinct', isWeighted } as const;
      return { spec, inputs: [...value, ...keys], type, text };
    }
  }
}

/** An expression over columns of the rows that are aggregated, over the input itself. */
function overInput(expr: BoundExpr, over: AggregatedRows): BoundExpr {
  return over.kind === 'rows' ? expr : replaceColumns(expr, ({ slot }) => over.columns[slot]);
}

function pickOf({ orderBy, condition, ...rest }: PickSpec) {
  const orders = orderBy.map(({ descending, nullsFirst }) => ({ descending, nullsFirst }));
  return { ...rest, kind: 'pick', orders, isConditional: condition !== null } as const;
}

function pickKeys({ orderBy, condition }: PickSpec): readonly BoundExpr[] {
  return [...orderBy.map(({ expr }) => expr), ...(condition === null ? [] : [condition])];
}

function orderOf(over: AggregatedRows): { keys: readonly BoundExpr[]; orders: readonly KeyOrder[] } {
  switch (over.kind) {
    case 'rows':
      return { keys: [], orders: [] };
    case 'distinct':
      return {
        keys: over.columns,
        orders: over.columns.map((_, index) => {
          return { descending: index === 0 && over.descending === true, nullsFirst: false };
        }),
      };
    case 'sorted':
      return {
        keys: over.orderBy.map(({ expr }) => expr),
        orders: over.orderBy.map(({ descending, nullsFirst }) => ({ descending, nullsFirst })),
      };
  }
}
