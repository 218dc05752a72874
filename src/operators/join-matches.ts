/**
 * Rows of the left and the records of the right that have their key, made into the rows of the join. Whoever asks has
 * found the first record of each row; others with that key are chained to it. Rows keep the order of the left, and
 * their matches that of the chain.
 *
 * When no key has two records, a left row has at most one match: the columns of the left stay where they are, the
 * selection says which rows are left, and only the columns of the right are filled in. Otherwise, and when there is a
 * condition beside the keys, pairs of rows are made, a batch at a time, and both sides are gathered.
 */
import type { DataType } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import type { TaskSizes } from '../dataflow/factory.js';
import type { JoinType } from '../dataflow/logical-graph.js';
import type { Collector, OperatorContext } from '../dataflow/operator.js';
import { RECORD_MET } from '../kernels/assembly/state-layout.js';
import type { Arena } from '../memory/arena.js';
import { conditionBytes, JoinCondition, type JoinConditionConfig } from './join-condition.js';
import { JoinPairs, type JoinPairsConfig, pairBytes } from './join-pairs.js';

export interface JoinMatchesConfig {
  readonly type: JoinType;
  readonly left: readonly DataType[];
  /** Columns of the right behind its keys. */
  readonly payload: readonly DataType[];
  /** What pairs with equal keys must fulfil besides. */
  readonly condition?: JoinConditionConfig;
}

/** One of several passes over the same left rows, each with other records of their key. */
export interface JoinPass {
  /** Who has met nobody is known behind this one. */
  readonly isLast: boolean;
  /** Whether a row has met somebody in an earlier pass. */
  has(row: number): boolean;
  /** It has in this one. */
  add(row: number): void;
}

export class JoinMatches {
  readonly #config: JoinMatchesConfig;
  readonly #context: OperatorContext;
  readonly #output: Collector;
  /** No key has two records. */
  readonly #isUnique: boolean;
  readonly #pairs: JoinPairs;
  readonly #condition: JoinCondition | undefined;
  /** Address: the first record of the key of each row. */
  #found = 0;

