import type { FoldCall } from '../../dataflow/logical-graph.js';
import { assertNever } from '../../errors.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import { CountFold } from './count-values.js';
import { DistinctEstimateFold } from './distinct-estimate.js';
import type { Fold } from './fold.js';
import { JoinTextsFold } from './join-texts.js';
import { QuantileFold } from './quantile.js';
import { RankFold } from './rank-value.js';
import { HistogramFold, ModeFold } from './value-counts.js';

export function createFold(memory: TaskMemory, call: FoldCall): Fold {
  const { fold } = call;
  switch (fold.kind) {
    case 'quantile':
      return new QuantileFold(memory, call, fold.fraction, fold.isContinuous);
    case 'mode':
      return new ModeFold(memory, call);
    case 'histogram':
      return new HistogramFold(memory, call);
    case 'join_texts':
      return new JoinTextsFold(memory, call, fold.separator);
    case 'count':
      return new CountFold(memory, call);
    case 'distinct_estimate':
      return new DistinctEstimateFold(memory, call);
    default:
      return assertNever(fold, 'fold');
  }
}

/** A fold over groups that begin with the number of their rows, which counts that are given add up to. */
export function createCountedFold(memory: TaskMemory, call: FoldCall): Fold {
  const { fold, count } = call;
  if (fold.kind !== 'quantile' || count === null) return createFold(memory, call);
  return new RankFold(memory, call, fold.fraction, fold.isContinuous);
}
