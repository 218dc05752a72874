/** Counts the rows of each group as they come: which of them are the first n of theirs? In memory only. */
import type { DataType } from '../../columnar/data-type.js';
import type { Vector } from '../../columnar/vector.js';
import { leatError } from '../../errors.js';
import { COLUMN_BYTES } from '../../kernels/assembly/state-layout.js';
import type { StateEnv, StateSizes } from '../state-env.js';
import { rowLayout } from './row-layout.js';
import { TableMemory, tableMinimumBytes } from './table-memory.js';

const COUNTER = [{ accumulator: { kind: 'count', input: null, result: { kind: 'bigint' } }, input: null }] as const;

export function groupCounterMinimumBytes(keys: readonly DataType[], sizes: StateSizes): number {
  return tableMinimumBytes(rowLayout(keys, COUNTER), sizes);
}

export class GroupCounter {
  readonly #env: StateEnv;
  readonly #memory: TableMemory;
  readonly #countOffset: number;

  constructor(env: StateEnv, keys: readonly DataType[]) {
    const layout = rowLayout(keys, COUNTER);
    this.#env = env;
    this.#memory = new TableMemory(env, layout);
    this.#countOffset = layout.accumulators[0].offset;
  }

  /**
   * Writes to `taken` the rows that are number `from` to `to - 1` of their group (from 0) and returns how many they are.
   * `selection` as in a batch; both may be the same memory. Throws MEMORY_EXHAUSTED when the groups do not fit.
   */
  take(keys: readonly Vector[], selection: number, count: number, from: number, to: number, taken: number): number {
    const { keyColumns, groupOf } = this.#memory;
    const { u32 } = this.#env.heap;
    for (const [i, key] of keys.entries()) this.#memory.describe(keyColumns + i * COLUMN_BYTES, key);
    let found = 0;
    for (let at = 0; at < count; ) {
      const reached = this.#memory.find(selection, at, count);
      if (reached === at && !this.#memory.makeRoom()) throw this.#exhausted();
      for (; at < reached; at++) {
        const counter = (u32[(groupOf >>> 2) + at] + this.#countOffset) >>> 2;
        const seen = u32[counter];
        // Nobody asks beyond `to`, so the counter need not go on.
        if (seen >= to) continue;
        u32[counter] = seen + 1;
        if (seen >= from) u32[(taken >>> 2) + found++] = selection === 0 ? at : u32[(selection >>> 2) + at];
      }
    }
    return found;
  }

  close(): void {
    this.#memory.close();
  }

  #exhausted(): Error {
    return leatError('MEMORY_EXHAUSTED', 'the groups of `limit` with `by` do not fit into the memory of their task', {
      hint: 'give the run more memory, or fewer slots',
    });
  }
}
