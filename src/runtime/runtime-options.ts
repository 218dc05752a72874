/** What a job run is given besides its graph, and whom it tells how it goes. */
import type { RunConstants } from '../expr/calc.js';
import type { ManagedMemory } from '../memory/managed-memory.js';
import type { Fault } from './coordinator/faults.js';
import type { SlotPool } from './coordinator/slot-pool.js';
import type { JobProgress } from './job-result.js';
import type { SizeOverrides } from './task-sizes.js';

export interface RestartOptions {
  /** How often one task may run again after its worker died. */
  readonly attempts: number;
  readonly delayMs: number;
}

export interface RuntimeOptions {
  /** Managed memory of the job; 4 GiB at most are used. */
  readonly memoryBytes: number;
  /** Wanted; memory may allow fewer. */
  readonly slots: number;
  readonly constants: RunConstants;
  /** False: everything is computed and nothing published. */
  readonly publishes?: boolean;
  readonly restart?: RestartOptions;
  /** Folder that the job's spill folder is made in. */
  readonly spillDir?: string;
  /** Bytes that the files in it may take at a time. */
  readonly spillLimit?: number;
  /** Bytes of them that were there before the job: inputs that had to be put on the disk. */
  readonly spilledBytes?: number;
  /** Aborting it cancels the job. */
  readonly signal?: AbortSignal;
  readonly kernels?: 'wasm' | 'twins';
  /** Bytes of an output that streams which an earlier try of the same job has printed. */
  readonly printedBytes?: number;
  /** `memoryBytes` that are there already, all of them free: of an earlier try of the same job. Default: fresh ones. */
  readonly managed?: ManagedMemory;
  /** Hand out managed memory from the top of the address space. */
  readonly allocateFromTop?: boolean;
  readonly sizes?: SizeOverrides;
  readonly faults?: readonly Fault[];
  /** Threads that were started ahead; closed by who made it. */
  readonly pool?: SlotPool;
  /** URL of the module that exports FACTORIES for the workers; default: operators/factories. */
  readonly registryModule?: string;
  /** Vertices with fewer bytes to read run in the coordinator's thread; default 1 MiB. */
  readonly inProcessBytes?: number;
}

export interface JobListener {
  /** Called a few times a second. */
  progress?(progress: JobProgress): void;
  /** Something worth knowing, while it happens. */
  note?(text: string): void;
}
