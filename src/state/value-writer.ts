/** Writes the groups of a table with their values as a run: into a file, or into pages as far as these are granted. */
import {
  CURSOR_PAIR_BYTES,
  FEW_VALUES,
  SUFFIX_BYTES,
  TREE_BYTES,
  VALUE_ENTRY_BYTES,
  VALUES_HEAD,
  WRITE_BYTES,
  WRITE_CHUNK,
  WRITE_COUNT,
  WRITE_COUNTS,
  WRITE_CURSORS,
  WRITE_FIRST,
  WRITE_OUT,
  WRITE_RECORDS,
  WRITE_TABLE,
  WRITE_TREE,
} from '../kernels/assembly/state-values-layout.js';
import type { RowLayout } from './row-layout.js';
import { FileRunWriter, MemoryRunWriter, runBlockBytes } from './run-writer.js';
import type { SortedRun } from './sorted-run.js';
import type { StateEnv } from './state-env.js';
import type { TableMemory } from './table-memory.js';

/** Some entries, in any order. */
export interface Piece {
  readonly entries: number;
  readonly rows: number;
}

/** Of a record, beside its key: the suffix, the head, and the few values that it has at least. */
export const RECORD_EXTRA_BYTES = SUFFIX_BYTES + VALUES_HEAD + 12 * FEW_VALUES + 32;

/**
 * Values a record. Whoever merges runs holds one or two records of each in an eighth of its share: with these, of 128 runs. 1024
 * make what a record has beside its values small.
 */
function chunkValues(shareBytes: number): number {
  return Math.max(32, Math.min(1024, Math.floor(shareBytes / (32 << 10))));
}

/** Bytes of control: `pieces` at most are merged. */
export function valueWriterBytes(pieces: number, shareBytes: number): number {
  return WRITE_BYTES + pieces * (CURSOR_PAIR_BYTES + 2 * TREE_BYTES) + 4 * chunkValues(shareBytes);
}

export class ValueWriter {
  readonly #env: StateEnv;
  readonly #memory: TableMemory;
  readonly #layout: RowLayout;
  readonly #write: number;

  /** `control` takes valueWriterBytes and is 8-byte aligned. */
  constructor(env: StateEnv, memory: TableMemory, layout: RowLayout, control: number) {
    this.#env = env;
    this.#memory = memory;
    this.#layout = layout;
    this.#write = control;
  }

  writeFile(pieces: readonly Piece[]): SortedRun {
    this.#open(pieces);
    return this.#toFile();
  }

  /** In sealed pages; what these cannot take, in a file. */
  writeSealed(pieces: readonly Piece[], partition: number): SortedRun[] {
    this.#open(pieces);
    const { kernels } = this.#env;
    const writer = new MemoryRunWriter(this.#env, this.#memory.stock);
    // Small blocks: they are also the grain of key ranges.
    const blockBytes = runBlockBytes(0);
    let isDone = false;
    while (!isDone) {
      const { next: out, free } = writer;
      // A record that is larger than a block is one by itself.
      const ends = free > blockBytes ? [out + blockBytes, out + free] : [out + free];
      const isAdded = ends.some((end) => {
        isDone = kernels.writeValues(this.#write, out, end) === 1;
        if (this.#get(WRITE_RECORDS) > 0) writer.addBlock(this.#written(out), this.#get(WRITE_RECORDS));
        return this.#get(WRITE_RECORDS) > 0;
      });
      if (!isAdded && !writer.grow(Math.max(blockBytes, this.#memory.bufferBytes))) break;
    }
    const runs = writer.rows > 0 ? [writer.close(partition)] : [];
    if (!isDone) runs.push(this.#toFile());
    return runs;
  }

  /** Orders everything by group and value. */
  #open(pieces: readonly Piece[]): void {
    const { heap, kernels } = this.#env;
    const { table, scratch } = this.#memory;
    kernels.sortGroups(table, scratch);
    kernels.placeGroups(table);
    const cursors = this.#write + WRITE_BYTES;
    let count = 0;
    for (const { entries, rows } of pieces) {
      if (rows === 0) continue;
      kernels.placeValues(entries, rows, this.#layout.ordinalOffset);
      kernels.sortValues(entries, rows, scratch);
      const left = kernels.countEqual(entries, rows) >>> 0;
      heap.u32.set([entries, entries + left * VALUE_ENTRY_BYTES], (cursors >>> 2) + 2 * count++);
    }
    heap.u8.fill(0, this.#write, this.#write + WRITE_BYTES);
    this.#set(WRITE_TABLE, table);
    this.#set(WRITE_FIRST, cursors);
    this.#set(WRITE_CURSORS, count);
    this.#set(WRITE_COUNT, this.#layout.accumulators[0].offset);
    const counts = cursors + pieces.length * CURSOR_PAIR_BYTES;
    const chunk = chunkValues(this.#env.memory.shareBytes);
    this.#set(WRITE_CHUNK, chunk);
    this.#set(WRITE_COUNTS, counts);
    this.#set(WRITE_TREE, counts + 4 * chunk);
    kernels.openValues(this.#write);
  }

  #toFile(): SortedRun {
    const { buffer, bufferBytes } = this.#memory;
    const writer = new FileRunWriter(this.#env, 'values');
    const blockBytes = Math.min(bufferBytes, runBlockBytes(this.#env.memory.shareBytes));
    for (let isDone = false; !isDone; ) {
      isDone = this.#env.kernels.writeValues(this.#write, buffer, buffer + blockBytes) === 1;
      // A record that is larger than a block is one by itself.
      if (this.#get(WRITE_RECORDS) === 0) {
        isDone = this.#env.kernels.writeValues(this.#write, buffer, buffer + bufferBytes) === 1;
      }
      writer.addBlock(buffer, this.#written(buffer), this.#get(WRITE_RECORDS));
    }
    return writer.close();
  }

  /** Bytes of the records written last; an end at 4 GiB reads as 0. */
  #written(out: number): number {
    return (this.#get(WRITE_OUT) - out) >>> 0;
  }

  #get(field: number): number {
    return this.#env.heap.u32[(this.#write + field) >>> 2];
  }

  #set(field: number, value: number): void {
    this.#env.heap.u32[(this.#write + field) >>> 2] = value;
  }
}
