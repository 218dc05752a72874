/**
 * A sorted run: records of key bytes and payload bytes, ascending by key (memcmp), cut into blocks. Everything out of
 * core stands on it: an aggregate's partial groups, rows to sort. A run lies in managed pages
 * or in one spill file; its descriptor is plain data and crosses threads.
 *
 *     record   u32 key bytes, u32 payload bytes, key padded to 8, payload padded to 8       (8-byte aligned)
 *     block    records one after another; a record never crosses a block
 *
 * In memory, records may also lie in any order, with an index of sort entries over them. Then a block is some of the
 * entries, and its bytes are those of the records they stand for.
 */
import type { SpillExtent } from '../../memory/spill-folder.js';
import type { BlockList } from './block-list.js';

/** Key bytes kept in a descriptor: enough to choose ranges by, few enough to send around. */
export const SAMPLE_KEY_BYTES = 128;

/** Some bytes of a run's file. */
export interface FileBytes {
  readonly at: number;
  readonly bytes: number;
  readonly checksum: number;
}

/** `at`: byte address (memory: of records or entries) or offset within the extent (file); in memory nothing is checked. */
export interface RunBlock extends FileBytes {
  readonly rows: number;
}

export interface RunRoom {
  readonly address: number;
  readonly bytes: number;
  readonly within: { readonly address: number; readonly pages: number };
}

export type RunLocation =
  | {
      readonly kind: 'memory';
      readonly pages: readonly { readonly address: number; readonly pages: number }[];
      /** Blocks are entries; and the room in which blocks for a file can be put together, in pages that several runs share. */
      readonly indexed?: RunRoom;
    }
  | { readonly kind: 'file'; readonly extent: SpillExtent };

export interface SortedRun {
  readonly rows: number;
  readonly bytes: number;
  readonly blocks: BlockList;
  /** The last record's key, cut like the first ones, in base64; a run that ends below a range need not be opened for it. */
  readonly lastKey?: string;
  readonly location: RunLocation;
}

/** Keys k with low <= k < high, as normalized key bytes in base64; null: no bound on that side. */
export interface KeyRange {
  readonly low: string | null;
  readonly high: string | null;
}