  constructor(config: JoinMatchesConfig, context: OperatorContext, output: Collector, arena: Arena, isUnique: boolean) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#isUnique = isUnique;
    const { left, payload, condition } = config;
    this.#pairs = new JoinPairs(outputOf(config, condition !== undefined || !isUnique), context, arena);
    this.#condition = condition && new JoinCondition(condition, left, payload, context, arena);
  }

  open(): void {
    this.#condition?.open();
  }

  /** `found`: address of a u32 for each selected row, the first record of its key; 0: there is none, in no pass either. */
  join(batch: RecordBatch, found: number, pass?: JoinPass): void {
    this.#found = found;
    if (this.#condition !== undefined) this.#joinTested(batch, this.#condition, pass);
    else if (isSelection(this.#config)) this.#select(batch);
    else if (this.#isUnique) this.#joinOne(batch);
    else this.#joinMany(batch);
  }

  /** The row for which the condition failed, when `join` threw its error. Rows behind it can be joined still. */
  get failedRow(): number {
    return this.#condition?.failedRow ?? -1;
  }

  close(): void {
    this.#condition?.close();
  }

  /** Rows without a match stay. */
  get #keepsAll(): boolean {
    return this.#config.type === 'left' || this.#config.type === 'full';
  }

  /** Somebody wants to know which rows of the right met nobody. */
  get #marks(): boolean {
    return givesRest(this.#config);
  }

  #rowAt({ selection }: RecordBatch, position: number): number {
    return selection === 0 ? position : this.#context.memory.heap.u32[(selection >>> 2) + position];
  }

  /** The first record that the row at a position met; 0: none. */
  #firstRecord(u32: Uint32Array, position: number): number {
    return u32[(this.#found >>> 2) + position];
  }

  #select(batch: RecordBatch): void {
    const { u32 } = this.#context.memory.heap;
    const isSemi = this.#config.type === 'semi';
    const out = this.#pairs.rows >>> 2;
    let count = 0;
    for (let i = 0; i < batch.selectedCount; i++) {
      if ((this.#firstRecord(u32, i) !== 0) === isSemi) u32[out + count++] = this.#rowAt(batch, i);
    }
    this.#emitRows(batch, count);
  }

  /** The rows of the batch that `#pairs` names. */
  #emitRows(batch: RecordBatch, count: number): void {
    if (count > 0) this.#output.emit({ ...batch, selection: this.#pairs.rows, selectedCount: count });
  }

  /** At most one match: the record of each row of the batch, at the row's own place. */
  #joinOne(batch: RecordBatch): void {
    const { u8, u32 } = this.#context.memory.heap;
    const keepsAll = this.#keepsAll;
    const marks = this.#marks;
    const records = this.#pairs.records >>> 2;
    const out = this.#pairs.rows >>> 2;
    u32.fill(0, records, records + batch.numRows);
    let count = 0;
    for (let i = 0; i < batch.selectedCount; i++) {
      const record = this.#firstRecord(u32, i);
      if (record === 0 && !keepsAll) continue;
      const row = this.#rowAt(batch, i);
      u32[out + count++] = row;
      if (record === 0) continue;
      u32[records + row] = record;
      if (marks) u8[record + RECORD_MET] = 1;
    }
    if (count === 0) return;
    const vectors = [...batch.vectors, ...this.#pairs.gatherRight(batch.numRows)];
    this.#emitRows({ ...batch, vectors }, count);
  }

  #joinMany(batch: RecordBatch): void {
    const { u8, u32 } = this.#context.memory.heap;
    const keepsAll = this.#keepsAll;
    const marks = this.#marks;
    for (let i = 0; i < batch.selectedCount && !this.#output.done; i++) {
      const row = this.#rowAt(batch, i);
      const first = this.#firstRecord(u32, i);
      if (first === 0 && keepsAll) this.#pair(batch, row, 0);
      for (let record = first; record !== 0; record = u32[record >>> 2]) {
        if (marks) u8[record + RECORD_MET] = 1;
        this.#pair(batch, row, record);
      }
    }
    this.#emitPairs(batch);
  }

  #joinTested(batch: RecordBatch, condition: JoinCondition, pass: JoinPass | undefined): void {
    const { u8, u32 } = this.#context.memory.heap;
    const { type } = this.#config;
    const selects = isSelection(this.#config);
    const marks = this.#marks;
    let selected = 0;
    let isMet = false;
    const visit = (row: number, record: number): void => {
      if (record !== 0) {
        isMet = true;
        if (marks) u8[record + RECORD_MET] = 1;
        if (!selects) this.#pair(batch, row, record);
        return;
      }
      const hasMet = isMet || pass?.has(row) === true;
      isMet = false;
      if (pass?.isLast === false) {
        if (hasMet) pass.add(row);
        return;
      }
      if (selects && hasMet === (type === 'semi')) u32[(this.#pairs.rows >>> 2) + selected++] = row;
      if (!selects && !hasMet) this.#pair(batch, row, 0);
    };
    const settle = (): void => {
      if (condition.settle(batch, visit)) return;
      // Pairs before the one that fails go on; when nobody wants more, it does not matter.
      if (selects) this.#emitRows(batch, selected);
      else this.#emitPairs(batch);
      selected = 0;
      if (!this.#output.done) condition.fail();
    };
    const offer = (row: number, record: number): void => {
      condition.offer(row, record);
      if (condition.isFull) settle();
    };
    const endsRows = selects || this.#keepsAll;
    for (let i = 0; i < batch.selectedCount && !this.#output.done; i++) {
      const row = this.#rowAt(batch, i);
      for (let record = this.#firstRecord(u32, i); record !== 0; record = u32[record >>> 2]) offer(row, record);
      if (endsRows) offer(row, 0);
    }
    settle();
    if (selects) this.#emitRows(batch, selected);
    else this.#emitPairs(batch);
  }

  #pair(batch: RecordBatch, row: number, record: number): void {
    this.#pairs.add(row, record);
    if (this.#pairs.isFull) this.#emitPairs(batch);
  }

  #emitPairs(batch: RecordBatch): void {
    if (this.#pairs.count > 0) this.#output.emit(this.#pairs.gather(batch));
    this.#pairs.count = 0;
  }
}

/** Rows of the right that met nobody come too. */
export function givesRest({ type }: Pick<JoinMatchesConfig, 'type'>): boolean {
  return type === 'right' || type === 'full';
}

/** Only says which rows of the left are left. */
export function isSelection({ type }: Pick<JoinMatchesConfig, 'type'>): boolean {
  return type === 'semi' || type === 'anti';
}

function outputOf(config: JoinMatchesConfig, makesPairs: boolean): JoinPairsConfig {
  const { left, payload } = config;
  const copies = makesPairs && !isSelection(config);
  return {
    left: copies ? [...left.keys()] : [],
    leftTypes: copies ? left : [],
    right: isSelection(config) ? [] : [...payload.keys()],
    payload,
  };
}

export function matchesBytes(config: JoinMatchesConfig, sizes: TaskSizes): number {
  const { left, payload, condition } = config;
  const pairs = pairBytes(outputOf(config, true)) * sizes.batchRows;
  return pairs + (condition === undefined ? 0 : conditionBytes(condition, left, payload, sizes));
}
