/**
 * The directory of a join's right side: by key to the first record. It has as many partitions as there are slots to make
 * them, divided by the highest bits of the hash; each is made of the records of all tasks, whose number is known by then.
 *
 *     records of all tasks ── hash >>> shift ──> partition ── hash & mask ──> first record ── next ──> record
 */
import { leatError } from '../../errors.js';
import {
  PROBE_DIRECTORIES,
  PROBE_HASH_MASK,
  PROBE_KEY_PART,
  PROBE_LAYOUT,
  PROBE_SHIFT,
} from '../../kernels/assembly/state-layout.js';
import type { Arena } from '../../memory/arena.js';
import { layoutBytes, writeLayout } from '../groups/row-layout.js';
import { PageStock } from '../runs/page-stock.js';
import type { StateEnv } from '../state-env.js';
import { HASH_BITS, type JoinRows, type RecordChunk, type RecordLayout } from './join-record.js';

/** Plain data; the memory is the job's. */
export interface JoinPartition {
  readonly partition: number;
  readonly rows: number;
  readonly directory: number;
  /** A power of two. */
  readonly slots: number;
  /** No key has two rows. */
  readonly isUnique: boolean;
}

/** Rows below which a second partition is not worth a second task. */
const PARTITION_ROWS = 1 << 15;

/** How many partitions there are: a power of two. */
export function joinPartitions(rows: number, slots: number): number {
  let partitions = 1;
  while (partitions * 2 <= Math.min(slots, 1 << HASH_BITS) && rows > partitions * PARTITION_ROWS) partitions *= 2;
  return partitions;
}

/** Rows of a partition. */
export function partitionRows(results: readonly JoinRows[], partition: number, partitions: number): number {
  const width = (1 << HASH_BITS) / partitions;
  const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
  return sum(results.map(({ hashes }) => sum(hashes.slice(partition * width, (partition + 1) * width))));
}

/** What a hash is shifted by to give the partition. */
function shiftOf(partitions: number): number {
  return 32 - Math.log2(partitions);
}

export class JoinDirectoryBuilder {
  readonly #env: StateEnv;
  readonly #record: RecordLayout;
  readonly #hasNulls: boolean;
  readonly #epoch: number;
  readonly #layout: number;
  readonly #stock: PageStock;
  readonly #arena: Arena;

  /** `hasNulls`: some keys may be null. `epoch`: not 0, and another one each time that a directory is made anew. */
  constructor(env: StateEnv, arena: Arena, record: RecordLayout, hasNulls: boolean, epoch: number) {
    this.#env = env;
    this.#record = record;
    this.#hasNulls = hasNulls;
    this.#epoch = epoch;
    this.#arena = arena;
    this.#layout = arena.allocate(layoutBytes(this.#record.keys));
    writeLayout(env.heap, this.#layout, this.#record.keys);
    this.#stock = new PageStock(env.memory);
  }

  /** Makes partition number `partition` of `partitions`, which has `rows`. Throws MEMORY_EXHAUSTED. */
  link(chunks: readonly RecordChunk[], rows: number, partition: number, partitions: number): JoinPartition {
    const { heap, kernels } = this.#env;
    let slots = 16;
    while (slots < 2 * rows) slots *= 2;
    const directory = this.#stock.take(8 * slots);
    if (directory === 0) {
      throw leatError('MEMORY_EXHAUSTED', `the directory of a join with ${rows} rows does not fit into memory`, {
        hint: 'give the run more memory, or let the smaller step be the right side',
      });
    }
    heap.u8.fill(0, directory, directory + 8 * slots);
    let repeated = 0;
    const { bytes, keyPart } = this.#record;
    const rest = [partition, shiftOf(partitions), this.#epoch, this.#hasNulls ? 1 : 0] as const;
    for (const { address, records, hashes } of chunks) {
      const args = [address, bytes, keyPart, hashes, records, ...rest] as const;
      repeated |= kernels.linkRecords(this.#layout, directory, slots, ...args);
    }
    return { partition, rows, directory, slots, isUnique: repeated === 0 };
  }

  /** Hands the memory over to the job as part of `partition`. Ends the builder. */
  finish(partition: number): void {
    this.#stock.sealAll(partition);
    this.#arena.close();
  }

  /** Instead of `finish`. */
  close(): void {
    this.#stock.freeAll();
    this.#arena.close();
  }
}

/** Where lookUpRecords finds the right side; made for each task that looks things up in it. */
export function openProbe(
  env: Pick<StateEnv, 'heap' | 'hashMask'>,
  arena: Arena,
  { keys, keyPart }: RecordLayout,
  partitions: readonly JoinPartition[],
): number {
  const { u32 } = env.heap;
  const layout = arena.allocate(layoutBytes(keys));
  writeLayout(env.heap, layout, keys);
  const probe = arena.allocate(PROBE_DIRECTORIES + 8 * partitions.length);
  u32[(probe + PROBE_LAYOUT) >>> 2] = layout;
  u32[(probe + PROBE_KEY_PART) >>> 2] = keyPart;
  u32[(probe + PROBE_SHIFT) >>> 2] = shiftOf(partitions.length);
  u32[(probe + PROBE_HASH_MASK) >>> 2] = env.hashMask ?? 0xffffffff;
  for (const { partition, directory, slots } of partitions) {
    const at = (probe + PROBE_DIRECTORIES + 8 * partition) >>> 2;
    u32[at] = directory;
    u32[at + 1] = slots - 1;
  }
  return probe;
}

/** Bytes of what openProbe makes, at most. */
export function probeBytes({ keys }: RecordLayout): number {
  return layoutBytes(keys) + PROBE_DIRECTORIES + 8 * (1 << HASH_BITS) + 32;
}
