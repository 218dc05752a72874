/**
 * Writes rows of a join's right side as records (see join-record.ts), where whoever keeps them says. Their texts go to
 * pages that are asked for when they are needed.
 */
import { type DataType, physicalOf } from '../../columnar/data-type.js';
import type { Vector } from '../../columnar/vector.js';
import {
  COLUMN_BYTES,
  TABLE_BYTES,
  TABLE_HASH_MASK,
  TABLE_LAYOUT,
  TABLE_NEEDED,
  TABLE_TAIL_END,
  TABLE_TAIL_NEXT,
} from '../../kernels/assembly/state-layout.js';
import type { Arena } from '../../memory/arena.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { layoutBytes, PHYSICAL_CODES, writeLayout } from '../groups/row-layout.js';
import { describeColumn } from '../groups/table-memory.js';
import { pagesFor } from '../runs/page-stock.js';
import type { StateEnv } from '../state-env.js';
import { type RecordLayout, recordLayout } from './join-record.js';

export function recordWriterBytes(keys: readonly DataType[], values: readonly DataType[]): number {
  const columns = (keys.length + values.length + 2) * COLUMN_BYTES;
  return layoutBytes(recordLayout(keys, values).keys) + TABLE_BYTES + columns;
}

export class RecordWriter {
  readonly record: RecordLayout;
  readonly #env: StateEnv;
  /** The block in which kernels find layout and room for texts. */
  readonly #table: number;
  readonly #keyCount: number;
  readonly #keyColumns: number;
  readonly #physicals: readonly number[];
  readonly #valueColumns: number;
  /** Answers pages for texts, or throws. */
  readonly #pages: (bytes: number) => number;

  constructor(
    env: StateEnv,
    arena: Arena,
    keys: readonly DataType[],
    values: readonly DataType[],
    pages: (bytes: number) => number,
  ) {
    this.#env = env;
    this.#pages = pages;
    this.record = recordLayout(keys, values);
    this.#keyCount = keys.length;
    this.#physicals = values.map((type) => PHYSICAL_CODES[physicalOf(type)]);
    const layout = arena.allocate(layoutBytes(this.record.keys));
    writeLayout(env.heap, layout, this.record.keys);
    this.#table = arena.allocate(TABLE_BYTES);
    env.heap.u8.fill(0, this.#table, this.#table + TABLE_BYTES);
    this.#set(TABLE_LAYOUT, layout);
    this.#set(TABLE_HASH_MASK, env.hashMask ?? 0xffffffff);
    this.#keyColumns = arena.allocate(Math.max(1, keys.length) * COLUMN_BYTES);
    this.#valueColumns = arena.allocate(Math.max(1, values.length) * COLUMN_BYTES);
  }

  /** The batch whose rows are written from here on. */
  describe(keys: readonly Vector[], values: readonly Vector[]): void {
    const { heap } = this.#env;
    for (const [k, key] of keys.entries()) describeColumn(heap, this.#keyColumns + k * COLUMN_BYTES, key);
    for (const [i, value] of values.entries()) describeColumn(heap, this.#valueColumns + i * COLUMN_BYTES, value);
  }

  /** Positions from..to-1 become records from `first` on; the hashes of their keys go to `hashes`, a u32 each. */
  write(selection: number, from: number, to: number, first: number, hashes: number): void {
    const { kernels } = this.#env;
    const [table, keyColumns] = [this.#table, this.#keyColumns];
    const { bytes, keyPart, offsets } = this.record;
    kernels.beginRecords(table, keyColumns, selection, from, to, hashes - 4 * from, first, bytes);
    for (let k = 0; k < this.#keyCount; k++) {
      this.#untilDone(from, to, first, (at, record) =>
        kernels.storeKeys(table, keyColumns, k, keyPart, selection, at, to, record, bytes),
      );
    }
    for (const [index, offset] of offsets.entries()) {
      const column = this.#valueColumns + index * COLUMN_BYTES;
      const physical = this.#physicals[index];
      this.#untilDone(from, to, first, (at, record) =>
        kernels.storeValues(table, column, index, offset, physical, selection, at, to, record, bytes),
      );
    }
  }

  /** The next text begins a page: the last one is not to be kept as long. */
  endTexts(): void {
    this.#set(TABLE_TAIL_NEXT, 0);
    this.#set(TABLE_TAIL_END, 0);
  }

  /** Stores positions from..to-1, getting room for texts as often as a kernel stops for it. */
  #untilDone(from: number, to: number, first: number, store: (at: number, record: number) => number): void {
    for (let at = from; at < to; ) {
      const reached = store(at, first + (at - from) * this.record.bytes) >>> 0;
      if (reached < to) this.#growTexts();
      at = reached;
    }
  }

  #growTexts(): void {
    const needed = this.#env.heap.u32[(this.#table + TABLE_NEEDED) >>> 2];
    const address = this.#pages(needed);
    this.#set(TABLE_TAIL_NEXT, address);
    this.#set(TABLE_TAIL_END, address + pagesFor(needed) * PAGE_BYTES);
  }

  #set(field: number, value: number): void {
    this.#env.heap.u32[(this.#table + field) >>> 2] = value;
  }
}
