/** Writes CSV: one file (or stdout) in the order of the splits, staged while the job runs and published by its commit. */
import type { RecordBatch } from '../columnar/record-batch.js';
import type { CoordinatorContext, JobSink, SinkContext, SinkFactory } from '../dataflow/factory.js';
import type { TextSpan } from '../dataflow/logical-graph.js';
import type { Operator } from '../dataflow/operator.js';
import { CsvBatchWriter, csvHeader, csvWriterMinimumBytes } from '../formats/csv/writer.js';
import { OrderedFileWriter, type PreparedFile } from '../formats/publishing/ordered-file.js';
import { type FileSinkConfig, prepareFileSink } from './file-sink.js';

export interface CsvSinkConfig extends FileSinkConfig {
  readonly delimiter: string;
  readonly header: boolean;
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
      flush: (address, bytes) => this.file.write(address, bytes),
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

async function prepare(config: CsvSinkConfig, splits: number, context: CoordinatorContext): Promise<JobSink> {
  const { header, schema, spans, delimiter } = config;
  const names = schema.flatMap(({ name }, slot) => spans?.find((span) => span.slot === slot)?.names ?? [name]);
  return prepareFileSink(config, splits, context, {
    preamble: header ? csvHeader(names, delimiter) : undefined,
  });
}

export const CSV_SINK: SinkFactory<CsvSinkConfig> = {
  role: 'sink',
  kind: 'csv-sink',
  minimumBytes: ({ schema }, sizes) => csvWriterMinimumBytes(schema.length, sizes),
  prepare,
  create: (config, context) => new CsvSink(config, context),
};
