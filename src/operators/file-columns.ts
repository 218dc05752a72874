/**
 * Columns that rows have because of the file that they are in: its path, the folders above it, the line that the row begins in.
 * What is the same for a whole file is one value for all rows of a batch, whose rows are of one file.
 */
import { type DataType, PHYSICAL_BYTES } from '../columnar/data-type.js';
import type { PendingColumns, RecordBatch } from '../columnar/record-batch.js';
import type { Value } from '../columnar/value.js';
import { createVector, type Vector } from '../columnar/vector.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import { writeValue } from '../expr/compiler/row-values.js';
import { Arena } from '../memory/arena.js';

/** One of the input's by its ordinal, or one of the file, whose value is at that place of the file's; or the row's line. */
export type FileColumn = number | { readonly type: DataType; readonly ofFile: number | 'line' };

export interface FileColumnsConfig {
  readonly columns: readonly FileColumn[];
  /** Of each file of the source. */
  readonly values: readonly (readonly Value[])[];
}

/** Texts of a value are as long as a path at most; of many columns each has an area. */
const TEXT_BYTES = 16 << 10;
const NO_FILE = -1;

class FileColumns implements Operator, PendingColumns {
  readonly loadsColumns = true;
  readonly #config: FileColumnsConfig;
  readonly #context: OperatorContext;
  readonly #output: Collector;
  readonly #arena: Arena;
  /** Those of the file, by their ordinal in the output. */
  readonly #own = new Map<number, Vector>();
  readonly #texts = new Map<number, number>();
  /** A byte that says null. */
  #null = 0;
  #file: number | undefined;
  #waiting: PendingColumns | undefined;

  constructor(config: FileColumnsConfig, context: OperatorContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'columns of files');
  }

  open(): void {
    this.#null = this.#arena.allocate(16);
    this.#context.memory.heap.u8[this.#null] = 0;
    for (const [index, column] of this.#config.columns.entries()) {
      if (typeof column === 'number') continue;
      const { type, ofFile } = column;
      const rows = ofFile === 'line' ? this.#context.batchRows : 1;
      const values = this.#arena.allocate(rows * PHYSICAL_BYTES[createVector(type).physical]);
      const vector = createVector(type, values, this.#arena.allocate(16), ofFile !== 'line');
      this.#own.set(index, vector);
      if (vector.physical === 'text') this.#texts.set(index, this.#arena.allocate(TEXT_BYTES));
    }
  }

  processBatch(batch: RecordBatch): void {
    const { origin, numRows, pending } = batch;
    // Rows that could not be read have no origin, and nothing but what is wrong with them.
    const file = origin === undefined || numRows === 0 ? NO_FILE : origin.position(0).file;
    if (file !== this.#file) this.#enter(file);
    const vectors = this.#config.columns.map((column, index): Vector => {
      if (typeof column === 'number') return batch.vectors[column];
      const vector = this.#own.get(index)!;
      if (column.ofFile === 'line') this.#setLines(vector, batch);
      return vector;
    });
    this.#waiting = pending;
    this.#output.emit({ ...batch, vectors, pending: pending && this });
  }

  load(column: number, selection: number, count: number): void {
    const source = this.#config.columns[column];
    if (typeof source === 'number') this.#waiting?.load(source, selection, count);
  }

  #enter(file: number): void {
    this.#file = file;
    const { heap } = this.#context.memory;
    for (const [index, vector] of this.#own) {
      const { ofFile } = this.#config.columns[index] as Exclude<FileColumn, number>;
      if (ofFile === 'line') continue;
      const value = file === NO_FILE ? null : this.#config.values[file][ofFile];
      heap.u8[vector.validity] = value === null ? 0 : 1;
      if (value !== null) writeValue(heap, vector, vector.values, 0, value, () => this.#texts.get(index)!);
    }
  }

  /** Null where the format knows of no lines. */
  #setLines(vector: Vector, { origin, numRows }: RecordBatch): void {
    const { u32 } = this.#context.memory.heap;
    const lineOf = origin?.line;
    vector.isConstant = lineOf === undefined;
    vector.validity = lineOf === undefined ? this.#null : 0;
    if (lineOf === undefined) return;
    for (let row = 0; row < numRows; row++) {
      const line = lineOf.call(origin, row);
      const at = (vector.values >>> 2) + 2 * row;
      u32[at] = line;
      u32[at + 1] = line / 2 ** 32;
    }
  }

  endInput(): undefined {
    return undefined;
  }

  close(): void {
    this.#arena.close();
  }
}

export const FILE_COLUMNS: TransformFactory<FileColumnsConfig> = {
  role: 'transform',
  kind: 'file-columns',
  minimumBytes: ({ columns }, { batchRows }) => {
    const own = columns.filter((column) => typeof column !== 'number');
    return own.reduce((sum, { ofFile }) => sum + 64 + (ofFile === 'line' ? 8 * batchRows : TEXT_BYTES), 64);
  },
  create: (config, context, output) => new FileColumns(config, context, output),
};
