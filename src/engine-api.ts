/**
 * The types of the facade, apart from its code: the command line and a program's type checker read this file, and
 * nothing heavy is loaded for it. `Engine` is what `engine.ts` exports as a module.
 *
 * All three calls reject with a `LeatError` when they could not do what was asked; `check` is the exception: what is
 * wrong with the pipeline is its answer.
 */
import type { Readable } from 'node:stream';
import type { Diagnostic } from './errors.js';
import type { ShownActual } from './plan/explain-parts.js';
import type { PlanDocument } from './plan/plan-document.js';
import type { JobProgress, JobResult } from './runtime/job-result.js';

/** Sizes and seams that tests turn; plain ones from LEAT_TEST_SETTINGS too. No part of the contract. */
export interface TestSettings {
  readonly batchRows?: number;
  readonly chunkBytes?: number;
  /** Bytes of a split, in place of the constant of the format. */
  readonly splitBytes?: number;
  readonly kernels?: 'wasm' | 'twins';
  /** Vertices with fewer bytes to read run in the coordinator's thread. */
  readonly inProcessBytes?: number;
  /** Hand out managed memory from the top of the address space. */
  readonly allocateFromTop?: boolean;
  /** All joins that have keys are made by them, whatever would fit into memory. */
  readonly joins?: 'by-key';
  /** The same of limits that have groups. */
  readonly limits?: 'by-key';
  /** Every key hashes alike. */
  readonly sameHash?: boolean;
  /** Faults to inject, such as a worker that dies; read by the runtime. */
  readonly faults?: unknown;
  /** A SlotPool with at least as many threads as the run has slots; the caller closes it, and other runs may use it. */
  readonly pool?: unknown;
}

/** What a caller may set; each wins over the pipeline's `run:`. Sizes in bytes, times in milliseconds. */
export interface PipelineOptions {
  /** Values of parameters, as text. */
  readonly params?: Readonly<Record<string, string>>;
  /** Paths by step name, in place of what the pipeline reads and writes; relative to the current folder. */
  readonly read?: Readonly<Record<string, string>>;
  readonly write?: Readonly<Record<string, string>>;
  readonly slots?: number;
  readonly memoryBytes?: number;
  readonly spillDir?: string;
  readonly spillLimit?: number;
  /** How often a task that lost its worker may run again. */
  readonly restartAttempts?: number;
  readonly restartDelayMs?: number;
  /** The start of the run for `now()`: an ISO timestamp. */
  readonly now?: string;
  readonly seed?: bigint;
  /** Folder that relative paths of the pipeline start from; default: the pipeline file's. */
  readonly baseDir?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** What a read of `stdin` reads; default: the process's standard input. */
  readonly stdin?: Readable;
  readonly test?: TestSettings;
}

/** A pipeline: the path of its file, or its text with what messages call it. */
export type PipelineInput = string | { readonly path: string; readonly text: string };

export interface CheckOptions extends PipelineOptions {
  /** Compare the headers of declared inputs too. */
  readonly data?: boolean;
}

export interface CheckReport {
  readonly pipeline: string;
  /** No diagnostic is an error. */
  readonly ok: boolean;
  /** It is one for `use`: what depends on the rows of its user is checked there. */
  readonly isLibrary: boolean;
  /** Sorted by place. */
  readonly diagnostics: readonly Diagnostic[];
  readonly steps: number;
}

export const EXPLAIN_LEVELS = ['logical', 'optimized', 'job', 'source'] as const;
export type ExplainLevel = (typeof EXPLAIN_LEVELS)[number];

export const EXPLAIN_FORMATS = ['text', 'json', 'mermaid', 'dot'] as const;
export type ExplainFormat = (typeof EXPLAIN_FORMATS)[number];

