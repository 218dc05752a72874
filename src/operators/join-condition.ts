/**
 * What a join demands beside equal keys. Pairs that the keys bring together are candidates; they are gathered by the
 * columns that the condition reads, a batch at a time, and a calc says which of them are matches.
 *
 *     candidates   (1, a) (1, b) end of 1   (2, c) end of 2
 *     matches             (1, b)
 *
 * The end of a left row is a candidate's place like others, so that a row whose candidates lie in several batches is
 * known to be through, with or without a match, in its turn.
 */
import type { DataType } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import type { TaskSizes } from '../dataflow/factory.js';
import type { OperatorContext } from '../dataflow/operator.js';
import type { CalcProgram } from '../expr/calc.js';
import { scratchBytes } from '../expr/compiler/compile-calc.js';
import type { Arena } from '../memory/arena.js';
import { CalcRunner } from './calc-runner.js';
import { JoinPairs, type JoinPairsConfig, pairBytes } from './join-pairs.js';

export interface JoinConditionConfig {
  /** Columns of the left, and of the record behind its keys, that make the program's input, in this order. */
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly program: CalcProgram;
}

const NO_MATCH = { selection: 0, selectedCount: 0 };

/** A match, or with a record of 0 the end of a left row. */
type Visit = (row: number, record: number) => void;

export class JoinCondition {
  readonly #context: OperatorContext;
  readonly #candidates: JoinPairs;
  readonly #runner: CalcRunner;
  /** Address: the candidates that are pairs. */
  readonly #selection: number;
  #selected = 0;
  /** The left row of the candidate at which `settle` ended. */
  failedRow = -1;
  #tested: RecordBatch | undefined;

  constructor(
    config: JoinConditionConfig,
    left: readonly DataType[],
    payload: readonly DataType[],
    context: OperatorContext,
    arena: Arena,
  ) {
    this.#context = context;
    this.#candidates = new JoinPairs(candidatesOf(config, left, payload), context, arena);
    this.#selection = arena.allocate(4 * context.batchRows, 4);
    this.#runner = new CalcRunner(config.program, context);
  }

  open(): void {
    this.#runner.open();
  }

  get isFull(): boolean {
    return this.#candidates.isFull;
  }

  /** A pair, or with a record of 0 the end of a left row. */
  offer(row: number, record: number): void {
    const { count } = this.#candidates;
    if (record !== 0) this.#context.memory.heap.u32[(this.#selection >>> 2) + this.#selected++] = count;
    this.#candidates.add(row, record);
  }

  /** Visits the matches among the candidates, up to the first that fails; false when one does (see `fail`). */
  settle(batch: RecordBatch, visit: Visit): boolean {
    const { u32 } = this.#context.memory.heap;
    const { rows, records, count } = this.#candidates;
    const selected = this.#selected;
    let matches: RecordBatch | null = null;
    let end = count;
    if (selected > 0) {
      this.#tested = { ...this.#candidates.gather(batch), selection: this.#selection, selectedCount: selected };
      const { result, whole } = this.#runner.run(this.#tested);
      matches = result;
      if (whole < selected) end = u32[(this.#selection >>> 2) + whole];
    }
    const { selection, selectedCount } = matches ?? NO_MATCH;
    for (let candidate = 0, match = 0; candidate < end; candidate++) {
      const record = u32[(records >>> 2) + candidate];
      if (record !== 0) {
        if (match === selectedCount) continue;
        if (selection !== 0 && u32[(selection >>> 2) + match] !== candidate) continue;
        match++;
      }
      visit(u32[(rows >>> 2) + candidate], record);
    }
    if (end < count) this.failedRow = u32[(rows >>> 2) + end];
    this.#candidates.count = 0;
    this.#selected = 0;
    return end === count;
  }

  /** Throws the error of the candidate at which `settle` ended. */
  fail(): never {
    return this.#runner.fail(this.#tested!);
  }

  close(): void {
    this.#runner.close();
  }
}

export function conditionBytes(
  config: JoinConditionConfig,
  left: readonly DataType[],
  payload: readonly DataType[],
  { batchRows }: TaskSizes,
): number {
  return (pairBytes(candidatesOf(config, left, payload)) + 4) * batchRows + scratchBytes(config.program, batchRows);
}

function candidatesOf(
  { left, right }: JoinConditionConfig,
  types: readonly DataType[],
  payload: readonly DataType[],
): JoinPairsConfig {
  return { left, leftTypes: left.map((slot) => types[slot]), right, payload };
}
