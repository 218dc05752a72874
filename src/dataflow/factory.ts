/**
 * Physical operators as the runtime sees them: one factory a kind, in one registry. A factory has a coordinator's side
 * (what there is to read, what is published) and a slot's side (the operator at work). Configurations are plain data.
 *
 *     coordinator                          slot
 *     source.enumerate -> splits   --->    source.create -> runSplit(split) -> collector -> operators -> sink
 *     sink.prepare -> shared state --->    sink.create
 *     sink.finish(task results)    <---    endInput() of each attempt
 */
import type { Diagnostic } from '../errors.js';
import type { KernelSet } from '../kernels/loader.js';
import type { Collector, Operator, OperatorContext } from './operator.js';

/** A part of a source's input that one attempt reads whole: a block of a file, a range of keys. */
export interface Split {
  readonly index: number;
  /** Bytes it stands for, for progress. */
  readonly bytes: number;
  /** What the source needs to find it; plain data. */
  readonly data: unknown;
}

/** Sizes that depend on the budget; every buffer is sized from these. */
export interface TaskSizes {
  /** Managed memory one task may count on. */
  readonly shareBytes: number;
  readonly chunkBytes: number;
  readonly batchRows: number;
}

export interface CoordinatorContext {
  /** What `endInput` of the operator `operator` (index in its chain) returned, a value per finished attempt. */
  upstream(vertex: number, operator: number): readonly unknown[];
  readonly kernels: KernelSet;
  readonly slots: number;
  readonly sizes: TaskSizes;
  /** False: nothing that is written will be seen. */
  readonly publishes: boolean;
  /** A name for temporary files: unique to this job. */
  readonly jobId: string;
  /** The job's spill folder, for output that is spooled; made by who first writes there, removed with the job. */
  readonly spillPath?: string;
  /** Bytes that an earlier try of the job has printed of an output that streams: the same bytes as now. */
  readonly printedBytes: number;
  /** A SharedArrayBuffer that all attempts of a vertex see, zeroed. */
  allocateShared(bytes: number): SharedArrayBuffer;
}

export interface SplitPlan {
  readonly splits: readonly Split[];
  /** Shared by all attempts: block states of a CSV source and the like. */
  readonly shared: SharedArrayBuffer;
}

export interface SourceContext extends OperatorContext {
  readonly shared: SharedArrayBuffer;
  readonly splits: readonly Split[];
  /** Throws when the task is cancelled; called at least once a batch. */
  poll(): void;
}

export interface Source {
  open(): void;
  /** Reads the split to its end, emitting batches in order. */
  runSplit(split: Split): void;
  /** As that of an operator. */
  endInput?(): unknown;
  close(): void;
}

export interface SourceFactory<Config = unknown> {
  readonly role: 'source';
  readonly kind: string;
  /** Managed memory without which a task with this source cannot run. */
  minimumBytes(config: Config, sizes: TaskSizes): number;
  enumerate(config: Config, context: CoordinatorContext): Promise<SplitPlan>;
  /** As that of a transform. */
  holdsFor?(config: Config): number | undefined;
  /**
   * Holds the configuration against the inputs as they are, for `validate`; throws what a run would throw. Inputs that have
   * a schema are opened only for `withSchema`.
   */
  check?(config: Config, withSchema: boolean): void;
  create(config: Config, context: SourceContext, output: Collector): Source;
}

export interface TransformFactory<Config = unknown> {
  readonly role: 'transform';
  readonly kind: string;
  minimumBytes(config: Config, sizes: TaskSizes): number;
  /** On the coordinator, when all inputs of its vertex are through: what every attempt is to know. Plain data. */
  prepare?(config: Config, context: CoordinatorContext): unknown;
  /** How many rows of something else each row is held against: so many times the work that its bytes suggest. */
  rowsPerRow?(config: Config, prepared: unknown): number;
  /**
   * What all attempts found together, when the whole job is through and before anything is published: a verdict for each
   * thing that was looked at.
   */
  verdicts?(config: Config, results: readonly unknown[]): readonly Verdict[];
  /**
   * What it takes in stays in memory until others have read it, and this node of the logical graph can be planned in a way
   * that needs no such room.
   */
  holdsFor?(config: Config): number | undefined;
  create(config: Config, context: OperatorContext, output: Collector): Operator;
}

/** Whether something that a pipeline demands holds. */
export interface Verdict {
  /** The step that demands it; undefined where all rows together are meant, of which none can be shown. */
  readonly gate: number | undefined;
  readonly holds: boolean;
  /** A check of the pipeline, not a limit of its own. */
  readonly isCheck: boolean;
  readonly severity: 'error' | 'warn';
  readonly failures: number;
  /** Says what does not hold, or would. */
  readonly diagnostic: Diagnostic;
}

export interface SinkContext extends OperatorContext {
  poll(): void;
}

/** A file to be published by the job's commit. */
export interface StagedOutput {
  readonly temporary: string;
  readonly target: string;
  readonly rows: number;
  readonly bytes: number;
  /** The reader of stdout went away before it had taken all of them. */
  readonly readerLeft?: true;
  /** The target is a folder: what changes in it. */
  readonly folder?: {
    readonly files: readonly { readonly temporary: string; readonly target: string }[];
    readonly removes: readonly string[];
  };
}

/** One sink of a job on the coordinator's side. */
export interface JobSink {
  /** Sent to every attempt. */
  readonly prepared: unknown;
  /** The gates whose failing rows its rows are; with any it is published whether or not the checks hold. */
  readonly showsFailures: readonly number[];
  /** All tasks are through; flushes. Called before the commit. */
  finish(taskResults: readonly unknown[]): Promise<readonly StagedOutput[]>;
  /** Removes whatever was staged. */
  abort(): Promise<void>;
  /** Bytes that went out before the commit. */
  printedBytes(): number;
}

export interface SinkFactory<Config = unknown> {
  readonly role: 'sink';
  readonly kind: string;
  minimumBytes(config: Config, sizes: TaskSizes): number;
  prepare(config: Config, splits: number, context: CoordinatorContext): Promise<JobSink>;
  create(config: Config, context: SinkContext): Operator;
}

export type OperatorFactory = SourceFactory | TransformFactory | SinkFactory;
export type FactoryRegistry = ReadonlyMap<string, OperatorFactory>;
