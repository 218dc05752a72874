/**
 * Record batches to blocks of plain columns (spooled-split.ts). A block is a part of one batch, as many rows as a buffer of
 * bounded size holds: where blocks begin shows nowhere in the output.
 */
import { PHYSICAL_BYTES } from '../../columnar/data-type.js';
import type { RecordBatch } from '../../columnar/record-batch.js';
import type { Schema } from '../../columnar/schema.js';
import type { Vector } from '../../columnar/vector.js';
import type { ParquetKernels } from '../../kernels/parquet-kernels.js';
import { PLAIN_SLACK, PLAIN_TEXT } from '../../kernels/parquet-write-kernels.js';
import { type Heap, PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import { type PlainLayout, plainLayout } from './column-shape.js';
import { PageRun } from './page-run.js';

const PURPOSE = 'writing Parquet';

/** The part of a task's share that a block takes. */
const BLOCK_SHARE = 24;
const MIN_BLOCK_BYTES = PAGE_BYTES;
const MAX_BLOCK_BYTES = 1 << 20;

export function blockBytes(shareBytes: number): number {
  const wanted = Math.floor(shareBytes / BLOCK_SHARE / PAGE_BYTES) * PAGE_BYTES;
  return Math.min(MAX_BLOCK_BYTES, Math.max(MIN_BLOCK_BYTES, wanted));
}

/** Takes the block at `address`, its columns one behind the other. */
export type BlockSink = (
  address: number,
  bytes: number,
  rows: number,
  columns: readonly { bytes: number; values: number }[],
) => void;

export class BlockPacker {
  readonly #layouts: readonly PlainLayout[];
  /** Bytes that a row takes at most, beside its texts. */
  readonly #fixedBytes: number;
  readonly #heap: Heap;
  readonly #kernels: ParquetKernels;
  readonly #block: PageRun;
  readonly #validity: PageRun;
  readonly #sink: BlockSink;

  constructor(schema: Schema, memory: TaskMemory, kernels: ParquetKernels, sink: BlockSink) {
    this.#layouts = schema.map(({ type }) => plainLayout(type));
    this.#fixedBytes = fixedRowBytes(schema);
    this.#heap = memory.heap;
    this.#kernels = kernels;
    this.#sink = sink;
    this.#block = new PageRun(memory, PURPOSE, blockBytes(memory.shareBytes));
    this.#validity = new PageRun(memory, PURPOSE, validityBytes(this.#block.bytes));
  }

  write(batch: RecordBatch): void {
    for (let from = 0; from < batch.selectedCount; ) {
      const to = this.#fit(batch, from);
      this.#pack(batch, from, to);
      from = to;
    }
    this.#block.reset();
  }

  close(): void {
    this.#block.close();
    this.#validity.close();
  }

  /** The end of the rows from `from` on that fit into a block; room is made for one that does not. */
  #fit(batch: RecordBatch, from: number): number {
    let rows = Math.min(batch.selectedCount - from, Math.max(1, Math.floor(this.#room / this.#fixedBytes)));
    for (;;) {
      const bytes = rows * this.#fixedBytes + this.#textBytes(batch, from, from + rows);
      if (bytes <= this.#room) return from + rows;
      if (rows === 1) {
        this.#block.reserve(bytes + PLAIN_SLACK);
        return from + 1;
      }
      rows = Math.max(1, Math.floor(rows / 2));
    }
  }

  get #room(): number {
    return this.#block.bytes - PLAIN_SLACK;
  }

  #textBytes({ vectors, selection }: RecordBatch, from: number, to: number): number {
    return vectors.reduce((sum, vector, column) => {
      if (this.#layouts[column].kind !== PLAIN_TEXT) return sum;
      const { values, validity } = vector;
      return (
        sum +
        this.#kernels.plainTextBytes(values, strideOf(vector), validity, vector.isConstant ? 0 : 1, selection, from, to)
      );
    }, 0);
  }

  #pack({ vectors, selection }: RecordBatch, from: number, to: number): void {
    const rows = to - from;
    const { u8 } = this.#heap;
    const begin = this.#block.address;
    const valid = this.#validity.address;
    let at = begin;
    const columns = vectors.map((vector, column) => {
      const { values, validity, isConstant } = vector;
      const { kind } = this.#layouts[column];
      const bytes = this.#kernels.appendPlain(
        ...([kind, values, strideOf(vector), validity, isConstant ? 0 : 1, selection, from, to, at, valid] as const),
      );
      at += bytes;
      const count = validity === 0 ? rows : this.#kernels.countValid(valid, rows);
      if (count < rows) {
        u8.copyWithin(at, valid, valid + rows);
        at += rows;
      }
      return { bytes, values: count };
    });
    this.#sink(begin, at - begin, rows, columns);
  }
}

function strideOf({ physical, isConstant }: Vector): number {
  return isConstant ? 0 : PHYSICAL_BYTES[physical];
}

/** With the byte of validity of each column. */
function fixedRowBytes(schema: Schema): number {
  return Math.max(
    1,
    schema.reduce((sum, { type }) => sum + plainLayout(type).width + 1, 0),
  );
}

/** Managed memory that a packer cannot do without; a row of very many columns takes a larger block. */
export function blockPackerMinimumBytes(schema: Schema, shareBytes: number): number {
  const block = Math.max(blockBytes(shareBytes), fixedRowBytes(schema) + PLAIN_SLACK + PAGE_BYTES);
  return pageBytes(block) + pageBytes(validityBytes(block));
}

/** A row takes two bytes of a block at least. */
function validityBytes(block: number): number {
  return block / 2;
}

function pageBytes(bytes: number): number {
  return Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
}
