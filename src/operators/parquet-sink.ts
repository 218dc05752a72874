/** Writes Parquet: one file, whose row groups are the same whatever the splits are and whoever reads them. */
import { join } from 'node:path';
import type { RecordBatch } from '../columnar/record-batch.js';
import type { CoordinatorContext, JobSink, SinkContext, SinkFactory } from '../dataflow/factory.js';
import type { Operator } from '../dataflow/operator.js';
import { BlockPacker, blockPackerMinimumBytes } from '../formats/parquet/block-packer.js';
import type { WriteCodec } from '../formats/parquet/codecs.js';
import { fileFooter, MAGIC } from '../formats/parquet/file-footer.js';
import { MAX_ROW_GROUPS, RowGroupDuties } from '../formats/parquet/row-group-duties.js';
import { keptRecord } from '../formats/parquet/row-group-record.js';
import { ROW_GROUP_SIZES } from '../formats/parquet/row-group-sizes.js';
import { RowGroupWriter, rowGroupWriterMinimumBytes } from '../formats/parquet/row-group-writer.js';
import { RowSpoolState } from '../formats/parquet/row-spool-state.js';
import { type OrderedFileState, OrderedFileWriter, type PreparedFile } from '../formats/publishing/ordered-file.js';
import { makeFolders } from '../memory/make-folders.js';
import { spillError } from '../memory/spill-error.js';
import { defaultSpillBase, spillFolderPath } from '../memory/spill-place.js';
import { type FileSinkConfig, prepareFileSink } from './file-sink.js';

export interface ParquetSinkConfig extends FileSinkConfig {
  readonly compression: WriteCodec;
}

interface PreparedParquet {
  /** Its splits are row groups. */
  readonly file: PreparedFile;
  /** How the names of spooled files begin. */
  readonly name: string;
  readonly splits: number;
  readonly shared: SharedArrayBuffer;
}

class ParquetSink implements Operator {
  readonly #config: ParquetSinkConfig;
  readonly #context: SinkContext;
  #packer: BlockPacker | undefined;
  #writer: RowGroupWriter | undefined;
  #file: OrderedFileWriter | undefined;
  #duties: RowGroupDuties | undefined;

  constructor(config: ParquetSinkConfig, context: SinkContext) {
    this.#config = config;
    this.#context = context;
  }

  open(): void {
    const { schema, compression } = this.#config;
    const { memory, kernels, metrics, isAlone } = this.#context;
    const { file: prepared, name, splits, shared } = this.#context.prepared as PreparedParquet;
    const poll = (): void => this.#context.poll();
    const file = new OrderedFileWriter(prepared, this.#context);
    this.#file = file;
    this.#packer = new BlockPacker(schema, memory, kernels.parquet, (...block) => this.#duties?.add(...block));
    this.#writer = new RowGroupWriter({
      ...{ schema, codec: compression, sizes: ROW_GROUP_SIZES, name, memory, kernels, poll },
      sink: (address, bytes) => file.write(address, bytes),
    });
    this.#duties = new RowGroupDuties({
      ...{ name, columns: schema.length, sizes: ROW_GROUP_SIZES, file, writer: this.#writer, heap: memory.heap },
      ...{ state: new RowSpoolState(shared, splits), isAlone, metrics, poll },
    });
  }

  beginSplit(split: number): void {
    this.#duties?.beginSplit(split);
  }

  processBatch(batch: RecordBatch): void {
    this.#packer?.write(batch);
    this.#duties?.advance();
  }

  endSplit(split: number): void {
    this.#duties?.endSplit(split);
  }

  endInput(): undefined {
    this.#duties?.finish();
    return undefined;
  }

  close(): void {
    this.#duties?.close();
    this.#file?.close();
    this.#writer?.close();
    this.#packer?.close();
  }
}

let spooled = 0;

async function prepare(config: ParquetSinkConfig, splits: number, context: CoordinatorContext): Promise<JobSink> {
  const folder = context.spillPath ?? spillFolderPath(defaultSpillBase(), context.jobId);
  try {
    makeFolders(folder, 0o700);
  } catch (cause) {
    throw spillError(folder, 'created', cause);
  }
  const name = join(folder, `rows-${spooled++}`);
  const closing = (state: OrderedFileState): Uint8Array => footerOf(config, name, state);
  // What is printed while the job runs could not be told from a whole file when it fails.
  const target = { ...config, isOnlyOutput: false };
  const sink = prepareFileSink(target, MAX_ROW_GROUPS, context, {
    preamble: MAGIC,
    closing,
    refusesAppend: () => 'a Parquet file ends with what it says of its rows',
  });
  const shared = context.allocateShared(RowSpoolState.sharedBytes(splits));
  const prepared: PreparedParquet = { file: sink.prepared as PreparedFile, name, splits, shared };
  return { ...sink, prepared };
}

function footerOf({ schema }: ParquetSinkConfig, name: string, state: OrderedFileState): Uint8Array {
  const records = Array.from({ length: state.turn }, (_, group) => group)
    .filter((group) => state.rows[group] > 0)
    .map((group) => ({ record: keptRecord(name, group), start: state.starts[group] }));
  return fileFooter(schema, records, state.bytes);
}

export const PARQUET_SINK: SinkFactory<ParquetSinkConfig> = {
  role: 'sink',
  kind: 'parquet-sink',
  minimumBytes: ({ schema }, { shareBytes }) =>
    blockPackerMinimumBytes(schema, shareBytes) + rowGroupWriterMinimumBytes(ROW_GROUP_SIZES, shareBytes),
  prepare,
  create: (config, context) => new ParquetSink(config, context),
};
