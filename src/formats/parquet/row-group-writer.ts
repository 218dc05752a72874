/** Row groups out of the spool into the output, a column chunk at a time. */
import type { Schema } from '../../columnar/schema.js';
import type { KernelSet } from '../../kernels/loader.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import { BlockCodecs } from '../compression/block-codecs.js';
import { blockBytes } from './block-packer.js';
import type { WriteCodec } from './codecs.js';
import { ColumnChunkWriter, columnChunkWriterMinimumBytes, USUAL_PAGE_BYTES } from './column-chunk-writer.js';
import { columnRows } from './column-reader.js';
import { type PlainLayout, plainLayout } from './column-shape.js';
import { PageRun } from './page-run.js';
import { type ByteSink, PageWriter, packedBytes } from './page-writer.js';
import { type RowGroupRecord, recordOf } from './row-group-record.js';
import { type BlockRows, type PlacedSplit, rowsOfGroup } from './row-group-rows.js';
import type { RowGroupSizes } from './row-group-sizes.js';
import { SpoolReader } from './spooled-split.js';

export interface RowGroupWriterOptions {
  readonly schema: Schema;
  readonly codec: WriteCodec;
  readonly sizes: RowGroupSizes;
  /** Of the spool. */
  readonly name: string;
  readonly memory: TaskMemory;
  readonly kernels: KernelSet;
  /** Throws when the task is cancelled. */
  readonly poll: () => void;
  readonly sink: ByteSink;
}

export class RowGroupWriter {
  readonly #options: RowGroupWriterOptions;
  readonly #layouts: readonly PlainLayout[];
  readonly #reader: SpoolReader;
  /** A column of a block. */
  readonly #buffer: PageRun;
  readonly #codecs: BlockCodecs;
  readonly #pages: PageWriter;
  readonly #chunks: ColumnChunkWriter;

  constructor(options: RowGroupWriterOptions) {
    const { schema, codec, sizes, name, memory, kernels, sink } = options;
    this.#options = options;
    this.#layouts = schema.map(({ type }) => plainLayout(type));
    this.#reader = new SpoolReader(name, memory.heap);
    this.#buffer = new PageRun(memory, 'writing Parquet', bufferBytes(memory.shareBytes));
    this.#codecs = new BlockCodecs(memory, kernels.codec);
    if (codec !== 'none') this.#codecs.reserve();
    this.#pages = new PageWriter(memory, kernels.parquet, this.#codecs, codec, USUAL_PAGE_BYTES, sink);
    this.#chunks = new ColumnChunkWriter(memory, kernels.parquet, this.#pages, sizes.rows);
  }

  /** Rows of the group as they lie in `splits`, which are neighbours. */
  rows(group: number, splits: readonly PlacedSplit[]): readonly BlockRows[] {
    const { sizes, memory } = this.#options;
    const context = { sizes, layouts: this.#layouts, reader: this.#reader, heap: memory.heap, buffer: this.#buffer };
    return rowsOfGroup(group, splits, context);
  }

  write(blocks: readonly BlockRows[]): RowGroupRecord {
    const { schema, codec, memory, kernels, poll } = this.#options;
    const env = { heap: memory.heap, kernels: kernels.parquet, reader: this.#reader, buffer: this.#buffer };
    const chunks = this.#layouts.map((layout, column) => {
      poll();
      return this.#chunks.write(layout, () => columnRows(env, blocks, column, layout));
    });
    this.#buffer.reset();
    this.#reader.close();
    const rows = blocks.reduce((sum, { from, to }) => sum + to - from, 0);
    return recordOf(schema, codec, chunks, rows);
  }

  close(): void {
    this.#reader.close();
    this.#chunks.close();
    this.#pages.close();
    this.#codecs.close();
    this.#buffer.close();
  }
}

function bufferBytes(shareBytes: number): number {
  return blockBytes(shareBytes) + PAGE_BYTES;
}

/** Managed memory that it cannot do without. */
export function rowGroupWriterMinimumBytes(sizes: RowGroupSizes, shareBytes: number): number {
  const packed = Math.ceil(packedBytes(USUAL_PAGE_BYTES) / PAGE_BYTES) * PAGE_BYTES;
  return bufferBytes(shareBytes) + packed + columnChunkWriterMinimumBytes(sizes.rows) + BlockCodecs.workBytes;
}
