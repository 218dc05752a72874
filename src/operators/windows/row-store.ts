/**
 * Rows of a window, numbered from 0 in the order in which they come, in chunks of as many rows each. When memory is refused,
 * chunks go to a file, and come back when somebody asks for one of their rows. Those that stay are the last one, which is
 * being filled, the one whose results are computed, and the two that were asked for last: whoever looks at two rows at once
 * asks for both, one behind the other.
 */
import type { DataType } from '../../columnar/data-type.js';
import type { RecordBatch } from '../../columnar/record-batch.js';
import { allocateVector, type Vector } from '../../columnar/vector.js';
import type { OperatorContext } from '../../dataflow/operator.js';
import type { KernelSet } from '../../kernels/loader.js';
import { Arena } from '../../memory/arena.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import type { Spillable, TaskMemory } from '../../memory/task-memory.js';
import { Chunk } from './chunk.js';
import { ChunkFiles } from './chunk-files.js';
import { chunkBytes } from './chunk-sizes.js';
import { copyTexts, copyValidity, copyValues } from './copy-rows.js';
import { fitting } from './fitting.js';

/** The last chunk, the one at work, the one asked for before and the one asked for now. */
export const CHUNKS_AT_HAND = 4;

export interface StoredColumns {
  readonly input: readonly DataType[];
  readonly results: readonly DataType[];
  readonly chunkRows: number;
  /** The number of a split's first row is a multiple of this, which is one of `chunkRows`. */
  readonly splitRows: number;
  /** Rows are looked up in another order than theirs by this call, so they cannot leave memory. */
  readonly lookedUpBy?: string;
}

export class RowStore implements Spillable {
  readonly name = 'rows of a window';
  readonly memory: TaskMemory;
  readonly kernels: KernelSet;
  readonly chunkRows: number;
  /** The numbers of the first row of the split, and of the next row to come. */
  first = 0;
  length = 0;
  /** Counts how often another chunk was asked for. */
  clock = 0;
  /** Counts how often results were let go. */
  round = 0;
  /** What is kept in files. */
  readonly files: ChunkFiles;
  readonly #columns: StoredColumns;
  #results: readonly Vector[] = [];
  readonly #resultVectors: Arena;
  readonly #resultTexts: Arena;
  readonly #chunks = new Map<number, Chunk>();
  readonly #here = new Set<Chunk>();
  /** Rows that stay when those around them have gone, in chunks of their own. */
  readonly #single = new Map<number, Chunk>();
  #atWork: Chunk | undefined;
  #bytesHere = 0;

  constructor({ memory, kernels, spill }: OperatorContext, columns: StoredColumns) {
    this.memory = memory;
    this.kernels = kernels;
    this.chunkRows = columns.chunkRows;
    this.files = new ChunkFiles(spill, kernels.state);
    this.#columns = columns;
    this.#resultVectors = new Arena(memory, 'results of a window');
    this.#resultTexts = new Arena(memory, 'results of a window');
  }

  open(): void {
    const { results, chunkRows } = this.#columns;
    this.#results = results.map((type) => allocateVector(this.#resultVectors, type, chunkRows));
    this.memory.registerSpillable(this);
  }

  get lookedUpBy(): string | undefined {
    return this.#columns.lookedUpBy;
  }

  /** The chunk of a row that is kept; in memory until two others were asked for. */
  chunkOf(row: number): Chunk {
    const chunk = this.#single.get(row) ?? this.#chunks.get(Math.floor(row / this.chunkRows))!;
    chunk.usedAt = ++this.clock;
    if (!chunk.isHere) this.#load(chunk);
    return chunk;
  }

  /** The chunk of the row, the results of which are computed from now on: it stays in memory. */
  workOn(row: number): Chunk {
    if (this.#atWork === undefined || row >= this.#atWork.first + this.chunkRows || row < this.#atWork.first) {
      this.#atWork = this.chunkOf(row);
    }
    return this.#atWork;
  }

  /** Copies up to `count` selected rows from number `from` on; answers how many there was room for in the chunk. */
  append(batch: RecordBatch, from: number, count: number): number {
    const index = this.length % this.chunkRows;
    const chunk = index === 0 ? this.#begin() : this.#chunks.get(Math.floor(this.length / this.chunkRows))!;
    const rows = Math.min(count, this.chunkRows - index);
    this.#copy(chunk, index, batch, from, rows);
    this.length += rows;
    return rows;
  }

