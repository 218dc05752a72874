/**
 * The aggregate's partial side: groups by hash, in managed pages, until memory is refused.
 *
 *     directory   hash -> row address, open addressing, at most half full (so that it can be sorted in place)
 *     rows        fixed width: key flags, key slots, accumulators; never moved
 *     arena       texts of more than 16 bytes, texts of min and max, superaccumulators
 *
 * 1. A find kernel writes the group row of every input row; new groups are made on the way.
 * 2. One kernel an accumulator folds its input column into those rows. It is quickest where the rows of a group follow
 *    one another, so with few groups they are put in that order first (see kernels/assembly/state-order.ts). A table
 *    larger than a core's cache is read ahead, and rows are folded piece by piece while its lines are still there.
 * 3. A kernel that runs out of room stops at a row. The table then grows; when memory is refused it writes itself as a
 *    sorted run to the spill folder and goes on empty. Partial states of one group in several runs are merged later.
 * 4. `finish` sorts what is left into sealed pages, or into a file when there are none.
 */
import type { AccumulatorCall } from '../../columnar/accumulator.js';
import type { DataType } from '../../columnar/data-type.js';
import type { Vector } from '../../columnar/vector.js';
import { COLUMN_BYTES, MAX_ORDERED_GROUPS, TABLE_GROUPS } from '../../kernels/assembly/state-layout.js';
import type { Spillable } from '../../memory/task-memory.js';
import type { SortedRun } from '../runs/sorted-run.js';
import type { StateEnv, StateSizes } from '../state-env.js';
import { type Folding, type FoldStep, foldSteps } from './fold-steps.js';
import { writeFileRun, writeSealedRuns } from './group-writer.js';
import { type RowLayout, rowLayout } from './row-layout.js';
import { TableMemory, tableMinimumBytes } from './table-memory.js';

/** Managed memory without which a GroupTable cannot work. */
export function groupTableMinimumBytes(
  keys: readonly DataType[],
  calls: readonly AccumulatorCall[],
  sizes: StateSizes,
): number {
  return tableMinimumBytes(rowLayout(keys, calls), sizes);
}

/** Rows folded at a time into a large table: its lines that they need stay in the cache from step to step. */
const FOLD_ROWS = 1024;
/** Ordering rows by group costs what it saves for one sum; batches with fewer rows a group are not worth it. */
const ORDERED_SUMS = 2;
const ORDERED_ROWS_PER_GROUP = 4;

/** Positions from..to-1 that the steps first..last-1 have still to fold. */
interface Part {
  readonly from: number;
  readonly to: number;
  readonly first: number;
  readonly last: number;
}

/** The step that had no memory for the row at `position`. */
interface Stop {
  readonly step: number;
  readonly position: number;
}

export class GroupTable implements Spillable {
  readonly name = 'group table';
  /** Rows of input so far. */
  rowsIn = 0;
  /** Runs written to the spill folder so far. */
  spilledRuns = 0;

  // configuration
  readonly #env: StateEnv;
  readonly #layout: RowLayout;
  readonly #steps: readonly FoldStep[];
  readonly #paysOrder: boolean;
  // state
  readonly #runs: SortedRun[] = [];
  /** Addresses of the input columns of the batch at hand; 0: count(*). */
  readonly #inputs: number[];
  #selection = 0;
  /** Positions times steps: a table that spills without having folded any would do so for ever. */
  #foldedSinceSpill = 0;
  #isBusy = false;
  #isClosed = false;
  // resources
  readonly #memory: TableMemory;

  constructor(env: StateEnv, keys: readonly DataType[], calls: readonly AccumulatorCall[]) {
    this.#env = env;
    this.#layout = rowLayout(keys, calls);
    this.#inputs = this.#layout.accumulators.map(() => 0);
    this.#memory = new TableMemory(env, this.#layout);
    this.#steps = foldSteps(this.#layout.accumulators);
    this.#paysOrder = this.#steps.filter(({ gainsByOrder }) => gainsByOrder).length >= ORDERED_SUMS;
    env.memory.registerSpillable(this);
  }

  get groups(): number {
    return this.#memory.get(TABLE_GROUPS);
  }

