/**
 * The physical `guard`: a calc program over rows of which some fail. Whole batches run compiled; where one fails the interpreter
 * says which rows it was, and the others run again. Rows that fail follow in batches of their own.
 */
import type { FaultKind } from '../columnar/fault.js';
import { FaultRows, faultRowsMinimumBytes } from '../columnar/fault-rows.js';
import { loadPending, type RecordBatch } from '../columnar/record-batch.js';
import { formatValue } from '../columnar/text.js';
import type { Value } from '../columnar/value.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import type { CalcProgram, CalcStep } from '../expr/calc.js';
import { runRow } from '../expr/calc-interpreter.js';
import { scratchBytes } from '../expr/compiler/compile-calc.js';
import { readRow, selectedRow } from '../expr/compiler/row-values.js';
import { Arena } from '../memory/arena.js';
import { CalcRunner } from './calc-runner.js';

export interface GuardConfig {
  readonly program: CalcProgram;
  readonly faults: readonly FaultKind[];
}

class Guard implements Operator {
  readonly loadsColumns = true;
  readonly #config: GuardConfig;
  readonly #context: OperatorContext;
  readonly #output: Collector;
  readonly #runner: CalcRunner;
  readonly #arena: Arena;
  #faulty!: FaultRows;
  #selection = 0;

  constructor(config: GuardConfig, context: OperatorContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#runner = new CalcRunner(config.program, context);
    this.#arena = new Arena(context.memory, 'rows that do not fail');
  }

  open(): void {
    const { program, faults } = this.#config;
    const { memory, batchRows } = this.#context;
    this.#runner.open();
    this.#selection = this.#arena.allocate(4 * batchRows, 4);
    this.#faulty = new FaultRows(
      memory,
      program.output.map(({ type }) => type),
      faults,
    );
  }

  processBatch(batch: RecordBatch): void {
    const { result, whole } = this.#runner.run(batch);
    if (whole === batch.selectedCount) {
      if (result !== null) this.#emit(result);
      return;
    }
    const rest = this.#runner.run(this.#withoutFailing(batch));
    if (rest.result !== null) this.#emit(rest.result);
    while (this.#faulty.hasRows) this.#output.emit(this.#faulty.take());
  }

  #emit(batch: RecordBatch): void {
    this.#output.emit({ ...batch, vectors: [...batch.vectors, ...this.#faulty.absent] });
  }

  /** Notes the rows that fail and answers the others. */
  #withoutFailing(batch: RecordBatch): RecordBatch {
    const { constants, memory, metrics } = this.#context;
    const { heap } = memory;
    const { program } = this.#config;
    loadPending(batch);
    let count = 0;
    for (let k = 0; k < batch.selectedCount; k++) {
      const row = selectedRow(heap, batch.selection, k);
      const values = readRow(heap, batch, row);
      const outcome = runRow(program, [...values], { ...constants, row: batch.origin?.position(row) });
      if (typeof outcome !== 'object') {
        heap.u32[(this.#selection >>> 2) + count++] = row;
        continue;
      }
      const { error, step } = outcome;
      const place = batch.origin?.place(row);
      metrics.rejected++;
      this.#faulty.add({
        file: place?.file,
        line: place?.line,
        byte_offset: place?.offset,
        column: this.#columnOf(step),
        code: error.code,
        message: error.message,
        raw: this.#rowText(values),
      });
    }
    return { ...batch, selection: this.#selection, selectedCount: count };
  }

  #columnOf(step: CalcStep): string | undefined {
    return step.kind === 'define'
      ? this.#config.program.output.find(({ slot }) => slot === step.slot)?.name
      : undefined;
  }

  /** What the step saw of the row, as a JSON object. */
  #rowText(values: readonly Value[]): string {
    const { input } = this.#config.program;
    const fields = input.map(({ name, type }, slot) => {
      const value = values[slot];
      return [name, value === null ? null : formatValue(value, type)];
    });
    return JSON.stringify(Object.fromEntries(fields));
  }

  endInput(): undefined {
    return undefined;
  }

  close(): void {
    this.#runner.close();
    this.#faulty?.close();
    this.#arena.close();
  }
}

export const GUARD: TransformFactory<GuardConfig> = {
  role: 'transform',
  kind: 'guard',
  minimumBytes: ({ program, faults }, { batchRows }) =>
    scratchBytes(program, batchRows) + 4 * batchRows + faultRowsMinimumBytes(faults.length),
  create: (config, context, output) => new Guard(config, context, output),
};
