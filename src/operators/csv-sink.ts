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
  const written = schema.slice(0, schema.length - (config.partitions ?? 0));
  const names = written.flatMap(({ name }, slot) => spans?.find((span) => span.slot === slot)?.names ?? [name]);
  const preamble = header ? csvHeader(names, delimiter) : undefined;
  const refusesAppend = (head: Uint8Array): string | undefined => {
    if (preamble === undefined || head.length === 0) return undefined;
    const isSame = Buffer.from(head.subarray(0, preamble.length)).equals(preamble);
    return isSame ? undefined : 'its header is another one';
  };
  return prepareFileSink(config, splits, context, { preamble, refusesAppend, quotes: true });
}

export const CSV_SINK: SinkFactory<CsvSinkConfig> = {
  role: 'sink',
  kind: 'csv-sink',
  minimumBytes: (config, sizes) =>
    csvWriterMinimumBytes(config.schema.length, sizes) + fileSinkMinimumBytes(config, sizes),
  prepare,
  create: (config, context) => {
    const { spans = [], delimiter, partitions = 0 } = config;
    const schema = config.schema.slice(0, config.schema.length - partitions);
    const { memory, kernels, batchRows, chunkBytes } = context;
    const columns = { schema, spans: spans.map(({ slot }) => slot), delimiter };
    const shape = { ...columns, memory, kernels: kernels.csv, batchRows, chunkBytes };
    return new FileSink(config, context, (flush) => new CsvBatchWriter({ ...shape, flush }));
  },
};
