/**
 * What sinks of all formats have in common: a file, or stdout, in the order of the splits, staged while the job runs and
 * published by its commit; on the slots a writer that makes the bytes.
 */
import { existsSync } from 'node:fs';
import type { RecordBatch } from '../columnar/record-batch.js';
import type { Schema } from '../columnar/schema.js';
import type { CoordinatorContext, JobSink, SinkContext } from '../dataflow/factory.js';
import type { Operator } from '../dataflow/operator.js';
import { leatError } from '../errors.js';
import { refuseClosedStdout } from '../formats/publishing/closed-stdout.js';
import { type OutputFrame, prepareFileOutput } from '../formats/publishing/file-output.js';
import { MEMBER_WRITER_BYTES, type Packing } from '../formats/publishing/member-writer.js';
import { OrderedFileWriter, type PreparedFile } from '../formats/publishing/ordered-file.js';
import type { Located } from '../spec/source.js';
import { tellingStep } from './step-place.js';

export interface FileSinkConfig {
  /** Where the pipeline names the target. */
  readonly at: Located;
  readonly target: { readonly kind: 'file'; readonly path: string } | { readonly kind: 'stdout' };
  /** Nothing else is written or checked, so rows for stdout need not wait for anything. */
  readonly isOnlyOutput: boolean;
  readonly mode: 'replace' | 'error';
  readonly showsFailures: readonly number[];
  readonly schema: Schema;
  /** How the output is compressed. */
  readonly packing?: Packing;
}

/** Managed memory that a sink needs beside its writer. */
export function fileSinkMinimumBytes({ packing }: FileSinkConfig): number {
  return packing === undefined ? 0 : MEMBER_WRITER_BYTES;
}

/** What turns batches into the bytes of a format, which it flushes. */
export interface BatchWriter {
  write(batch: RecordBatch): void;
  /** Flushes what is left of the split. */
  finish(): void;
  close(): void;
}

/** Takes bytes of managed memory; they may be overwritten afterwards. */
type Flush = (address: number, bytes: number) => void;

export class FileSink implements Operator {
  private writer!: BatchWriter;
  private readonly file: OrderedFileWriter;
  private rows = 0;
  private readonly createWriter: (flush: Flush) => BatchWriter;

  constructor(context: SinkContext, createWriter: (flush: Flush) => BatchWriter) {
    this.file = new OrderedFileWriter(context.prepared as PreparedFile, context);
    this.createWriter = createWriter;
  }

  /** A closed pipe wants no more rows. */
  get isDone(): boolean {
    return this.file.isClosed;
  }

  open(): void {
    this.writer = this.createWriter((address, bytes) => this.file.write(address, bytes));
  }

  beginSplit(split: number): void {
    this.rows = 0;
    this.file.beginSplit(split);
  }

  processBatch(batch: RecordBatch): void {
    this.rows += batch.selectedCount;
    this.writer.write(batch);
  }

  endSplit(): void {
    this.writer.finish();
    this.file.endSplit(this.rows);
  }

  endInput(): undefined {
    this.file.finish();
    return undefined;
  }

  close(): void {
    this.writer?.close();
    this.file.close();
  }
}

/** `frame`: what stands around the rows. What is wrong with the target is told at the step. */
export function prepareFileSink(
  config: FileSinkConfig,
  splits: number,
  context: CoordinatorContext,
  frame: OutputFrame,
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
  frame: OutputFrame,
): JobSink {
  const { target } = config;
  if (config.mode === 'error' && target.kind === 'file' && existsSync(target.path)) {
    throw leatError('FORMAT_OUTPUT_EXISTS', `${target.path} is there already`, {
      hint: 'the step says `mode: error`; remove the file, or write with `mode: replace`',
    });
  }
  if (target.kind === 'stdout' && context.publishes) refuseClosedStdout();
  const to =
    target.kind === 'stdout' ? { kind: target.kind, streams: config.isOnlyOutput && context.publishes } : target;
  const output = prepareFileOutput(to, splits, {
    jobId: context.jobId,
    ...frame,
    packing: config.packing,
    spoolFolder: context.spillPath,
    printedBytes: context.printedBytes,
  });
  return { ...output, showsFailures: config.showsFailures };
}
