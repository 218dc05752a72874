/**
 * The control block of a keyed store, by which its kernels work:
 *
 *     table | formats | columns | epoch | sort scratch | what is noted of the rows of a piece | probes
 *
 * Probes are the keys of a piece as records (see kernels/assembly/state-keyed.ts); longer ones lie in pages of their own.
 */
import { INT } from '../../columnar/data-type.js';
import { createVector, type Vector } from '../../columnar/vector.js';
import {
  COLUMN_BYTES,
  KEYED_BYTES,
  KEYED_RULE,
  SORT_ENTRY_BYTES,
  SORT_SCRATCH_BYTES,
  TABLE_HASH_MASK,
} from '../../kernels/assembly/state-layout.js';
import { type Heap, PAGE_BYTES } from '../../memory/heap.js';
import { pad8 } from '../groups/row-layout.js';
import { describeColumn } from '../groups/table-memory.js';
import { pagesFor } from '../runs/page-stock.js';
import type { BlockBuffer } from '../runs/record-blocks.js';
import { PIECE_ROWS } from '../sort/sort-control.js';
import { type SortFormat, sortFormatBytes, writeSortFormat } from '../sort/sort-format.js';
import type { StateEnv } from '../state-env.js';
import {
  identityFormat,
  KEEP_CODES,
  type KeyedFormat,
  probeFormat,
  rowFormat,
  tombstoneFormat,
} from './keyed-format.js';

const PIECE_ARRAYS = 12;
/** Bytes of probes in the block. */
const PROBE_BYTES = PAGE_BYTES;

function formatsOf(format: KeyedFormat): readonly SortFormat[] {
  return [identityFormat(format), probeFormat(format), rowFormat(format), tombstoneFormat(format)];
}

function columnsOf({ keys, rank = [], values }: KeyedFormat): number {
  return keys.length + rank.length + 1 + values.length;
}

export function keyedControlPages(format: KeyedFormat): number {
  const formats = formatsOf(format).reduce((sum, each) => sum + pad8(sortFormatBytes(each)), 0);
  const columns = columnsOf(format) * COLUMN_BYTES;
  // The hits have their number in front of them.
  const pieces = PIECE_ROWS * (4 * PIECE_ARRAYS + 2 * SORT_ENTRY_BYTES) + 8;
  return pagesFor(pad8(KEYED_BYTES) + formats + columns + 8 + SORT_SCRATCH_BYTES + pieces + PROBE_BYTES);
}

export class KeyedControl {
  readonly address: number;
  readonly pages: number;
  // addresses in it
  readonly table: number;
  readonly identity: number;
  readonly probe: number;
  readonly row: number;
  readonly tombstone: number;
  readonly columns: number;
  readonly scratch: number;
  /** Of each probe: bytes of its key, and of its identity; the probe, its hash, its slot, what was found. */
  readonly keyBytes: number;
  readonly identityBytes: number;
  readonly probes: number;
  readonly hashes: number;
  readonly slots: number;
  readonly found: number;
  /** Of each row that is written: its number in the batch, its bytes, where its record lies and goes on. */
  readonly rows: number;
  readonly payloadBytes: number;
  readonly records: number;
  readonly cursors: number;
  readonly tails: number;
  /** Positions of what was found in a block, behind their number. */
  readonly hits: number;
  /** Sort entries of probes, and those of them that a run may have. */
  readonly entries: number;
  readonly candidates: number;
  readonly probeBytes: BlockBuffer;

  readonly #heap: Heap;
  readonly #format: KeyedFormat;
  readonly #epoch: Vector;

  /** Throws MEMORY_EXHAUSTED. */
  constructor({ heap, memory, hashMask = 0xffffffff }: StateEnv, format: KeyedFormat) {
    this.#heap = heap;
    this.#format = format;
    this.pages = keyedControlPages(format);
    this.address = memory.allocate(this.pages, 'a keyed store');
    let end = this.address;
    const place = (bytes: number): number => {
      end += pad8(bytes);
      return end - pad8(bytes);
    };
    this.table = place(KEYED_BYTES);
    heap.u8.fill(0, this.table, this.table + KEYED_BYTES);
    [this.identity, this.probe, this.row, this.tombstone] = formatsOf(format).map((each) => {
      const at = place(sortFormatBytes(each));
      writeSortFormat(heap, at, each);
      return at;
    });
    this.columns = place(columnsOf(format) * COLUMN_BYTES);
    this.#epoch = createVector(INT, place(4), 0, true);
    this.scratch = place(SORT_SCRATCH_BYTES);
    const array = (): number => place(4 * PIECE_ROWS);
    this.keyBytes = array();
    this.identityBytes = array();
    this.probes = array();
    this.hashes = array();
    this.slots = array();
    this.found = array();
    this.rows = array();
    this.payloadBytes = array();
    this.records = array();
    this.cursors = array();
    this.tails = array();
    this.hits = place(4 * (PIECE_ROWS + 1));
    this.entries = place(SORT_ENTRY_BYTES * PIECE_ROWS);
    this.candidates = place(SORT_ENTRY_BYTES * PIECE_ROWS);
    this.probeBytes = { address: place(PROBE_BYTES), bytes: PROBE_BYTES };
    heap.u32[(this.table + TABLE_HASH_MASK) >>> 2] = hashMask;
    heap.u32[(this.table + KEYED_RULE) >>> 2] = KEEP_CODES[format.keeps];
  }

  /** The columns of a batch: keys, and for a row its rank and its values. */
  describe(columns: readonly Vector[]): void {
    const { keys, rank = [] } = this.#format;
    const ranked = keys.length + rank.length;
    [...columns.slice(0, ranked), this.#epoch, ...columns.slice(ranked)].forEach((column, i) => {
      describeColumn(this.#heap, this.columns + i * COLUMN_BYTES, column);
    });
  }

  setEpoch(epoch: number): void {
    this.#heap.i32[this.#epoch.values >>> 2] = epoch;
  }
}
