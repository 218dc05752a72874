/**
 * Rows of a window in managed memory, numbered from 0 in the order in which they come, in chunks of as many rows each:
 *
 *     chunk    the input's columns | a column a call | a byte a row: what the row begins
 *              texts, wherever there is room
 *
 * A chunk stays where it is until it is released, so texts of results may be views of texts of any row that is kept.
 */
import { type DataType, PHYSICAL_BYTES, physicalOf } from '../../columnar/data-type.js';
import type { RecordBatch } from '../../columnar/record-batch.js';
import { createVector, type Vector } from '../../columnar/vector.js';
import { LeatError, leatError } from '../../errors.js';
import { isNull, selectedRow } from '../../expr/compiler/row-values.js';
import { Arena } from '../../memory/arena.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';

export interface Chunk {
  /** The number of its first row. */
  readonly first: number;
  readonly vectors: readonly Vector[];
  /** Address of a byte a row. */
  readonly flags: number;
  readonly arena: Arena;
  /** Whether a column of the input has nulls here. */
  readonly hasNulls: boolean[];
}

export class RowStore {
  readonly memory: TaskMemory;
  readonly chunkRows: number;
  /** The numbers of the first row of the split, and of the next row to come. */
  first = 0;
  length = 0;
  readonly #input: readonly DataType[];
  readonly #results: readonly DataType[];
  readonly #chunks = new Map<number, Chunk>();

  constructor(memory: TaskMemory, input: readonly DataType[], results: readonly DataType[], chunkRows: number) {
    this.memory = memory;
    this.#input = input;
    this.#results = results;
    this.chunkRows = chunkRows;
  }

  /** The chunk of a row that is kept. */
  chunkOf(row: number): Chunk {
    return this.#chunks.get(Math.floor(row / this.chunkRows))!;
  }

  /** Copies up to `count` selected rows from number `from` on; answers how many there was room for in the chunk. */
  append(batch: RecordBatch, from: number, count: number): number {
    const index = this.length % this.chunkRows;
    const chunk = index === 0 ? this.#begin() : this.chunkOf(this.length);
    const rows = Math.min(count, this.chunkRows - index);
    for (let column = 0; column < this.#input.length; column++) {
      this.#copy(chunk, column, index, batch, from, rows);
    }
    this.length += rows;
    return rows;
  }

  /** Lets go of the chunks all of whose rows lie before `row`, but of those that hold one of the rows `pinned`. */
  release(row: number, pinned: readonly number[]): void {
    const kept = new Set(pinned.map((pin) => Math.floor(pin / this.chunkRows)));
    for (const [number, chunk] of this.#chunks) {
      if ((number + 1) * this.chunkRows > row || kept.has(number)) continue;
      chunk.arena.close();
      this.#chunks.delete(number);
    }
  }

  /** Forgets all rows. Numbers go on, so that no row is taken for another. */
  clear(): void {
    for (const { arena } of this.#chunks.values()) arena.close();
    this.#chunks.clear();
    this.length = Math.ceil(this.length / this.chunkRows) * this.chunkRows;
    this.first = this.length;
  }

  #begin(): Chunk {
    const arena = new Arena(this.memory, 'the rows of a window');
    const types = [...this.#input, ...this.#results];
    const rows = this.chunkRows;
    let next = fitting(() => arena.allocate(chunkBytes(types, rows)));
    const take = (bytes: number): number => {
      next += aligned(bytes);
      return next - aligned(bytes);
    };
    const vectors = types.map((type) => {
      const values = take(rows * PHYSICAL_BYTES[physicalOf(type)]);
      return createVector(type, values, take(rows));
    });
    const flags = take(rows) >>> 0;
    const hasNulls = this.#input.map(() => false);
    const chunk = { first: this.length, vectors, flags, arena, hasNulls };
    this.#chunks.set(this.length / rows, chunk);
    return chunk;
  }

  #copy(chunk: Chunk, column: number, at: number, batch: RecordBatch, from: number, rows: number): void {
    const { heap } = this.memory;
    const source = batch.vectors[column];
    const target = chunk.vectors[column];
    const isPlain = batch.selection === 0 && !source.isConstant;
    const validity = (target.validity >>> 0) + at;
    if (source.validity === 0) heap.u8.fill(1, validity, validity + rows);
    else {
      chunk.hasNulls[column] = true;
      for (let i = 0; i < rows; i++) {
        heap.u8[validity + i] = isNull(heap, source, selectedRow(heap, batch.selection, from + i)) ? 0 : 1;
      }
    }
    if (source.physical === 'text') {
      this.#copyTexts(chunk, source, target, at, batch.selection, from, rows);
      return;
    }
    const width = PHYSICAL_BYTES[source.physical];
    const values = target.values >>> 0;
    const given = source.values >>> 0;
    if (isPlain) {
      heap.u8.copyWithin(values + width * at, given + width * from, given + width * (from + rows));
      return;
    }
    for (let i = 0; i < rows; i++) {
      const row = source.isConstant ? 0 : selectedRow(heap, batch.selection, from + i);
      heap.u8.copyWithin(values + width * (at + i), given + width * row, given + width * (row + 1));
    }
  }

