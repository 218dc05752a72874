/**
 * Takes rows of a join's right side in: every task its splits, as records that lie one behind another. All of it stays in
 * memory; when that is refused, the join fails and says so.
 */
import type { DataType } from '../../columnar/data-type.js';
import type { RecordBatch } from '../../columnar/record-batch.js';
import type { Vector } from '../../columnar/vector.js';
import { type LeatError, leatError } from '../../errors.js';
import { Arena } from '../../memory/arena.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { PageStock } from '../runs/page-stock.js';
import type { StateEnv, StateSizes } from '../state-env.js';
import { HASH_BITS, type JoinRows } from './join-record.js';
import { RecordWriter, recordWriterBytes } from './record-writer.js';

export function joinRowsMinimumBytes(
  keys: readonly DataType[],
  values: readonly DataType[],
  sizes: StateSizes,
): number {
  // And a page of records, one of texts.
  return recordWriterBytes(keys, values) + 4 * sizes.batchRows + 3 * PAGE_BYTES;
}

const HASH_BYTES = 4;

export class JoinRowsBuilder {
  readonly #env: StateEnv;
  /** Records and texts, which the job gets in the end. */
  readonly #stock: PageStock;
  /** What is needed until then. */
  readonly #arena: Arena;
  readonly #writer: RecordWriter;
  readonly #keyCount: number;
  readonly #keepsNulls: boolean;
  /** Rows that are kept. */
  readonly #selection: number;
  readonly #splits: {
    readonly split: number;
    readonly chunks: { address: number; records: number; hashes: number }[];
  }[] = [];
  readonly #hashCounts = new Array<number>(1 << HASH_BITS).fill(0);
  /** Where the next record goes, where they end, and where its hash goes. */
  #next = 0;
  #end = 0;
  #nextHash = 0;
  #rows = 0;

  /** `keepsNulls`: rows with a null key too. */
  constructor(env: StateEnv, keys: readonly DataType[], values: readonly DataType[], keepsNulls: boolean) {
    this.#env = env;
    this.#keyCount = keys.length;
    this.#keepsNulls = keepsNulls;
    this.#stock = new PageStock(env.memory);
    this.#arena = new Arena(env.memory, 'a join');
    this.#writer = new RecordWriter(env, this.#arena, keys, values, (bytes) => this.#pages(bytes));
    this.#selection = this.#arena.allocate(4 * env.batchRows, 4);
  }

  beginSplit(split: number): void {
    this.#splits.push({ split, chunks: [] });
    // What is left of the page is a chunk of its own.
    if (this.#end > this.#next) this.#beginChunk();
  }

  /** The first columns are the keys, the others the values. */
  add({ vectors, selection, selectedCount }: RecordBatch): void {
    const keys = vectors.slice(0, this.#keyCount);
    this.#writer.describe(keys, vectors.slice(this.#keyCount));
    const drops = !this.#keepsNulls && keys.some(({ validity }) => validity !== 0);
    const count = drops ? this.#selectKeyed(keys, selection, selectedCount) : selectedCount;
    const rows = drops ? this.#selection : selection;
    for (let from = 0; from < count; ) {
      const to = Math.min(count, from + this.#roomForRecords());
      this.#store(rows, from, to);
      from = to;
    }
    this.#rows += count;
  }

  /** Hands the memory over to the job as part of `partition`. Ends the builder. */
  finish(partition: number): JoinRows {
    this.#stock.sealAll(partition);
    this.#arena.close();
    return { splits: this.#splits, rows: this.#rows, hashes: this.#hashCounts };
  }

  /** Instead of `finish`. */
  close(): void {
    this.#stock.freeAll();
    this.#arena.close();
  }

  /** Writes the rows without null keys to the selection; how many they are. */
  #selectKeyed(keys: readonly Vector[], selection: number, count: number): number {
    const { u8, u32 } = this.#env.heap;
    let kept = 0;
    for (let i = 0; i < count; i++) {
      const row = selection === 0 ? i : u32[(selection >>> 2) + i];
      const hasKey = keys.every(
        ({ validity, isConstant }) => validity === 0 || u8[validity + (isConstant ? 0 : row)] !== 0,
      );
      if (hasKey) u32[(this.#selection >>> 2) + kept++] = row;
    }
    return kept;
  }

  /** Records that fit behind the last one. */
  #roomForRecords(): number {
    const { bytes } = this.#writer.record;
    if (this.#end - this.#next < bytes) {
      const most = Math.max(1, Math.floor(PAGE_BYTES / (bytes + HASH_BYTES)));
      const address = this.#pages(most * (bytes + HASH_BYTES));
      this.#next = address;
      this.#end = address + most * bytes;
      this.#nextHash = this.#end;
      this.#beginChunk();
    }
    return Math.floor((this.#end - this.#next) / bytes);
  }

  #beginChunk(): void {
    const { chunks } = this.#splits[this.#splits.length - 1];
    chunks.push({ address: this.#next, records: 0, hashes: this.#nextHash });
  }

  #store(selection: number, from: number, to: number): void {
    const { chunks } = this.#splits[this.#splits.length - 1];
    const chunk = chunks[chunks.length - 1];
    this.#writer.write(selection, from, to, this.#next, this.#nextHash);
    this.#countHashes(this.#nextHash, to - from);
    chunk.records += to - from;
    this.#next += (to - from) * this.#writer.record.bytes;
    this.#nextHash += (to - from) * HASH_BYTES;
  }

  #countHashes(address: number, count: number): void {
    const { u32 } = this.#env.heap;
    const first = address >>> 2;
    for (let i = first; i < first + count; i++) this.#hashCounts[u32[i] >>> (32 - HASH_BITS)]++;
  }

  #pages(bytes: number): number {
    const address = this.#stock.take(bytes);
    if (address === 0) throw this.#exhausted();
    return address;
  }

  #exhausted(): LeatError {
    return leatError('MEMORY_EXHAUSTED', 'the right side of a join does not fit into the memory of its tasks', {
      hint: 'give the run more memory, or let the smaller step be the right side',
      notes: [`${this.#rows} rows had been taken in by one of them`],
    });
  }
}
