/** Writes CSV: one file (or stdout) in the order of the splits, staged while the job runs and published by its commit. */
import type { CoordinatorContext, JobSink, SinkFactory } from '../dataflow/factory.js';
import type { TextSpan } from '../dataflow/logical-graph.js';
import { CsvBatchWriter, csvHeader, csvWriterMinimumBytes } from '../formats/csv/writer.js';
import { FileSink, type FileSinkConfig, fileSinkMinimumBytes, prepareFileSink } from './file-sink.js';

export interface CsvSinkConfig extends FileSinkConfig {
  readonly delimiter: string;
  readonly header: boolean;
  /** Columns that are several, as one text. */
  readonly spans?: readonly TextSpan[];
}

async function prepare(config: CsvSinkConfig, splits: number, context: CoordinatorContext): Promise<JobSink> {
  const { header, schema, spans, delimiter } = config;
  const names = schema.flatMap(({ name }, slot) => spans?.find((span) => span.slot === slot)?.names ?? [name]);
  return prepareFileSink(config, splits, context, header ? { preamble: csvHeader(names, delimiter) } : {});
}

export const CSV_SINK: SinkFactory<CsvSinkConfig> = {
  role: 'sink',
  kind: 'csv-sink',
  minimumBytes: (config, sizes) => csvWriterMinimumBytes(config.schema.length, sizes) + fileSinkMinimumBytes(config),
  prepare,
  create: ({ schema, spans = [], delimiter }, context) => {
    const { memory, kernels, batchRows, chunkBytes } = context;
    const columns = { schema, spans: spans.map(({ slot }) => slot), delimiter };
    const shape = { ...columns, memory, kernels: kernels.csv, batchRows, chunkBytes };
    return new FileSink(context, (flush) => new CsvBatchWriter({ ...shape, flush }));
  },
};
