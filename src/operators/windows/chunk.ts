/**
 * Some rows of a window: their columns one behind another, in pages of their own.
 *
 *     run 0     values and validity of each column | a byte a row: what the row begins | texts
 *     run 1..   texts for which there was no room
 *
 * A chunk that was put into a file comes back to other pages of the same sizes, where only addresses are different.
 */
import { type DataType, PHYSICAL_BYTES } from '../../columnar/data-type.js';
import { createVector, type Vector } from '../../columnar/vector.js';
import type { ExprKernels } from '../../kernels/expr-kernels.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import type { ChunkCopy, Fileable } from './chunk-files.js';
import { aligned, chunkBytes } from './chunk-sizes.js';

/** Pages side by side; address 0: not in memory. */
export interface ChunkRun {
  address: number;
  readonly pages: number;
  usedBytes: number;
}

/** Texts of some rows of a column, one behind another. */
interface TextPiece {
  readonly column: number;
  readonly row: number;
  readonly rows: number;
  readonly run: ChunkRun;
  readonly offset: number;
}

export class Chunk implements Fileable {
  /** The number of its first row. */
  readonly first: number;
  /** For how many rows there is room. */
  readonly rows: number;
  /** The input's columns, then the results, which are those of whatever chunk is computed. */
  readonly vectors: readonly Vector[];
  /** Whether a column of the input has nulls here. */
  readonly hasNulls: boolean[];
  readonly runs: ChunkRun[] = [];
  /** Address of a byte a row. */
  flags = 0;
  /** What a file has of it; rows do not change once a chunk is full. */
  copy: ChunkCopy | undefined;
  /** When it was last looked at, as the store counts. */
  usedAt = 0;
  readonly #input: readonly Vector[];
  readonly #pieces: TextPiece[] = [];

  constructor(first: number, rows: number, input: readonly DataType[], results: readonly Vector[]) {
    this.first = first;
    this.rows = rows;
    this.#input = input.map((type) => createVector(type));
    this.vectors = [...this.#input, ...results];
    this.hasNulls = input.map(() => false);
  }

  get isHere(): boolean {
    return this.flags !== 0;
  }

  get bytes(): number {
    return this.runs.reduce((sum, { pages }) => sum + pages * PAGE_BYTES, 0);
  }

  /** Begins with no rows in these pages. */
  begin(address: number, pages: number): void {
    const types = this.#input.map(({ type }) => type);
    this.runs.push({ address, pages, usedBytes: chunkBytes(types, this.rows) });
    this.#place(address);
  }

  /** Room for texts of `rows` rows of a column from `row` on; 0: more pages must be added first. */
  placeTexts(column: number, row: number, rows: number, bytes: number): number {
    const run = this.runs[this.runs.length - 1];
    const offset = run.usedBytes;
    if (offset + aligned(bytes) > run.pages * PAGE_BYTES) return 0;
    run.usedBytes += aligned(bytes);
    this.#pieces.push({ column, row, rows, run, offset });
    return run.address + offset;
  }

  /** All runs are in memory again, at other addresses. */
  settle(kernels: ExprKernels): void {
    this.#place(this.runs[0].address);
    for (const { column, row, rows, run, offset } of this.#pieces) {
      kernels.placeTexts(this.#input[column].values + 8 * row, rows, run.address + offset);
    }
  }

  /** Its pages are gone. */
  leave(): void {
    this.flags = 0;
    for (const run of this.runs) run.address = 0;
  }

  #place(address: number): void {
    let next = address;
    const take = (bytes: number): number => {
      next += aligned(bytes);
      return next - aligned(bytes);
    };
    for (const vector of this.#input) {
      vector.values = take(this.rows * PHYSICAL_BYTES[vector.physical]);
      vector.validity = take(this.rows);
    }
    this.flags = take(this.rows) >>> 0;
  }
}
