/** What the state room needs of the task it works for. */
import type { StateKernels } from '../kernels/state-kernels.js';
import type { Heap } from '../memory/heap.js';
import type { SpillFolder } from '../memory/spill-folder.js';
import type { TaskMemory } from '../memory/task-memory.js';

export interface StateEnv {
  readonly memory: TaskMemory;
  readonly heap: Heap;
  readonly kernels: StateKernels;
  readonly spill: SpillFolder;
  /** Rows a batch may have at most, in and out. */
  readonly batchRows: number;
  /** Test only: groups of a table with which its trial ends, see partial-groups.ts. */
  readonly trialGroups?: number;
  /** Test only: and-ed to every hash, so that 0 makes all keys collide. */
  readonly hashMask?: number;
}

/** The sizes that minimums are computed from. */
export interface StateSizes {
  readonly shareBytes: number;
  readonly batchRows: number;
}