  #copyTexts(
    chunk: Chunk,
    source: Vector,
    target: Vector,
    at: number,
    selection: number,
    from: number,
    rows: number,
  ): void {
    const { heap } = this.memory;
    const { u8, u32 } = heap;
    const given = source.values >>> 2;
    const valid = (target.validity >>> 0) + at;
    const rowOf = (i: number): number => (source.isConstant ? 0 : selectedRow(heap, selection, from + i));
    let bytes = 0;
    for (let i = 0; i < rows; i++) if (u8[valid + i] !== 0) bytes += u32[given + 2 * rowOf(i) + 1];
    let next = bytes === 0 ? 0 : fitting(() => chunk.arena.allocate(bytes, 1)) >>> 0;
    for (let i = 0; i < rows; i++) {
      const word = given + 2 * rowOf(i);
      const length = u8[valid + i] === 0 ? 0 : u32[word + 1];
      const start = u32[word];
      u8.copyWithin(next, start, start + length);
      const slot = (target.values >>> 2) + 2 * (at + i);
      u32[slot] = next;
      u32[slot + 1] = length;
      next += length;
    }
  }
}

/** What is allocated for rows of a window, or the error that says that they do not fit. */
export function fitting(allocate: () => number): number {
  try {
    return allocate();
  } catch (error) {
    if (!(error instanceof LeatError) || error.code !== 'MEMORY_EXHAUSTED') throw error;
    throw leatError('MEMORY_EXHAUSTED', 'the rows that a window looks at do not fit into the memory of its task', {
      hint: 'give the job more with --memory, or its slots with fewer --slots; smaller partitions or frames need less',
      notes: error.diagnostics[0].notes,
    });
  }
}

export interface ChunkSizes {
  /** What stays in a core's cache. */
  readonly chunkBytes: number;
  readonly batchRows: number;
}

/** As many rows as a core's cache holds, and half a page at least: texts take the rest. Not many more than came at once. */
export function chunkRowsOf(types: readonly DataType[], sizes: ChunkSizes): number {
  const bytes = Math.max(sizes.chunkBytes, PAGE_BYTES / 2);
  const most = Math.min(MOST_ROWS, MOST_BATCHES * sizes.batchRows);
  return Math.max(1, Math.min(most, Math.floor((bytes / chunkBytes(types, SAMPLE_ROWS)) * SAMPLE_ROWS)));
}

const MOST_ROWS = 4096;
const MOST_BATCHES = 16;
const SAMPLE_ROWS = 256;

/** Bytes of a chunk, its texts left out. */
export function chunkBytes(types: readonly DataType[], rows: number): number {
  const flags = aligned(rows);
  return types.reduce((sum, type) => sum + aligned(rows * PHYSICAL_BYTES[physicalOf(type)]) + aligned(rows), flags);
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}
