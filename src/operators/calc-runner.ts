/**
 * A calc program at work inside an operator: compiled, over scratch memory of its own. When a row fails, the rows before
 * it are computed all the same, since whoever reads them may want no more; only then is it said what went wrong.
 */
import type { RecordBatch } from '../columnar/record-batch.js';
import type { OperatorContext } from '../dataflow/operator.js';
import type { CalcProgram } from '../expr/calc.js';
import { type CompiledCalc, compileCalc } from '../expr/compiler/compile-calc.js';
import { walkForError } from '../expr/compiler/walk-for-error.js';
import { Arena } from '../memory/arena.js';

export interface CalcRun {
  /** The rows that the program's filters took; null when there are none. Lives until the next run. */
  readonly result: RecordBatch | null;
  /** Selected rows before the first one that fails: all of them when none does. */
  readonly whole: number;
}

export class CalcRunner {
  readonly #program: CalcProgram;
  readonly #context: OperatorContext;
  readonly #arena: Arena;
  #compiled!: CompiledCalc;

  constructor(program: CalcProgram, context: OperatorContext) {
    this.#program = program;
    this.#context = context;
    this.#arena = new Arena(context.memory, 'calc');
  }

  open(): void {
    const { memory, kernels, batchRows, constants } = this.#context;
    this.#compiled = compileCalc(this.#program, {
      heap: memory.heap,
      kernels: kernels.expr,
      allocate: (bytes, align) => this.#arena.allocate(bytes, align),
      batchRows,
      constants,
    });
  }

  run(batch: RecordBatch): CalcRun {
    const result = this.#compiled.process(batch);
    return result === 'failed' ? this.#runPrefix(batch) : { result, whole: batch.selectedCount };
  }

  #runPrefix(batch: RecordBatch): CalcRun {
    const prefix = (count: number): RecordBatch =>
      batch.selection === 0 ? { ...batch, numRows: count, selectedCount: count } : { ...batch, selectedCount: count };
    let [whole, failing] = [0, batch.selectedCount];
    while (failing - whole > 1) {
      const middle = (whole + failing) >>> 1;
      if (this.#compiled.process(prefix(middle)) === 'failed') failing = middle;
      else whole = middle;
    }
    const result = whole === 0 ? null : this.#compiled.process(prefix(whole));
    return { result: result === 'failed' ? null : result, whole };
  }

  /** Throws the error of the first row that fails. */
  fail(batch: RecordBatch): never {
    return walkForError(this.#program, batch, this.#context.memory.heap, this.#context.constants);
  }

  close(): void {
    this.#arena.close();
  }
}