  /** Folds `count` rows in: row indices from `selection` (0: rows 0 .. count-1). Calls number the `columns`. */
  add(keys: readonly Vector[], columns: readonly Vector[], selection: number, count: number): void {
    if (this.#env.memory.spillRequested()) this.spill();
    this.#isBusy = true;
    const { keyColumns, inputColumns } = this.#memory;
    for (let i = 0; i < keys.length; i++) this.#memory.describe(keyColumns + i * COLUMN_BYTES, keys[i]);
    const { accumulators } = this.#layout;
    for (let i = 0; i < accumulators.length; i++) {
      const { input } = accumulators[i];
      this.#inputs[i] = input === null ? 0 : inputColumns + i * COLUMN_BYTES;
      if (input !== null) this.#memory.describe(this.#inputs[i], columns[input]);
    }
    this.#selection = selection;
    this.#foldBatch(count);
    this.rowsIn += count;
    this.#isBusy = false;
  }

  /** Writes what is left as sorted runs, sealed for `partition` or spilled, and returns all runs. Ends the table. */
  finish(partition: number): SortedRun[] {
    this.#isBusy = true;
    if (this.groups > 0) {
      this.#env.kernels.sortGroups(this.#memory.table, this.#memory.scratch);
      this.#runs.push(...writeSealedRuns(this.#env, this.#memory, partition));
    }
    this.close();
    return this.#runs;
  }

  /** Frees everything that was not sealed; always called, also after finish or a failure. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#env.memory.unregisterSpillable(this);
    this.#memory.close();
  }

  spillableBytes(): number {
    return this.#isBusy || this.groups === 0 ? 0 : this.heldBytes();
  }

  heldBytes(): number {
    return this.#isClosed ? 0 : this.#memory.stock.bytes;
  }

  spill(): number {
    const bytes = this.spillableBytes();
    if (bytes === 0) return 0;
    this.#isBusy = true;
    this.#spillGroups();
    this.#memory.shrink();
    this.#isBusy = false;
    return bytes;
  }

  #foldBatch(count: number): void {
    const steps = this.#steps.length;
    if (!this.#memory.isLarge || count <= FOLD_ROWS) {
      this.#fold(0, count, 0, steps, this.#paysOrder);
      return;
    }
    for (let from = 0; from < count; from += FOLD_ROWS) {
      this.#fold(from, Math.min(count, from + FOLD_ROWS), 0, steps, false);
    }
  }

  /** Folds the positions from..to-1 by the steps first..last-1; `ordered`: by group, if that pays. */
  #fold(from: number, to: number, first: number, last: number, ordered: boolean): void {
    while (from < to) {
      const reached = this.#memory.find(this.#selection, from, to);
      if (reached === from) {
        if (!this.#memory.makeRoom()) this.#spillGroups();
      } else if (ordered && this.#orderByGroup(from, reached)) {
        this.#accumulateOrdered(reached - from, first, last);
      } else {
        const stop = this.#runSteps(this.#found, { from, to: reached, first, last });
        if (stop) this.#foldAgain(this.#partsBehind(stop, from, reached, last));
      }
      from = reached;
    }
  }

  /** Looks the rows of the parts up again and folds them, the last part first. */
  #foldAgain(parts: Part[]): void {
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      const { from, to, first, last } = part;
      const reached = this.#memory.find(this.#selection, from, to);
      if (reached < to) parts.push({ from: reached, to, first, last });
      if (reached === from) {
        if (!this.#memory.makeRoom()) this.#spillGroups();
        continue;
      }
      const stop = this.#runSteps(this.#found, { from, to: reached, first, last });
      if (stop) parts.push(...this.#partsBehind(stop, from, reached, last));
    }
  }

  /**
   * When a step's arena is refused, the table is spilled in the middle: partial states add up, so what is left are the
   * rows that this step has not seen, and all of them for those behind it. When it has just been spilled, other tables of
   * the task must go, however small they are.
   */
  #partsBehind({ step, position }: Stop, from: number, to: number, last: number): Part[] {
    if (this.#foldedSinceSpill > 0) this.#spillGroups();
    else if (!this.#env.memory.spillOthers() && !this.#env.memory.awaitOthers()) throw this.#memory.exhausted();
    const own = { from: position, to, first: step, last: step + 1 };
    return step + 1 < last ? [{ from, to, first: step + 1, last }, own] : [own];
  }

  /** False, and nothing done, when there are too many groups for the rows. */
  #orderByGroup(from: number, to: number): boolean {
    const { groups } = this;
    if (groups > MAX_ORDERED_GROUPS || to - from < ORDERED_ROWS_PER_GROUP * groups) return false;
    const { table, groupOf, orderedRows, orderedGroups, scratch } = this.#memory;
    const args = [table, groupOf, this.#selection, from, to, orderedRows, orderedGroups, scratch] as const;
    this.#env.kernels.orderByGroup(...args);
    return true;
  }

  #accumulateOrdered(count: number, first: number, last: number): void {
    const selection = this.#selection;
    this.#selection = this.#memory.orderedRows;
    const ordered = { ...this.#found, groupOf: this.#memory.orderedGroups, ordered: 1 };
    const stop = this.#runSteps(ordered, { from: 0, to: count, first, last });
    if (stop) this.#foldAgain(this.#partsBehind(stop, 0, count, last));
    this.#selection = selection;
  }

  /** Rows as the find kernels left them. */
  get #found(): Folding {
    const { table, groupOf } = this.#memory;
    return { kernels: this.#env.kernels, table, groupOf, selection: this.#selection, ordered: 0 };
  }

  /** Folds found positions; answers where a step stopped for want of memory. */
  #runSteps(folding: Folding, { from, to, first, last }: Part): Stop | undefined {
    for (let step = first; step < last; step++) {
      const { fold, input } = this.#steps[step];
      const column = this.#inputs[input];
      let position = fold(folding, column, from, to);
      while (position < to && this.#memory.makeRoom()) position = fold(folding, column, position, to);
      this.#foldedSinceSpill += position - from;
      if (position < to) return { step, position };
    }
    return undefined;
  }

  /** Writes all groups as one run into the spill folder and empties the table; its pages stay in stock. */
  #spillGroups(): void {
    this.#env.kernels.sortGroups(this.#memory.table, this.#memory.scratch);
    this.#runs.push(writeFileRun(this.#env, this.#memory, 0));
    this.spilledRuns++;
    this.#foldedSinceSpill = 0;
    this.#memory.clear();
  }
}
