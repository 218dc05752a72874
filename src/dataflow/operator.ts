/**
 * The operator contract. Operators are synchronous; only sources, sinks and exchanges wait. One operator instance
 * belongs to one attempt and is called on one thread.
 *
 *     open  ( beginSplit  processBatch*  endSplit )*  endInput  close
 *
 * A task leases splits one after another in ascending order and pushes their batches through its chain. Batches belong
 * to the caller again when processBatch returns. Watermarks, idleness and epochs are for streaming; bounded execution
 * sends one watermark MAX before endInput. `close` is always called, also after a failure, in reverse order of open.
 */
import type { RecordBatch } from '../columnar/record-batch.js';
import type { RunConstants } from '../expr/calc.js';
import type { KernelSet } from '../kernels/loader.js';
import type { SpillFolder } from '../memory/spill-folder.js';
import type { TaskMemory } from '../memory/task-memory.js';
import type { OperatorMetrics } from './metrics.js';

/** What an operator sends its rows to: the next operators of the chain. */
export interface Collector {
  emit(batch: RecordBatch): void;
  watermark(micros: bigint): void;
  /** True when nobody downstream wants more rows (limit reached, pipe closed). */
  readonly done: boolean;
}

export interface OperatorContext {
  readonly memory: TaskMemory;
  readonly kernels: KernelSet;
  readonly spill: SpillFolder;
  readonly constants: RunConstants;
  /** What the factory's `prepare` answered on the coordinator. Plain data and SharedArrayBuffers. */
  readonly prepared: unknown;
  readonly subtask: number;
  readonly attempt: number;
  readonly metrics: OperatorMetrics;
  /** Rows a batch may have at most. */
  readonly batchRows: number;
  /** Bytes of input looked at at once. */
  readonly chunkBytes: number;
}

export interface Operator {
  /** Allocates; everything an operator holds comes from `context.memory`. */
  open(): void;
  beginSplit?(split: number): void;
  processBatch(batch: RecordBatch): void;
  endSplit?(split: number): void;
  processWatermark?(micros: bigint): void;
  processIdle?(isIdle: boolean): void;
  processEpoch?(epoch: number): void;
  /** All splits of this attempt are through: seal partitions, return what the coordinator must know. Plain data. */
  endInput(): unknown;
  close(): void;
  /** True when the operator loads the pending columns that it reads; for others the chain loads all of them. */
  readonly loadsColumns?: boolean;
  /** True when the operator wants no more rows. */
  readonly isDone?: boolean;
}
