/**
 * The rows of a row group that are to be read, as ranges: without pages none of whose rows can be of use, and so short
 * that several slots have something to do.
 */
import type { PageIndex } from './page-index.js';
import type { RangeOf } from './statistics.js';

/** From the beginning of the row group. */
export interface RowRange {
  readonly from: number;
  readonly to: number;
}

/** A range is no longer, where pages are known. */
export const MOST_RANGE_ROWS = 1 << 17;

/** `indexes`: those of the columns that conditions look at; `isWanted`: whether a row between these ranges can be of use. */
export function wantedRanges(
  rows: number,
  indexes: ReadonlyMap<number, PageIndex>,
  isWanted: (rangeOf: RangeOf) => boolean,
): readonly RowRange[] {
  const cuts = [...new Set([...indexes.values()].flatMap(({ firstRows }) => firstRows))].sort((a, b) => a - b);
  const starts = cuts.length === 0 ? [0] : cuts;
  const ranges: { from: number; to: number }[] = [];
  starts.forEach((from, i) => {
    const to = starts[i + 1] ?? rows;
    const isUseful = isWanted((slot) => {
      const index = indexes.get(slot);
      return index?.rangeOf(pageOf(index, from));
    });
    if (!isUseful) return;
    const last = ranges.at(-1);
    if (last?.to === from) last.to = to;
    else ranges.push({ from, to });
  });
  return ranges.flatMap(cutEvenly);
}

/** The page in which a row lies. */
export function pageOf({ firstRows }: PageIndex, row: number): number {
  let [low, high] = [0, firstRows.length];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (firstRows[middle] <= row) low = middle;
    else high = middle;
  }
  return low;
}

function cutEvenly({ from, to }: RowRange): readonly RowRange[] {
  const parts = Math.ceil((to - from) / MOST_RANGE_ROWS);
  const rows = Math.ceil((to - from) / parts);
  return Array.from({ length: parts }, (_, part) => {
    return { from: from + part * rows, to: Math.min(to, from + (part + 1) * rows) };
  });
}
