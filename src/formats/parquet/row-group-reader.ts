/**
 * Row groups in, record batches out: the columns that are read, side by side. One reader a task attempt; it holds its
 * buffers from one row group to the next. A batch lives until the next call of `next`.
 */
import { closeSync, fstatSync } from 'node:fs';
import type { RecordBatch, RowOrigin } from '../../columnar/record-batch.js';
import { leatError, type Place, type RowPosition } from '../../errors.js';
import type { KernelSet } from '../../kernels/loader.js';
import { Arena } from '../../memory/arena.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import { BlockCodecs } from '../compression/block-codecs.js';
import type { BatchColumn } from './batch-column.js';
import type { PageReading } from './chunk-pages.js';
import { ParquetFault } from './fault.js';
import { FlatColumn } from './flat-column.js';
import { openInput, type ParquetFile, readFailure } from './footer.js';
import { NestedColumn } from './nested-column.js';
import { PageBuffer } from './page-buffer.js';
import { SCRATCH_ROW_BYTES } from './page-values.js';
import { type RowGroupSplit, whereText } from './row-groups.js';
import { isFlat, type ParquetColumn } from './schema.js';

export interface RowGroupReaderOptions {
  readonly files: readonly ParquetFile[];
  /** What to decode; the vectors of a batch are in this order. May be empty: then batches only count rows. */
  readonly columns: readonly ParquetColumn[];
  /** The source's place in the plan, for row positions. */
  readonly source: number;
  readonly memory: TaskMemory;
  readonly kernels: KernelSet;
  readonly batchRows: number;
  /** Called once a batch; throws to cancel. */
  readonly poll?: () => void;
}

/** Of cursors over levels and values, and seams. */
const LEAF_BYTES = 512;
/** The widest value, levels of two kinds, and a view of the JSON that it is put into. */
const LEAF_ROW_BYTES = 16 + 2 + 9;

/** Managed memory that a reader cannot do without; `pageBytes`: of a page of each leaf, as far as that is known. */
export function readerMinimumBytes(batchRows: number, pageBytes: readonly number[]): number {
  const leaves = pageBytes.length;
  const rows = batchRows * (leaves * LEAF_ROW_BYTES + SCRATCH_ROW_BYTES) + leaves * LEAF_BYTES;
  const pages = pageBytes.reduce((sum, bytes) => sum + Math.ceil(bytes / PAGE_BYTES) + 1, 0);
  const compressed = Math.ceil(Math.max(0, ...pageBytes) / PAGE_BYTES) + 1;
  return (Math.ceil(rows / PAGE_BYTES) + 1 + pages + compressed) * PAGE_BYTES;
}

export class RowGroupReader implements RowOrigin {
  readonly #options: RowGroupReaderOptions;
  readonly #arena: Arena;
  readonly #reading: PageReading;
  readonly #columns: readonly BatchColumn[];
  readonly #batch: RecordBatch;
  #file: ParquetFile | undefined;
  #descriptor = -1;
  #split: RowGroupSplit | undefined;
  /** Rows of the split that were handed out before the batch, and with it. */
  #before = 0;
  #done = 0;

  constructor(options: RowGroupReaderOptions) {
    this.#options = options;
    const { memory, kernels, columns, batchRows } = options;
    const arena = new Arena(memory, 'reading Parquet');
    this.#arena = arena;
    const codecs = new BlockCodecs(memory, kernels.codec);
    this.#reading = { memory, codecs, compressed: new PageBuffer(memory) };
    const scratch = { places: arena.allocate(4 * batchRows), views: arena.allocate(8 * batchRows) };
    const context = { memory, kernels, arena, scratch };
    this.#columns = columns.map((column) =>
      isFlat(column)
        ? new FlatColumn(column, batchRows, this.#reading, context)
        : new NestedColumn(column, batchRows, this.#reading, context),
    );
    const vectors = this.#columns.map(({ vector }) => vector);
    this.#batch = { numRows: 0, vectors, selection: 0, selectedCount: 0, origin: this };
  }

  start(split: RowGroupSplit): void {
    this.#open(this.#options.files[split.file]);
    this.#split = split;
    this.#before = 0;
    this.#done = 0;
    this.#columns.forEach((column, i) => {
      column.start(this.#descriptor, split.chunks[i]);
    });
  }

  /** The next rows of the split; null at its end. */
  next(): RecordBatch | null {
    this.#options.poll?.();
    this.#before = this.#done;
    const left = this.#split!.rows - this.#done;
    if (left === 0) {
      this.#checkUnchanged();
      return null;
    }
    let rows = Math.min(left, this.#options.batchRows);
    this.#forEachColumn((column) => {
      rows = Math.min(rows, column.available());
    });
    this.#forEachColumn((column) => column.read(rows));
    this.#done += rows;
    this.#batch.numRows = rows;
    this.#batch.selection = 0;
    this.#batch.selectedCount = rows;
    return this.#batch;
  }

  position(row: number): RowPosition {
    const { file, firstRow } = this.#split!;
    return { source: this.#options.source, file, offset: firstRow + this.#before + row };
  }

  /** The line is the ordinal of the row. */
  place(row: number): Place {
    return { file: this.#file!.path, line: this.#split!.firstRow + this.#before + row + 1 };
  }

  close(): void {
    for (const column of this.#columns) column.close();
    this.#reading.compressed.close();
    this.#reading.codecs.close();
    this.#arena.close();
    this.#closeFile();
  }

  /** What is wrong with a column's bytes is told with its place. */
  #forEachColumn(action: (column: BatchColumn) => void): void {
    const { columns } = this.#options;
    this.#columns.forEach((column, i) => {
      try {
        action(column);
      } catch (error) {
        if (!(error instanceof ParquetFault)) throw readFailure(this.#file!.path, error);
        this.#checkUnchanged();
        const where = `${whereText(columns[i].name, this.#split!.rowGroup)}, page at byte ${column.offset}`;
        const told = error.at(this.#file!.path, where, column.offset);
        told.position = this.position(0);
        throw told;
      }
    });
  }

  #open(file: ParquetFile): void {
    if (this.#file === file) return;
    this.#closeFile();
    this.#descriptor = openInput(file);
    this.#file = file;
    this.#checkUnchanged();
  }

  /** Throws when the file is not what it was when the run began. */
  #checkUnchanged(): void {
    const { size, mtimeMs } = fstatSync(this.#descriptor);
    const file = this.#file!;
    if (size === file.size && mtimeMs === file.mtimeMs) return;
    throw leatError('FORMAT_INPUT_CHANGED', `${file.path} changed while it was read`, {
      place: { file: file.path },
      hint: 'write inputs under another name and rename them when they are whole, then run again',
    });
  }

  #closeFile(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
    this.#file = undefined;
  }
}
