/**
 * What sinks of all formats have in common: a file, or stdout, in the order of the splits, staged while the job runs and
 * published by its commit; on the slots a writer that makes the bytes.
 */
import { existsSync } from 'node:fs';
import type { RecordBatch } from '../columnar/record-batch.js';
import type { Schema } from '../columnar/schema.js';
import type { CoordinatorContext, JobSink, SinkContext, TaskSizes } from '../dataflow/factory.js';
import type { Operator } from '../dataflow/operator.js';
import { leatError } from '../errors.js';
import { refuseClosedStdout } from '../formats/publishing/closed-stdout.js';
import { type OutputFrame, prepareFileOutput } from '../formats/publishing/file-output.js';
import { type FolderMode, type PartitionMark, prepareFolderOutput } from '../formats/publishing/folder-output.js';
import { MEMBER_WRITER_BYTES, type Packing } from '../formats/publishing/member-writer.js';
import { OrderedFileWriter, type PreparedFile } from '../formats/publishing/ordered-file.js';
import type { Located } from '../spec/source.js';
import { PartitionRuns, partitionRunsBytes } from './partition-runs.js';
import { tellingStep } from './step-place.js';

export interface FileSinkConfig {
  /** Where the pipeline names the target. */
  readonly at: Located;
  readonly target:
    | { readonly kind: 'file'; readonly path: string }
    | { readonly kind: 'folder'; readonly path: string; readonly partBytes: number; readonly extension: string }
    | { readonly kind: 'stdout' };
  /** Nothing else is written or checked, so rows for stdout need not wait for anything. */
  readonly isOnlyOutput: boolean;
  readonly mode: FolderMode;
  /** So many columns, the last ones, say in which partition of the folder a row goes; they come in order and are not written. */
  readonly partitions?: number;
  readonly showsFailures: readonly number[];
  readonly schema: Schema;
  /** How the output is compressed. */
  readonly packing?: Packing;
}

/** Managed memory that a sink needs beside its writer. */
export function fileSinkMinimumBytes({ packing, partitions }: FileSinkConfig, sizes: TaskSizes): number {
  return (packing === undefined ? 0 : MEMBER_WRITER_BYTES) + partitionRunsBytes(partitions, sizes);
}

/** What turns batches into the bytes of a format, which it flushes. */
export interface BatchWriter {
  write(batch: RecordBatch): void;
  /** Flushes what is left of the split. */
  finish(): void;
  close(): void;
}

/** Takes the bytes of a buffer of so many pages; answers the one to be overwritten afterwards, this one or another in exchange. */
type Flush = (address: number, bytes: number, pages: number) => number;

export class FileSink implements Operator {
  private writer!: BatchWriter;
  private readonly file: OrderedFileWriter;
  private rows = 0;
  /** Bytes of the split that were handed on. */
  private bytes = 0;
  private readonly partitions: PartitionRuns | undefined;
  private readonly createWriter: (flush: Flush) => BatchWriter;

  constructor(
    { schema, partitions = 0 }: FileSinkConfig,
    context: SinkContext,
    createWriter: (flush: Flush) => BatchWriter,
  ) {
    const names = schema.slice(schema.length - partitions).map(({ name }) => name);
    this.partitions = partitions === 0 ? undefined : new PartitionRuns(context, names);
    this.file = new OrderedFileWriter(context.prepared as PreparedFile, context);
    this.createWriter = createWriter;
  }

  /** A closed pipe wants no more rows. */
  get isDone(): boolean {
    return this.file.isClosed;
  }

  open(): void {
    this.partitions?.open();
    this.writer = this.createWriter((address, bytes, pages) => {
      this.bytes += bytes;
      return this.file.writeBuffer(address, bytes, pages);
    });
  }

  beginSplit(split: number): void {
    this.rows = 0;
    this.bytes = 0;
    this.partitions?.beginSplit(split);
    this.file.beginSplit(split);
  }

  processBatch(batch: RecordBatch): void {
    this.rows += batch.selectedCount;
    if (this.partitions === undefined) this.writer.write(batch);
    else {
      // What was written belongs to the partition before; the next byte begins another one.
      this.partitions.each(batch, this.writer, () => {
        this.writer.finish();
        return this.bytes;
      });
    }
  }

  endSplit(): void {
    this.writer.finish();
    this.file.endSplit(this.rows);
  }

  endInput(): readonly PartitionMark[] | undefined {
    this.file.finish();
    return this.partitions?.marks;
  }

  close(): void {
    this.writer?.close();
    this.partitions?.close();
    this.file.close();
  }
}

/** What a format says of the files of its rows. */
export interface RowsFrame extends OutputFrame {
  /** Why rows cannot be put behind those of a file; `head`: its first bytes. */
  readonly refusesAppend?: (head: Uint8Array) => string | undefined;
  /** A line end between quotes ends no row. */
  readonly quotes?: boolean;
}

/** `frame`: what stands around the rows. What is wrong with the target is told at the step. */
export function prepareFileSink(
  config: FileSinkConfig,
  splits: number,
  context: CoordinatorContext,
  frame: RowsFrame,
): JobSink {
  return tellingStep(
    () => prepareTarget(config, splits, context, frame),
    () => config.at,
    'it is written here',
  );
}

function prepareTarget(
  config: FileSinkConfig,
  splits: number,
  context: CoordinatorContext,
  { refusesAppend, quotes = false, ...frame }: RowsFrame,
): JobSink {
  const { target, mode, showsFailures } = config;
  const { jobId } = context;
  if (target.kind === 'folder') {
    const options = { jobId, mode, quotes, partBytes: target.partBytes, extension: target.extension };
    const output = prepareFolderOutput(target.path, splits, { ...options, preamble: frame.preamble });
    return { ...output, showsFailures };
  }
  if (mode === 'error' && target.kind === 'file' && existsSync(target.path)) {
    throw leatError('FORMAT_OUTPUT_EXISTS', `${target.path} is there already`, {
      hint: 'the step says `mode: error`; remove the file, or write with `mode: replace`',
    });
  }
  if (target.kind === 'stdout' && context.publishes) refuseClosedStdout();
  const to =
    target.kind === 'stdout' ? { kind: target.kind, streams: config.isOnlyOutput && context.publishes } : target;
  const output = prepareFileOutput(to, splits, {
    jobId,
    ...frame,
    packing: config.packing,
    appends:
      mode === 'append' && target.kind === 'file'
        ? { check: (head) => checkAppend(target.path, refusesAppend?.(head)) }
        : undefined,
    spoolFolder: context.spillPath,
    printedBytes: context.printedBytes,
  });
  return { ...output, showsFailures };
}

function checkAppend(path: string, reason: string | undefined): void {
  if (reason === undefined) return;
  throw leatError('FORMAT_OUTPUT_EXISTS', `rows cannot be put behind those of ${path}: ${reason}`, {
    hint: 'write to another file, or with `mode: replace`',
  });
}
