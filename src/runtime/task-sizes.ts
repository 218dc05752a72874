/**
 * How many slots the memory allows and how large the buffers of a task are.
 *
 *     share       memory / slots
 *     chunkBytes  share / 64, from 16 KiB to 512 KiB: what stays in a core's cache
 *     batchRows   chunkBytes / 16, from 1024 to 16384
 *
 * Fewer slots means larger shares, so the largest number of slots whose share holds the plan's minimum is sought.
 */
import type { FactoryRegistry, TaskSizes } from '../dataflow/factory.js';
import type { JobGraph, JobVertex } from '../dataflow/job-graph.js';
import { leatError } from '../errors.js';
import { PAGE_BYTES } from '../memory/heap.js';

const MIN_CHUNK_BYTES = 16 * 1024;
const MAX_CHUNK_BYTES = 512 * 1024;
const MIN_BATCH_ROWS = 1024;
const MAX_BATCH_ROWS = 16384;

export type SizeOverrides = Partial<Pick<TaskSizes, 'batchRows' | 'chunkBytes'>>;

export function taskSizes(memoryBytes: number, slots: number, overrides: SizeOverrides = {}): TaskSizes {
  const shareBytes = Math.floor(memoryBytes / slots);
  const chunkBytes = overrides.chunkBytes ?? clamp(Math.floor(shareBytes / 64), MIN_CHUNK_BYTES, MAX_CHUNK_BYTES);
  const batchRows = overrides.batchRows ?? clamp(Math.floor(chunkBytes / 16), MIN_BATCH_ROWS, MAX_BATCH_ROWS);
  return { shareBytes, chunkBytes, batchRows };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** Pages without which a task of the vertex cannot run. */
export function minimumPages(vertex: JobVertex, registry: FactoryRegistry, sizes: TaskSizes): number {
  let pages = 0;
  for (const operator of vertex.chain) {
    const factory = registry.get(operator.kind);
    if (!factory) throw leatError('INTERNAL', `no operator of kind ${operator.kind}`);
    pages += Math.ceil(factory.minimumBytes(operator.config, sizes) / PAGE_BYTES);
  }
  return pages;
}

export interface Budget {
  readonly slots: number;
  readonly sizes: TaskSizes;
}

/** MEMORY_BUDGET when not even one slot fits. */
export function settleBudget(
  graph: JobGraph,
  registry: FactoryRegistry,
  options: { memoryBytes: number; slots: number; sizes?: SizeOverrides },
): Budget {
  const { memoryBytes } = options;
  let needed = 0;
  for (let slots = Math.max(1, options.slots); slots >= 1; slots--) {
    const sizes = taskSizes(memoryBytes, slots, options.sizes);
    needed = Math.max(...graph.vertices.map((vertex) => minimumPages(vertex, registry, sizes))) * PAGE_BYTES;
    if (needed <= sizes.shareBytes) return { slots, sizes };
  }
  throw leatError(
    'MEMORY_BUDGET',
    `the memory setting is ${mib(memoryBytes)}, and a task of this pipeline needs ${mib(needed)} to run at all`,
    { hint: `set --memory to ${Math.ceil(needed / 1048576)}MiB or more` },
  );
}

function mib(bytes: number): string {
  return `${(bytes / 1048576).toFixed(2).replace(/\.?0+$/, '')} MiB`;
}
