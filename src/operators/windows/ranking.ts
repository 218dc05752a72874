/** Ranks: places in the order of the partition. */
import type { WindowSpec } from '../../columnar/window.js';
import { assertNever } from '../../errors.js';
import { RowReader } from './row-reader.js';
import type { RowStore } from './row-store.js';
import type { RowRange, WindowState } from './window-state.js';

export type Ranking = Extract<
  WindowSpec,
  { kind: 'row_number' | 'rank' | 'dense_rank' | 'percent_rank' | 'cume_dist' | 'ntile' }
>;

export class RankingState implements WindowState {
  readonly usesFrame = false;
  readonly looksUp = false;
  readonly pinned = -1;
  readonly lookahead: number;
  readonly #store: RowStore;
  readonly #spec: Ranking;
  readonly #result: number;
  readonly #reader: RowReader;
  /** First row of the peers at hand, how many groups of peers there are up to them, and the first row behind them. */
  #peers = 0;
  #groups = 0;
  #peersEnd = 0;

  constructor(store: RowStore, spec: Ranking, result: number) {
    this.#store = store;
    this.#spec = spec;
    this.#result = result;
    this.#reader = new RowReader(store);
    this.lookahead = spec.kind === 'percent_rank' || spec.kind === 'cume_dist' || spec.kind === 'ntile' ? Infinity : 0;
  }

  begin(): void {
    this.#groups = 0;
    this.#peersEnd = 0;
  }

  compute(range: RowRange): void {
    const { chunk, from, to } = range;
    const { f64, u32, u8 } = this.#store.memory.heap;
    const { values, validity, physical } = chunk.vectors[this.#result];
    const at = from - chunk.first;
    u8.fill(1, (validity >>> 0) + at, (validity >>> 0) + at + to - from);
    for (let row = from; row < to; row++) {
      if (this.#reader.beginsPeers(row)) {
        this.#peers = row;
        this.#groups++;
      }
      const value = this.#valueOf(row, range);
      const index = row - chunk.first;
      if (physical === 'f64') f64[(values >>> 3) + index] = value;
      else {
        u32[(values >>> 2) + 2 * index] = value;
        u32[(values >>> 2) + 2 * index + 1] = Math.floor(value / 4294967296);
      }
    }
  }

  #valueOf(row: number, { rows: { start, end } }: RowRange): number {
    const spec = this.#spec;
    const rows = end! - start;
    switch (spec.kind) {
      case 'row_number':
        return row - start + 1;
      case 'rank':
        return this.#peers - start + 1;
      case 'dense_rank':
        return this.#groups;
      case 'percent_rank':
        return rows === 1 ? 0 : (this.#peers - start) / (rows - 1);
      case 'cume_dist':
        return (this.#endOfPeers(row, end!) - start) / rows;
      case 'ntile':
        return bucketOf(row - start, rows, spec.buckets);
      default:
        return assertNever(spec, 'rank');
    }
  }

  #endOfPeers(row: number, end: number): number {
    if (this.#peersEnd > row) return this.#peersEnd;
    let at = row + 1;
    while (at < end && !this.#reader.beginsPeers(at)) at++;
    this.#reader.seek(row);
    this.#peersEnd = at;
    return at;
  }

  oldest(next: number): number {
    return next;
  }

  close(): void {}
}

/** The first `rows % buckets` buckets have a row more. */
function bucketOf(place: number, rows: number, buckets: number): number {
  const least = Math.floor(rows / buckets);
  const larger = rows % buckets;
  const inLarger = larger * (least + 1);
  if (place < inLarger) return Math.floor(place / (least + 1)) + 1;
  return larger + Math.floor((place - inLarger) / least) + 1;
}
