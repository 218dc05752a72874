/**
 * The quote state in which each split begins, found by all readers of a source together. A reader scans its block
 * without knowing where it begins and publishes what the block does to each possible start state (a transition); the
 * start of a split is then the transitions of its predecessors in the same file, applied one after the other.
 *
 *     entry   0 | PUBLISHED, transition (three times two bits) | RESOLVED, end state (two bits)
 *
 * Entries only gain bits and are pure functions of the file, so it does not matter who writes them, or twice. A reader
 * whose predecessor stays silent (its worker died, or it waits for a processor) scans that block itself.
 */
import type { CsvSplit } from './splits.js';

const PUBLISHED = 1 << 6;
const RESOLVED = 1 << 7;
const END_STATE_SHIFT = 8;

/** How long a reader waits at once, and in all before it scans the block itself. */
const WAIT_MS = 2;
const PATIENCE_MS = 10;

/** The transition of a block with an even number of quotes (or of none). */
export const UNCHANGED = 0b10_01_00;
/** The transition of a block with an odd number of quotes. */
export const FLIPPED = 0b10_00_01;

/** Bytes of the shared table. */
export function blockStateBytes(splits: number): number {
  return Math.max(8, splits * 4);
}

export class BlockStates {
  readonly #table: Int32Array;
  readonly #splits: readonly CsvSplit[];
  readonly #poll: () => void;

  constructor(shared: SharedArrayBuffer, splits: readonly CsvSplit[], poll: () => void) {
    this.#table = new Int32Array(shared);
    this.#splits = splits;
    this.#poll = poll;
  }

  /** The published transition of a split, or -1. */
  transition(index: number): number {
    const entry = Atomics.load(this.#table, index);
    return entry & PUBLISHED ? entry & (PUBLISHED - 1) : -1;
  }

  publish(index: number, transition: number): void {
    Atomics.or(this.#table, index, PUBLISHED | transition);
    Atomics.notify(this.#table, index);
  }

  /** The state in which `split` begins; `scan` finds the transition of a split whose reader is silent. */
  startState(split: CsvSplit, scan: (split: CsvSplit) => number): number {
    let known = split.index;
    while (known > split.firstOfFile && !(Atomics.load(this.#table, known - 1) & RESOLVED)) known--;
    let state = known === split.firstOfFile ? 0 : Atomics.load(this.#table, known - 1) >> END_STATE_SHIFT;
    for (let index = known; index < split.index; index++) {
      if (!this.#awaitTransition(index)) this.publish(index, scan(this.#splits[index]));
      state = (this.transition(index) >> (2 * state)) & 3;
      Atomics.or(this.#table, index, RESOLVED | (state << END_STATE_SHIFT));
    }
    return state;
  }

  /** False when nobody published it in time. */
  #awaitTransition(index: number): boolean {
    for (let waited = 0; this.transition(index) < 0; waited += WAIT_MS) {
      if (waited >= PATIENCE_MS) return false;
      this.#poll();
      Atomics.wait(this.#table, index, 0, WAIT_MS);
    }
    return true;
  }
}
