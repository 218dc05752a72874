/** What a call of a window function does, row after row. One instance works for one attempt, partition after partition. */

import type { Chunk } from './chunk.js';
import type { KnownRows } from './frame-bounds.js';

/** Rows of one partition and one chunk whose results can be computed. */
export interface RowRange {
  readonly chunk: Chunk;
  readonly from: number;
  readonly to: number;
  readonly rows: KnownRows;
  /** Of each row from `from` on. */
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export interface WindowState {
  /** How many rows behind a row it must see, or the partition's end; Infinity: always the end. */
  readonly lookahead: number;
  /** Whether the frame says what is computed. */
  readonly usesFrame: boolean;
  begin(start: number): void;
  /** Takes rows in up to `to`, all of which are in every frame that is still to come but for those that it leaves behind. */
  absorb?(to: number): void;
  /** Writes the results of the range, which follows the one before. */
  compute(range: RowRange): void;
  /** Rows before this one are not looked at any more when the next one to compute is `next`, but for one pinned. */
  oldest(next: number): number;
  /** The rows that it looks at are those of `LookupRows`. */
  readonly looksUp: boolean;
  /** A row that must stay; -1: none. */
  readonly pinned: number;
  close(): void;
}
