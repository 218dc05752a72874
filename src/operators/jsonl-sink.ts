/** Writes JSON: a line an object, or one list of them with a line each. */
import type { CoordinatorContext, JobSink, SinkFactory } from '../dataflow/factory.js';
import type { JsonFormat } from '../formats/jsonl/json-file.js';
import { JsonBatchWriter, jsonWriterMinimumBytes } from '../formats/jsonl/writer.js';
import { FileSink, type FileSinkConfig, fileSinkMinimumBytes, prepareFileSink } from './file-sink.js';

export interface JsonlSinkConfig extends FileSinkConfig {
  readonly format: JsonFormat;
}

/**
 * In a list every row begins with a comma; that of the first one, wherever it comes from, becomes a line end:
 *
 *     [
 *     {"a":1}
 *     ,{"a":2}
 *     ]
 */
const SEPARATOR = ',';
const encoder = new TextEncoder();
const LIST = { preamble: encoder.encode('['), firstByte: 10, closing: () => encoder.encode(']\n') };

const refusesAppend = (): string => 'it is one list, which has an end';

async function prepare(config: JsonlSinkConfig, splits: number, context: CoordinatorContext): Promise<JobSink> {
  return prepareFileSink(config, splits, context, config.format === 'json' ? { ...LIST, refusesAppend } : {});
}

export const JSONL_SINK: SinkFactory<JsonlSinkConfig> = {
  role: 'sink',
  kind: 'jsonl-sink',
  minimumBytes: (config, sizes) => jsonWriterMinimumBytes(config.schema, sizes) + fileSinkMinimumBytes(config, sizes),
  prepare,
  create: (config, context) => {
    const { format, partitions = 0 } = config;
    const schema = config.schema.slice(0, config.schema.length - partitions);
    const { memory, kernels, chunkBytes } = context;
    const separator = format === 'json' ? SEPARATOR : null;
    const shape = { schema, separator, memory, kernels: kernels.jsonl, chunkBytes };
    return new FileSink(config, context, (flush) => new JsonBatchWriter({ ...shape, flush }));
  },
};
