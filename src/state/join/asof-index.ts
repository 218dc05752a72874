/**
 * The rows of the right side of an asof join that have one key, ordered by the value that says how near they are; equal ones
 * keep their order. Made over the directory of a join, a partition of it at a time.
 *
 *     directory ──> first record of a key ── last ──> u32 rows | entry | entry | ...
 *     entry         sort entry: the value as a number of 8 bytes | number among the rows of the key | record
 */
import type { DataType } from '../../columnar/data-type.js';
import { leatError } from '../../errors.js';
import {
  RECORD_LAST,
  RECORD_NEXT,
  RECORD_VALIDITY,
  SORT_ENTRY_BYTES,
  SORT_SCRATCH_BYTES,
} from '../../kernels/assembly/state-layout.js';
import type { Arena } from '../../memory/arena.js';
import type { Heap } from '../../memory/heap.js';
import { PageStock } from '../runs/page-stock.js';
import type { StateEnv } from '../state-env.js';
import type { JoinPartition } from './join-directory.js';
import { OrderedWords } from './ordered-words.js';

const ENTRY_WORDS = SORT_ENTRY_BYTES / 4;
/** How many rows there are. */
const HEAD_WORDS = 1;

/** Where a record has its value, the first one: from the record's start. */
export interface NearnessColumn {
  readonly type: DataType;
  readonly offset: number;
}

export class AsofIndexBuilder {
  readonly #env: StateEnv;
  readonly #offset: number;
  readonly #value: OrderedWords;
  readonly #scratch: number;
  readonly #stock: PageStock;

  constructor(env: StateEnv, arena: Arena, { type, offset }: NearnessColumn) {
    this.#env = env;
    this.#offset = offset;
    this.#value = new OrderedWords(env.heap, type);
    this.#scratch = arena.allocate(SORT_SCRATCH_BYTES);
    this.#stock = new PageStock(env.memory);
  }

  /** Throws MEMORY_EXHAUSTED. */
  add({ rows, directory, slots }: JoinPartition): void {
    if (rows === 0) return;
    const { u32 } = this.#env.heap;
    // No key has less than a row.
    let next = this.#stock.take(rows * (SORT_ENTRY_BYTES + 4 * HEAD_WORDS));
    if (next === 0) {
      throw leatError('MEMORY_EXHAUSTED', `the index of an asof join with ${rows} rows does not fit into memory`, {
        hint: 'give the run more memory',
      });
    }
    for (let slot = 0; slot < slots; slot++) {
      const first = u32[(directory + 8 * slot) >>> 2];
      if (first !== 0) next = this.#addKey(first, next);
    }
  }

  /** Hands the memory over to the job as part of `partition`. */
  finish(partition: number): void {
    this.#stock.sealAll(partition);
  }

  close(): void {
    this.#stock.freeAll();
  }

  /** The rows that are chained to the first one, at `address`; what is behind them. */
  #addKey(first: number, address: number): number {
    const { u8, u32 } = this.#env.heap;
    const value = this.#value;
    const entries = address + 4 * HEAD_WORDS;
    let rows = 0;
    let [high, low] = [0, 0];
    let isInOrder = true;
    for (let record = first; record !== 0; record = u32[(record + RECORD_NEXT) >>> 2]) {
      // Nulls meet nobody.
      if (u8[record + RECORD_VALIDITY] === 0) continue;
      value.read(record + this.#offset);
      const word = (entries + rows * SORT_ENTRY_BYTES) >>> 2;
      u32[word] = value.low;
      u32[word + 1] = value.high;
      u32[word + 2] = rows++;
      u32[word + 3] = record;
      isInOrder &&= value.high > high || (value.high === high && value.low >= low);
      [high, low] = [value.high, value.low];
    }
    if (!isInOrder) this.#env.kernels.sortRows(entries, rows, this.#scratch);
    u32[address >>> 2] = rows;
    u32[(first + RECORD_LAST) >>> 2] = address;
    return entries + rows * SORT_ENTRY_BYTES;
  }
}

/** Looks rows up in the index. */
export class AsofIndex {
  readonly #u32: Uint32Array;
  readonly #isBackward: boolean;
  /** Rows that are equally near come before those that are looked for, or after them. */
  readonly #passesEqual: boolean;

  constructor({ u32 }: Heap, isBackward: boolean, isStrict: boolean) {
    this.#u32 = u32;
    this.#isBackward = isBackward;
    this.#passesEqual = isBackward !== isStrict;
  }

  /** Of the rows of a key, by its first record, the nearest to a value; 0: there is none. */
  find(first: number, { high, low }: OrderedWords): number {
    const u32 = this.#u32;
    const passesEqual = this.#passesEqual;
    const block = u32[(first + RECORD_LAST) >>> 2] >>> 2;
    const entries = block + HEAD_WORDS;
    const rows = u32[block];
    // Rows before `passed` come before the value.
    let passed = 0;
    for (let end = rows; passed < end; ) {
      const middle = (passed + end) >>> 1;
      const entry = entries + ENTRY_WORDS * middle;
      const [itsLow, itsHigh] = [u32[entry], u32[entry + 1]];
      const isBefore = itsHigh !== high ? itsHigh < high : itsLow !== low ? itsLow < low : passesEqual;
      if (isBefore) passed = middle + 1;
      else end = middle;
    }
    const nearest = this.#isBackward ? passed - 1 : passed;
    return nearest < 0 || nearest === rows ? 0 : u32[entries + ENTRY_WORDS * nearest + 3];
  }
}
