import type { WindowFrame, WindowPick } from '../../columnar/window.js';
import type { WindowCall } from '../../dataflow/logical-graph.js';
import { createDistinct } from './distinct-aggregate.js';
import { FoldAggregate } from './fold-aggregate.js';
import { FrameState } from './frame-state.js';
import type { LookupRows } from './lookup-rows.js';
import { createPick } from './pick-aggregate.js';
import { RankingState } from './ranking.js';
import type { RowStore } from './row-store.js';
import { NthState, ShiftState } from './row-values.js';
import { createSum } from './sum-aggregate.js';
import type { WindowState } from './window-state.js';

export interface WindowStores {
  readonly rows: RowStore;
  /** What calls look rows up in, if there are such. */
  readonly lookups: LookupRows | undefined;
}

/** The call at work; its results go to the column `result` of the chunks. */
export function createWindowState(
  { rows: store, lookups }: WindowStores,
  { spec, inputs, result: type }: WindowCall,
  frame: WindowFrame<number>,
  result: number,
): WindowState {
  const grows = frame.start.kind === 'unbounded';
  switch (spec.kind) {
    case 'shift':
      return new ShiftState(store, spec.by, inputs, result);
    case 'nth': {
      const { n, fromEnd } = spec;
      return new NthState(store, { n, fromEnd, isFixed: grows && !fromEnd }, inputs[0], result);
    }
    case 'pick':
      return new FrameState(store, createPick(store, spec, inputs, grows, result), grows, result);
    case 'fold':
      return new FrameState(store, new FoldAggregate(store, lookups!, spec, inputs, type), grows, result);
    case 'accumulate': {
      const { accumulator } = spec;
      if (accumulator.kind !== 'min' && accumulator.kind !== 'max') {
        const aggregate = spec.isDistinct
          ? createDistinct(lookups!, accumulator, inputs)
          : createSum(store, accumulator, inputs[0]);
        return new FrameState(store, aggregate, grows, result);
      }
      const pick = extremeOf(accumulator.kind === 'max');
      return new FrameState(store, createPick(store, pick, [inputs[0], inputs[0]], grows, result), grows, result);
    }
    default:
      return new RankingState(store, spec, result);
  }
}

/** The least or greatest value is that of the row that is first by it. */
function extremeOf(descending: boolean): WindowPick {
  const orders = [{ descending, nullsFirst: false }];
  return { kind: 'pick', orders, takesLast: false, isConditional: false, skipsNullValues: true, skipsNullKeys: false };
}
