/**
 * A chain at work: the tree of operators of one attempt, wired so that each emits straight into its children. Batches
 * pass by reference and belong to the emitter again when `emit` returns.
 *
 * `busyMs` of an operator is the time inside it less the time inside its children.
 */
import { loadPending, type RecordBatch } from '../../columnar/record-batch.js';
import { comparePositions } from '../../columnar/row-position.js';
import type { Source } from '../../dataflow/factory.js';
import { createMetrics, type OperatorMetrics } from '../../dataflow/metrics.js';
import type { Collector, Operator } from '../../dataflow/operator.js';
import { LeatError } from '../../errors.js';

/** Hears which operator an error comes from. */
export type Blame = (error: unknown) => void;

/** Runs before a batch is handed on: the cancel word; between two of the source also spill requests and progress. */
export type BatchGate = (records: number) => void;

export class ChainNode implements Collector {
  readonly metrics: OperatorMetrics = createMetrics();
  readonly children: ChainNode[] = [];
  /** Undefined for the head, which is the source. */
  operator: Operator | undefined;
  readonly #blame: Blame;
  readonly #gate: BatchGate;
  #childrenMs = 0;

  constructor(blame: Blame, gate: BatchGate) {
    this.#blame = blame;
    this.#gate = gate;
  }

  emit(batch: RecordBatch): void {
    const rows = batch.selectedCount;
    this.metrics.recordsOut += rows;
    const begin = performance.now();
    this.#gate(rows);
    const { children } = this;
    if (children.length === 1) children[0].processBatch(batch, rows);
    else this.#fanOut(batch, rows);
    this.#childrenMs += performance.now() - begin;
  }

  /** All branches see the batch even when one fails, so that the lowest failing row is found whatever their order. */
  #fanOut(batch: RecordBatch, rows: number): void {
    let lowest: LeatError | undefined;
    for (const child of this.children) {
      try {
        child.processBatch(batch, rows);
      } catch (error) {
        if (!(error instanceof LeatError) || error.position === undefined) throw error;
        if (!lowest || comparePositions(error.position, lowest.position) < 0) lowest = error;
      }
    }
    if (lowest) throw lowest;
  }

  processBatch(batch: RecordBatch, rows: number): void {
    const operator = this.operator as Operator;
    if (operator.isDone) return;
    this.metrics.batchesIn++;
    this.metrics.recordsIn += rows;
    this.timed(() => {
      if (operator.loadsColumns !== true) loadPending(batch);
      operator.processBatch(batch);
    });
  }

  /** Runs a part of this operator whose time others count: what fails in it comes from here. */
  blamed<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      this.#blame(error);
      throw error;
    }
  }

  /** Runs a part of this operator and counts the time that is its own. */
  timed<T>(action: () => T): T {
    const begin = performance.now();
    const childrenBefore = this.#childrenMs;
    try {
      return this.blamed(action);
    } finally {
      this.metrics.busyMs += performance.now() - begin - (this.#childrenMs - childrenBefore);
    }
  }

  watermark(micros: bigint): void {
    for (const child of this.children) {
      if (child.operator?.processWatermark) child.operator.processWatermark(micros);
      else child.watermark(micros);
    }
  }

  get done(): boolean {
    return this.children.length > 0 && this.children.every((child) => child.operator?.isDone ?? child.done);
  }
}

/** The operators of an attempt in chain order; a parent comes before its children. */
export interface OperatorChain {
  readonly source: Source;
  readonly nodes: readonly ChainNode[];
}
