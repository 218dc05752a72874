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
import type { JobGraph, JobVertex, OperatorNode } from '../dataflow/job-graph.js';
import { leatError, type Place } from '../errors.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { formatSize } from '../spec/size-text.js';

const MIB = 1 << 20;
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
  return vertex.chain.reduce((sum, operator) => sum + operatorPages(operator, registry, sizes), 0);
}

function operatorPages(operator: OperatorNode, registry: FactoryRegistry, sizes: TaskSizes): number {
  const factory = registry.get(operator.kind);
  if (!factory) throw leatError('INTERNAL', `no operator of kind ${operator.kind}`);
  return Math.ceil(factory.minimumBytes(operator.config, sizes) / PAGE_BYTES);
}

export interface Budget {
  readonly slots: number;
  readonly sizes: TaskSizes;
}

interface BudgetOptions {
  readonly memoryBytes: number;
  readonly slots: number;
  readonly sizes?: SizeOverrides;
}

/** MEMORY_BUDGET when not even one slot fits. */
export function settleBudget(graph: JobGraph, registry: FactoryRegistry, options: BudgetOptions): Budget {
  for (let slots = Math.max(1, options.slots); slots >= 1; slots--) {
    const sizes = taskSizes(options.memoryBytes, slots, options.sizes);
    if (neediest(graph, registry, sizes).pages * PAGE_BYTES <= sizes.shareBytes) return { slots, sizes };
  }
  throw tooLittle(graph, registry, options);
}

interface Neediest {
  readonly vertex: JobVertex;
  readonly pages: number;
}

/** The vertex whose tasks need most to run. */
function neediest({ vertices }: JobGraph, registry: FactoryRegistry, sizes: TaskSizes): Neediest {
  return vertices
    .map((vertex) => ({ vertex, pages: minimumPages(vertex, registry, sizes) }))
    .reduce((most, one) => (one.pages > most.pages ? one : most));
}

/** Names the least that works, and the step that needs most of it. */
function tooLittle(graph: JobGraph, registry: FactoryRegistry, options: BudgetOptions): Error {
  let sizes = taskSizes(options.memoryBytes, 1, options.sizes);
  let most = neediest(graph, registry, sizes);
  // With more memory buffers are larger, up to a limit, so what is needed grows with what is given.
  while (most.pages * PAGE_BYTES > sizes.shareBytes) {
    sizes = taskSizes(Math.ceil((most.pages * PAGE_BYTES) / MIB) * MIB, 1, options.sizes);
    most = neediest(graph, registry, sizes);
  }
  const steps = new Map<string, { readonly place?: Place; readonly pages: number }>();
  for (const operator of most.vertex.chain) {
    const pages = operatorPages(operator, registry, sizes) + (steps.get(operator.name)?.pages ?? 0);
    steps.set(operator.name, { place: operator.place, pages });
  }
  const [name, { place, pages }] = [...steps].reduce((most, one) => (one[1].pages > most[1].pages ? one : most));
  const needed = formatSize(sizes.shareBytes);
  return leatError(
    'MEMORY_BUDGET',
    `the memory setting is ${formatSize(options.memoryBytes)}, and a task of this pipeline needs ${needed} to run at all`,
    {
      place,
      notes: [`${name} takes the most of it, ${formatSize(pages * PAGE_BYTES)}`],
      hint: `set --memory (memory under \`run:\`) to ${sizes.shareBytes / MIB}MiB or more`,
    },
  );
}
