/**
 * Merged records as columns: keys decoded, accumulators finished. Works on one buffer of records at a time; texts of the
 * result are views into it.
 */
import type { AccumulatorCall } from '../../columnar/accumulator.js';
import { type DataType, typeName } from '../../columnar/data-type.js';
import type { RecordBatch } from '../../columnar/record-batch.js';
import type { Vector } from '../../columnar/vector.js';
import { leatError } from '../../errors.js';
import {
  AVERAGE,
  COUNT,
  F64,
  ROUNDED_SUM,
  SUM_DOUBLE,
  SUM_INT,
  SUM_REST,
} from '../../kernels/assembly/state-layout.js';
import type { StateEnv } from '../state-env.js';
import { exactAverage } from './exact-average.js';
import type { RowLayout } from './row-layout.js';

/** Managed memory that the results are made in, for as many rows as a batch has. */
export interface ResultMemory {
  /** Keys, then results. */
  readonly vectors: readonly Vector[];
  readonly rows: number;
  readonly keyAt: number;
  readonly slow: number;
  readonly scratch: number;
}

export class AggregateResults {
  readonly #env: StateEnv;
  readonly #layout: RowLayout;
  readonly #layoutAddress: number;
  readonly #calls: readonly AccumulatorCall[];
  readonly #memory: ResultMemory;
  readonly #validity: readonly number[];
  readonly #batch: RecordBatch;

  constructor(
    env: StateEnv,
    layout: RowLayout,
    layoutAddress: number,
    calls: readonly AccumulatorCall[],
    memory: ResultMemory,
  ) {
    this.#env = env;
    this.#layout = layout;
    this.#layoutAddress = layoutAddress;
    this.#calls = calls;
    this.#memory = memory;
    this.#validity = memory.vectors.map((vector) => vector.validity);
    this.#batch = { numRows: 0, vectors: memory.vectors, selection: 0, selectedCount: 0 };
  }

  /** The `count` records from `start` on. */
  decode(start: number, count: number): RecordBatch {
    const { kernels } = this.#env;
    const { vectors, rows, keyAt } = this.#memory;
    const layout = this.#layoutAddress;
    kernels.indexRecords(layout, start, count, rows, keyAt);
    const keys = this.#layout.keys.length;
    for (let k = 0; k < keys; k++) {
      const nulls = kernels.decodeKeys(layout, k, keyAt, count, vectors[k].values, this.#validity[k]);
      vectors[k].validity = nulls === 0 ? 0 : this.#validity[k];
    }
    for (let a = 0; a < this.#calls.length; a++) this.#finish(a, count);
    this.#batch.numRows = count;
    this.#batch.selectedCount = count;
    return this.#batch;
  }

  /** The one row of an aggregate without keys over no rows; made as a record at `start`. */
  none(start: number): RecordBatch {
    const fixed = this.#layout.rowBytes - this.#layout.accumulatorBase;
    this.#env.heap.u8.fill(0, start, start + 8 + fixed);
    this.#env.heap.u32[(start >>> 2) + 1] = fixed;
    return this.decode(start, 1);
  }

  #finish(index: number, count: number): void {
    const { kernels } = this.#env;
    const { rows, slow, scratch } = this.#memory;
    const { operation, physical, offset } = this.#layout.results[index];
    const column = this.#layout.keys.length + index;
    const vector = this.#memory.vectors[column];
    const validity = this.#validity[column];
    const spec = this.#calls[index].accumulator;
    if (operation === COUNT) {
      kernels.finishCount(rows, offset, count, vector.values);
      vector.validity = 0;
      return;
    }
    if (operation === SUM_INT && spec.kind === 'sum') {
      const row = kernels.finishSumInt(rows, offset, count, vector.values, validity) >>> 0;
      if (row < count) throw overflow(spec.result);
    } else if (operation === SUM_INT || operation === SUM_DOUBLE) {
      const scale = spec.input?.kind === 'decimal' ? spec.input.scale : 0;
      const slowRows =
        physical === F64
          ? kernels.finishDouble(
              rows,
              offset,
              count,
              spec.kind === 'avg' ? AVERAGE : spec.kind === 'sum' ? ROUNDED_SUM : SUM_REST,
              vector.values,
              validity,
              slow,
              scratch,
            )
          : kernels.finishAverageInt(rows, offset, count, 10 ** scale, vector.values, validity, slow);
      this.#finishSlow(slowRows, vector.values, offset, operation === SUM_DOUBLE, scale);
    } else {
      kernels.finishExtreme(rows, offset, count, physical, vector.values, validity);
    }
    vector.validity = kernels.countNulls(validity, count) === 0 ? 0 : validity;
  }

  #finishSlow(slowRows: number, values: number, offset: number, isDouble: boolean, scale: number): void {
    const { heap } = this.#env;
    for (let i = 0; i < slowRows; i++) {
      const row = heap.u32[(this.#memory.slow >>> 2) + i];
      const slot = heap.u32[(this.#memory.rows >>> 2) + row] + offset;
      heap.f64[(values >>> 3) + row] = exactAverage(heap, slot, isDouble, scale);
    }
  }
}

function overflow(type: DataType): Error {
  return leatError('EXPR_OVERFLOW', `the sum of a group is outside the range of ${typeName(type)}`, {
    hint: 'cast the argument of sum to double, or to a decimal with fewer decimal places',
  });
}
