/**
 * Managed memory as one attempt of a task sees it. All pages an attempt holds are freed when its worker ends, however
 * it ends; sealed partitions are handed to the job first and survive it.
 */
import type { Heap } from './heap.js';

/** Something that holds memory and can put it on disk when others need it. */
export interface Spillable {
  readonly name: string;
  /** Bytes that `spill` would give back. */
  spillableBytes(): number;
  /** Bytes held, also while it is at work. */
  heldBytes(): number;
  /** Writes to disk and frees; returns the bytes freed. Called between batches, on the task's own thread. */
  spill(): number;
}

export interface TaskMemory {
  readonly heap: Heap;
  /** Bytes this task may count on: its share of the budget. Buffers are sized from it. */
  readonly shareBytes: number;
  /** A contiguous run of pages out of the task's reserved minimum or beyond; throws MEMORY_EXHAUSTED. */
  allocate(pages: number, purpose: string): number;
  /**
   * Like `allocate`, but answers 0 when the pool refuses even after evicting sealed partitions and asking larger
   * spillable consumers: the caller then spills itself.
   */
  tryAllocate(pages: number): number;
  /** Pages that are free and promised to nobody, for what would only be faster: nothing is evicted or spilled for them. */
  tryExtra(pages: number): number;
  /**
   * Makes the largest other consumer of this task spill, for one that was refused; false when none has more than
   * `moreThanBytes`. A consumer at work says 0 spillable bytes and is left alone.
   */
  spillOthers(moreThanBytes?: number): boolean;
  /**
   * For one that cannot do without: waits for another task, which gives back when it spills between two batches, or ends.
   * False when there is none, and after some seconds, so that tasks which wait for one another end with an error.
   */
  awaitOthers(): boolean;
  free(address: number, pages: number): void;
  /** Gives pages to the job as part of a sealed partition: they outlive the attempt. */
  seal(address: number, pages: number, partition: number): void;
  registerSpillable(consumer: Spillable): void;
  unregisterSpillable(consumer: Spillable): void;
  /** True when another task's request asks this one to spill at its next batch. */
  spillRequested(): boolean;
}