export interface ExplainOptions extends PipelineOptions {
  /** Default: all but the generated source; of a drawing (mermaid, dot) the job, and never the source. */
  readonly level?: ExplainLevel;
  /** Default: text. */
  readonly format?: ExplainFormat;
  /** Lines of text are wrapped to so many columns; default: never. */
  readonly columns?: number;
  /** How paths are shown, but for json; default: whole. */
  readonly shownPath?: (path: string) => string;
  /** How it is said what a run did; see analyzePipeline. */
  readonly shownActual?: ShownActual;
}

export interface ExplainReport {
  readonly pipeline: string;
  /** In the format asked for. */
  readonly text: string;
  /** What the text shows, as plain data. */
  readonly plan: PlanDocument;
  readonly warnings: readonly Diagnostic[];
}

export interface RunOptions extends PipelineOptions {
  /** The caller writes to stdout itself: a pipeline that writes there is CLI_USAGE, before anything runs. */
  readonly stdoutTaken?: boolean;
  /** Aborting it cancels the job, removes what was staged and rejects with RUNTIME_CANCELLED. */
  readonly signal?: AbortSignal;
}

/** What is known when the job starts. */
export interface JobStart {
  readonly pipeline: string;
  readonly slots: number;
  readonly memoryBytes: number;
  /** Rows go to stdout, which the listener may not touch then. */
  readonly writesStdout: boolean;
}

export interface RunListener {
  /** Once, before the first progress. */
  started(start: JobStart): void;
  /** Called a few times a second. */
  progress(progress: JobProgress): void;
  /** Something worth knowing, while it happens. */
  note(text: string): void;
}

export interface RunReport extends JobResult {
  readonly pipeline: string;
  readonly exitStatus: 0;
  /** Some outputs went to stdout, so nothing else may be written there. */
  readonly wroteStdout: boolean;
}

export interface PreviewOptions extends RunOptions {
  /** The step whose rows are shown; default: the one above the last `write`. */
  readonly step?: string;
  /** At most so many rows. */
  readonly rows: number;
}

export interface PreviewReport {
  readonly step: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** Values as a CSV file has them. */
  readonly rows: readonly (readonly (string | null)[])[];
  readonly hasMore: boolean;
  readonly warnings: readonly Diagnostic[];
}

export interface SchemaOptions extends RunOptions {
  /** Of the file, if its name does not say it. */
  readonly format?: string;
  /** Rows that are looked at. */
  readonly rows: number;
}

export interface InferredColumn {
  readonly name: string;
  readonly type: string;
  readonly nulls: number;
  /** Of the values that were looked at; undefined where there are none, or no order. */
  readonly least?: string;
  readonly greatest?: string;
}

/** What a file shows of its columns. */
export interface InferredSchema {
  readonly file: string;
  readonly columns: readonly InferredColumn[];
  /** Rows looked at. */
  readonly rows: number;
  /** There are more. */
  readonly isSample: boolean;
  readonly warnings: readonly Diagnostic[];
}

/** What `engine.ts` exports. */
export interface Engine {
  checkPipeline(path: string, options?: CheckOptions): Promise<CheckReport>;
  explainPipeline(path: string, options?: ExplainOptions): Promise<ExplainReport>;
  /** Runs the pipeline, publishes nothing, and explains what the slots did: the level job. */
  analyzePipeline(path: string, options?: ExplainOptions & RunOptions, listener?: RunListener): Promise<ExplainReport>;
  runPipeline(path: PipelineInput, options?: RunOptions, listener?: RunListener): Promise<RunReport>;
  /** The first rows of a step, without anything being written. */
  previewRows(input: PipelineInput, options: PreviewOptions): Promise<PreviewReport>;
  /** Columns of a file, their types as a `read` without a schema has them, and the evidence. */
  inferSchemas(file: string, options: SchemaOptions): Promise<InferredSchema>;
  /** The text of the pipeline file with a `schema:` in each `read` that has none; its comments stay. */
  freezeSchemas(path: string, options?: CheckOptions): Promise<{ readonly text: string; readonly frozen: number }>;
}
