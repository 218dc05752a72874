/** Writes the groups of a table with their values as a run: into a file, or into pages as far as these are granted. */

import { TABLE_GROUPS } from '../../kernels/assembly/state-layout.js';
import {
  CURSOR_PAIR_BYTES,
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
  WRITE_IS_GROUPED,
  WRITE_OUT,
  WRITE_RECORDS,
  WRITE_TABLE,
  WRITE_TREE,
} from '../../kernels/assembly/state-values-layout.js';
import type { RowLayout } from '../groups/row-layout.js';
import type { TableMemory } from '../groups/table-memory.js';
import { FileRunWriter, MemoryRunWriter, runBlockBytes } from '../runs/run-writer.js';
import type { SortedRun } from '../runs/sorted-run.js';
import type { StateEnv } from '../state-env.js';

/** Some entries, in any order. */
export interface Piece {
  readonly entries: number;
  readonly rows: number;
}

/**
 * Values a record. Whoever merges runs holds one or two records of each in an eighth of its share: with these, of 128 runs. 1024
 * make what a record has beside its values small.
 */
function chunkValues(shareBytes: number): number {
  return Math.max(32, Math.min(1024, Math.floor(shareBytes / (32 << 10))));
}

/** Of a record, beside its key: the suffix, the head, and its values. */
export function recordExtraBytes(shareBytes: number): number {
  return SUFFIX_BYTES + VALUES_HEAD + 12 * chunkValues(shareBytes) + 32;
}

/** Looked at before they are written, to know whether values are met again. */
const SAMPLED_GROUPS = 64;
const SAMPLED_ENTRIES = 4096;
/** With more that are met again it pays to sort values here, as equal ones become one. */
const MOST_REPEATED = 0.25;

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

  /**
   * Orders everything by group, and if that pays by value. Whoever reads sorts a group's values, which come from several runs, so here
   * they are sorted only to count equal ones in one, and where those of a group do not fit into a record.
   */
  #open(pieces: readonly Piece[]): void {
    const { heap, kernels } = this.#env;
    const { table, scratch } = this.#memory;
    kernels.sortGroups(table, scratch);
    const countOffset = this.#layout.accumulators[0].offset;
    const mostRows = kernels.placeGroups(table, countOffset);
    const filled = pieces.filter(({ rows }) => rows > 0);
    const cursors = this.#write + WRITE_BYTES;
    const chunk = chunkValues(this.#env.memory.shareBytes);
    const counts = cursors + filled.length * CURSOR_PAIR_BYTES;
    heap.u8.fill(0, this.#write, this.#write + WRITE_BYTES);
    this.#set(WRITE_TABLE, table);
    this.#set(WRITE_FIRST, cursors);
    this.#set(WRITE_CURSORS, filled.length);
    this.#set(WRITE_COUNT, countOffset);
    this.#set(WRITE_CHUNK, chunk);
    this.#set(WRITE_COUNTS, counts);
    this.#set(WRITE_TREE, counts + 4 * chunk);
    for (const { entries, rows } of filled) kernels.placeValues(entries, rows, this.#layout.ordinalOffset);
    if (mostRows <= chunk) {
      filled.forEach(({ entries, rows }, index) => {
        kernels.groupValues(entries, rows, scratch);
        this.#setCursor(index, entries, rows);
      });
      if (this.#repeatedShare() <= MOST_REPEATED) {
        this.#set(WRITE_IS_GROUPED, 1);
        return;
      }
    }
    filled.forEach(({ entries, rows }, index) => {
      kernels.sortValues(entries, rows, scratch);
      this.#setCursor(index, entries, kernels.countEqual(entries, rows) >>> 0);
    });
    kernels.openValues(this.#write);
  }

  /** How many of the entries of some groups have a value that another one has. */
  #repeatedShare(): number {
    const { kernels } = this.#env;
    const { buffer, bufferBytes, scratch } = this.#memory;
    const groups = this.#memory.get(TABLE_GROUPS);
    const room = Math.min(SAMPLED_ENTRIES, Math.floor(bufferBytes / VALUE_ENTRY_BYTES)) * VALUE_ENTRY_BYTES;
    const step = Math.max(1, Math.floor(groups / SAMPLED_GROUPS));
    let bytes = 0;
    for (let group = 0; group < groups && bytes < room; group += step) {
      // An end at 4 GiB reads as 0.
      bytes = (kernels.gatherGroup(this.#write, group, buffer + bytes, buffer + room) - buffer) >>> 0;
    }
    const entries = bytes / VALUE_ENTRY_BYTES;
    if (entries === 0) return 0;
    kernels.sortValues(buffer, entries, scratch);
    return 1 - (kernels.countEqual(buffer, entries) >>> 0) / entries;
  }

  #setCursor(index: number, entries: number, rows: number): void {
    this.#env.heap.u32.set(
      [entries, entries + rows * VALUE_ENTRY_BYTES],
      ((this.#write + WRITE_BYTES) >>> 2) + 2 * index,
    );
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
