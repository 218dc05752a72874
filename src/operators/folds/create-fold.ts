import type { FoldCall } from '../../dataflow/logical-graph.js';
import { assertNever } from '../../errors.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import { DistinctEstimateFold } from './distinct-estimate.js';
import type { Fold } from './fold.js';
import { JoinTextsFold } from './join-texts.js';
import { QuantileFold } from './quantile.js';
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
    case 'distinct_estimate':
      return new DistinctEstimateFold(memory, call);
    default:
      return assertNever(fold, 'fold');
  }
}
