/** What a format of output files is to the verb `write`: one file a format in this folder, one line in registry.ts. */
import type { FileSinkConfig } from '../file-sink.js';
import type { WriteOptions } from './write-options.js';

/** What a sink knows of its target while the pipeline is planned; the planner adds the rest. */
export type SinkTarget = Omit<FileSinkConfig, 'schema' | 'isOnlyOutput'>;

export interface WriteRequest {
  readonly target: SinkTarget;
  /** The target's name in lower case, or that of a file in it, from which the format may learn something. */
  readonly name: string;
  readonly options: WriteOptions;
}

/** A sink as the logical graph has it. */
export interface PlannedSink {
  /** The kind of the physical sink. */
  readonly factory: string;
  readonly config: object;
  /** The format has types: columns take their inferred ones. */
  readonly typed: boolean;
  /** See the sink of the logical graph. */
  readonly rawText?: string;
}

export interface WriteFormat {
  readonly name: string;
  /** As messages say it: `CSV files`. */
  readonly called: string;
  /** Ends of names that say this format, in lower case, with the dot. */
  readonly extensions: readonly string[];
  /** Keys of a `write` that only files of this format, or of others that name them too, have. */
  readonly options: readonly (keyof WriteOptions)[];
  /** Compression is a part of the format. */
  readonly packsItself?: true;
  /** Files of it can be cut behind any row: it can be written as a folder. */
  readonly isCut: boolean;
  plan(request: WriteRequest): PlannedSink;
}
