/**
 * What coordinator and slots say to each other: plain data, shared memory, nothing that is called. A slot is told to
 * run an attempt and answers with its outcome; an attempt whose thread dies answers nothing, and the pool says so.
 */

import type { Split, TaskSizes } from '../dataflow/factory.js';
import type { OperatorNode } from '../dataflow/job-graph.js';
import type { OperatorMetrics } from '../dataflow/metrics.js';
import type { ErrorData } from '../errors.js';
import type { RunConstants } from '../expr/calc.js';
import type { KernelModules } from '../kernels/loader.js';
import type { HomeRun, MemoryPoolHandle } from '../memory/memory-pool.js';

/** The same for all attempts of a job; a slot keeps what it makes of it. */
export interface JobDeployment {
  readonly jobId: string;
  readonly memory: MemoryPoolHandle;
  /** Compiled once by the coordinator, or the twins. */
  readonly kernels: KernelModules | 'twins';
  readonly constants: RunConstants;
  readonly spillPath: string;
  readonly spillQuota: SharedArrayBuffer;
  readonly sizes: TaskSizes;
  readonly seats: number;
  readonly control: SharedArrayBuffer;
}

/** The same for all attempts of a vertex. */
export interface VertexDeployment {
  readonly vertex: number;
  readonly chain: readonly OperatorNode[];
  readonly splits: readonly Split[];
  readonly shared: SharedArrayBuffer;
  /** What `prepare` of each operator answered, by index in the chain. */
  readonly prepared: readonly unknown[];
  readonly leases: SharedArrayBuffer;
  /** Attempts that share the splits. */
  readonly parallelism: number;
}

export interface AttemptDeployment {
  readonly attempt: number;
  readonly subtask: number;
  readonly seat: number;
  readonly home: readonly HomeRun[];
  /** A lack of memory may come of the tasks beside this one: its thread ends, and the task runs again. */
  readonly mayStarve: boolean;
  /** Fault injection: the thread ends itself after so many batches. */
  readonly exitAfterBatches?: number;
}

export interface RunAttempt {
  readonly type: 'run-attempt';
  readonly job: JobDeployment;
  readonly vertex: VertexDeployment;
  readonly attempt: AttemptDeployment;
}

/** Coordinator to slot. */
export type SlotOrder = RunAttempt;

/** Slot to coordinator. `metrics` and `results` by index in the chain. */
export type AttemptOutcome =
  | {
      readonly type: 'finished';
      readonly results: readonly unknown[];
      readonly metrics: readonly OperatorMetrics[];
    }
  /** The data cannot be processed: the same rows would fail again. `split` -1: at the end of input. */
  | { readonly type: 'data-error'; readonly error: ErrorData; readonly split: number }
  /** Anything else that a second run would not mend. */
  | { readonly type: 'failed'; readonly error: ErrorData }
  /** Stopped because the job is cancelled, or because a lower split failed. */
  | { readonly type: 'stopped' };
