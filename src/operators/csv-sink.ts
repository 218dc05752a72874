/** Writes CSV: one file (or stdout) in the order of the splits, staged while the job runs and published by its commit. */
import { existsSync } from 'node:fs';
import type { RecordBatch } from '../columnar/record-batch.js';
import type { Schema } from '../columnar/schema.js';
import type { CoordinatorContext, JobSink, SinkContext, SinkFactory } from '../dataflow/factory.js';
import type { TextSpan } from '../dataflow/logical-graph.js';
import type { Operator } from '../dataflow/operator.js';
import { leatError } from '../errors.js';
import { CsvBatchWriter, csvHeader, csvWriterMinimumBytes } from '../formats/csv/writer.js';
import { refuseClosedStdout } from '../formats/publishing/closed-stdout.js';
import { prepareFileOutput } from '../formats/publishing/file-output.js';
import { OrderedFileWriter, type PreparedFile } from '../formats/publishing/ordered-file.js';
import type { Located } from '../spec/source.js';
import { tellingStep } from './step-place.js';

export interface CsvSinkConfig {
  /** Where the pipeline names the target. */
  readonly at: Located;
  readonly target: { readonly kind: 'file'; readonly path: string } | { readonly kind: 'stdout' };
  /** Nothing else is written or checked, so rows for stdout need not wait for anything. */
  readonly isOnlyOutput: boolean;
  readonly mode: 'replace' | 'error';
  readonly delimiter: string;
  readonly header: boolean;
  readonly showsFailures: readonly number[];
  readonly schema: Schema;
  /** Columns that are several, as one text. */
  readonly spans?: readonly TextSpan[];
}

class CsvSink implements Operator {
  private writer!: CsvBatchWriter;
  private readonly file: OrderedFileWriter;
  private rows = 0;

  private readonly config: CsvSinkConfig;
  private readonly context: SinkContext;

  constructor(config: CsvSinkConfig, context: SinkContext) {
    this.config = config;
    this.context = context;
    this.file = new OrderedFileWriter(context.prepared as PreparedFile, context);
  }

  /** A closed pipe wants no more rows. */
  get isDone(): boolean {
    return this.file.isClosed;
  }

  open(): void {
    const { memory, kernels, batchRows, chunkBytes } = this.context;
    const { schema, spans = [], delimiter } = this.config;
    this.writer = new CsvBatchWriter({
      schema,
      spans: spans.map(({ slot }) => slot),
      delimiter,
      memory,
      kernels: kernels.csv,
      batchRows,
      chunkBytes,
      flush: (address, pages, bytes) => this.file.writeBuffer(address, pages, bytes),
    });
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

/** What is wrong with the target is told at the step. */
async function prepare(config: CsvSinkConfig, splits: number, context: CoordinatorContext): Promise<JobSink> {
  return tellingStep(
    () => prepareTarget(config, splits, context),
    () => config.at,
    'it is written here',
  );
}

function prepareTarget(config: CsvSinkConfig, splits: number, context: CoordinatorContext): JobSink {
  const { target, header, schema, spans, delimiter } = config;
  if (config.mode === 'error' && target.kind === 'file' && existsSync(target.path)) {
    throw leatError('FORMAT_OUTPUT_EXISTS', `${target.path} is there already`, {
      hint: 'the step says `mode: error`; remove the file, or write with `mode: replace`',
    });
  }
  if (target.kind === 'stdout' && context.publishes) refuseClosedStdout();
  const names = schema.flatMap(({ name }, slot) => spans?.find((span) => span.slot === slot)?.names ?? [name]);
  const preamble = header ? csvHeader(names, delimiter) : undefined;
  const to =
    target.kind === 'stdout' ? { kind: target.kind, streams: config.isOnlyOutput && context.publishes } : target;
  const output = prepareFileOutput(to, splits, {
    jobId: context.jobId,
    preamble,
    spoolFolder: context.spillPath,
    printedBytes: context.printedBytes,
  });
  return { ...output, showsFailures: config.showsFailures };
}

export const CSV_SINK: SinkFactory<CsvSinkConfig> = {
  role: 'sink',
  kind: 'csv-sink',
  minimumBytes: ({ schema }, sizes) => csvWriterMinimumBytes(schema.length, sizes),
  prepare,
  create: (config, context) => new CsvSink(config, context),
};