  /** Room for a text of a result, which is let go with the results. */
  resultText(bytes: number): number {
    return fitting(() => this.#resultTexts.allocate(bytes, 1)) >>> 0;
  }

  /** The results were handed on. Lets go of the rows before `row`, but for those `pinned`. */
  release(row: number, pinned: readonly number[]): void {
    this.#dropResults();
    for (const [number, chunk] of this.#single) if (!pinned.includes(number)) this.#dropSingle(number, chunk);
    for (const [number, chunk] of this.#chunks) {
      if ((number + 1) * this.chunkRows > row) break;
      for (const pin of pinned) if (Math.floor(pin / this.chunkRows) === number) this.#keepSingle(pin);
      this.#drop(number, chunk);
    }
  }

  /** Forgets all rows. Numbers go on, so that no row is taken for another. */
  clear(): void {
    this.#dropResults();
    for (const [number, chunk] of this.#single) this.#dropSingle(number, chunk);
    for (const [number, chunk] of this.#chunks) this.#drop(number, chunk);
    const { splitRows } = this.#columns;
    this.length = Math.ceil(this.length / splitRows) * splitRows;
    this.first = this.length;
  }

  /** Frees memory; files that are left go with the attempt. */
  close(): void {
    this.memory.unregisterSpillable(this);
    for (const chunk of [...this.#chunks.values(), ...this.#single.values()]) this.#free(chunk);
    this.#chunks.clear();
    this.#single.clear();
    this.#resultVectors.close();
    this.#resultTexts.close();
  }

  spillableBytes(): number {
    if (this.lookedUpBy !== undefined) return 0;
    const average = this.#bytesHere / Math.max(1, this.#here.size);
    return Math.max(0, this.#bytesHere - CHUNKS_AT_HAND * average);
  }

  heldBytes(): number {
    return this.#bytesHere;
  }

  /** Puts all chunks that nobody has at hand into a file. */
  spill(): number {
    if (this.lookedUpBy !== undefined) return 0;
    const before = this.#bytesHere;
    const idle = [...this.#here].filter((chunk) => !this.#isAtHand(chunk));
    const unsaved = idle.filter(({ copy }) => copy === undefined);
    if (unsaved.length > 0) this.files.write(unsaved);
    for (const chunk of idle) this.#free(chunk);
    return before - this.#bytesHere;
  }

  #dropResults(): void {
    this.#resultTexts.close();
    this.round++;
  }

  #begin(): Chunk {
    const { input } = this.#columns;
    // The row before the next one is what that is held against.
    const last = this.#chunks.get(Math.floor((this.length - 1) / this.chunkRows));
    if (last !== undefined) last.usedAt = ++this.clock;
    const chunk = new Chunk(this.length, this.chunkRows, input, this.#results);
    const pages = Math.ceil(chunkBytes(input, this.chunkRows) / PAGE_BYTES);
    chunk.begin(this.#take(pages), pages);
    this.#chunks.set(this.length / this.chunkRows, chunk);
    this.#hold(chunk);
    return chunk;
  }

  #copy(chunk: Chunk, index: number, batch: RecordBatch, from: number, rows: number): void {
    for (let column = 0; column < this.#columns.input.length; column++) {
      const place = { batch, column, from, target: chunk.vectors[column], index, rows };
      if (copyValidity(this.memory.heap, place)) chunk.hasNulls[column] = true;
      if (place.target.physical !== 'text') copyValues(this.memory.heap, place);
      else copyTexts(this.kernels.expr, place, (bytes) => this.#roomForTexts(chunk, column, index, rows, bytes));
    }
  }

  #roomForTexts(chunk: Chunk, column: number, row: number, rows: number, bytes: number): number {
    const address = chunk.placeTexts(column, row, rows, bytes);
    if (address !== 0) return address;
    const pages = Math.ceil((bytes + 16) / PAGE_BYTES);
    chunk.usedAt = this.clock;
    chunk.runs.push({ address: this.#take(pages), pages, usedBytes: 0 });
    if (this.#here.has(chunk)) this.#bytesHere += pages * PAGE_BYTES;
    return chunk.placeTexts(column, row, rows, bytes);
  }

  #load(chunk: Chunk): void {
    for (const run of chunk.runs) run.address = this.#take(run.pages);
    this.files.read(chunk);
    chunk.settle(this.kernels.expr);
    this.#hold(chunk);
  }

  /** Pages; chunks that nobody has at hand leave for them, first those that need not be written. */
  #take(pages: number): number {
    if (this.#here.size >= CHUNKS_AT_HAND) {
      let address = this.memory.tryAllocate(pages);
      while (address === 0 && (this.#leaveOne() || this.spill() > 0)) address = this.memory.tryAllocate(pages);
      if (address !== 0) return address >>> 0;
    }
    return fitting(() => this.memory.allocate(pages, 'the rows of a window'), this.lookedUpBy) >>> 0;
  }

  /** Frees the pages of the chunk that is also in a file and came to memory first; false: there is none. */
  #leaveOne(): boolean {
    for (const chunk of this.#here) {
      if (chunk.copy === undefined || this.#isAtHand(chunk)) continue;
      this.#free(chunk);
      return true;
    }
    return false;
  }

  #isAtHand(chunk: Chunk): boolean {
    return chunk === this.#atWork || chunk.usedAt >= this.clock - 1 || this.length < chunk.first + this.chunkRows;
  }

  #hold(chunk: Chunk): void {
    this.#here.add(chunk);
    this.#bytesHere += chunk.bytes;
  }

  #free(chunk: Chunk): void {
    if (this.#here.delete(chunk)) this.#bytesHere -= chunk.bytes;
    for (const { address, pages } of chunk.runs) if (address !== 0) this.memory.free(address, pages);
    chunk.leave();
  }

  #drop(number: number, chunk: Chunk): void {
    this.#free(chunk);
    this.files.forget(chunk);
    this.#chunks.delete(number);
    if (chunk === this.#atWork) this.#atWork = undefined;
  }

  /** A copy of a row by itself. */
  #keepSingle(row: number): void {
    if (this.#single.has(row)) return;
    const { input } = this.#columns;
    const { vectors, first } = this.chunkOf(row);
    const single = new Chunk(row, 1, input, this.#results);
    const pages = Math.ceil(chunkBytes(input, 1) / PAGE_BYTES);
    single.begin(this.#take(pages), pages);
    this.#single.set(row, single);
    const batch = { numRows: this.chunkRows, vectors: [...vectors], selection: 0, selectedCount: this.chunkRows };
    this.#copy(single, 0, batch, row - first, 1);
  }

  #dropSingle(number: number, chunk: Chunk): void {
    this.#free(chunk);
    this.#single.delete(number);
  }
}
