/** The value at a fraction of a group's rows, or between two of them. */
import { type DataType, physicalOf, typeName } from '../../columnar/data-type.js';
import type { RecordBatch } from '../../columnar/record-batch.js';
import type { Value } from '../../columnar/value.js';
import { createVector } from '../../columnar/vector.js';
import type { FoldCall } from '../../dataflow/logical-graph.js';
import { isNull, readValue, selectedRow } from '../../expr/compiler/row-values.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import type { Fold } from './fold.js';
import { ValueList } from './value-list.js';

export class QuantileFold implements Fold {
  readonly #memory: TaskMemory;
  readonly #call: FoldCall;
  readonly #fraction: number;
  readonly #isContinuous: boolean;
  readonly #values: ValueList;

  constructor(memory: TaskMemory, call: FoldCall, fraction: number, isContinuous: boolean) {
    this.#memory = memory;
    this.#call = call;
    this.#fraction = fraction;
    this.#isContinuous = isContinuous;
    const purpose = `all ${typeName(call.result)} values of a group, which ${call.name} keeps`;
    this.#values = new ValueList(memory, physicalOf(call.result), purpose);
  }

  add(batch: RecordBatch, from: number, to: number): void {
    const { heap } = this.#memory;
    const value = batch.vectors[this.#call.value];
    const counts = this.#call.count === null ? 0 : batch.vectors[this.#call.count].values >>> 3;
    for (let i = from; i < to; i++) {
      const row = selectedRow(heap, batch.selection, i);
      if (!isNull(heap, value, row)) this.#values.push(value, row, counts === 0 ? 1 : Number(heap.i64[counts + row]));
    }
  }

  finish(): Value {
    const at = (rank: number): Value =>
      readValue(this.#memory.heap, createVector(this.#call.result, this.#values.find(rank)), 0);
    const result = quantileOf(this.#values.total, this.#fraction, this.#isContinuous, this.#call.result, at);
    this.#values.clear();
    return result;
  }

  close(): void {
    this.#values.close();
  }
}

/** Of `total` values in order, of which `at` answers the one at a place, from 0. */
export function quantileOf(
  total: number,
  fraction: number,
  isContinuous: boolean,
  type: DataType,
  at: (rank: number) => Value,
): Value {
  if (total === 0) return null;
  const rank = quantileRank(total, fraction, isContinuous);
  return valueBetween(at(Math.floor(rank)), at(Math.ceil(rank)), rank - Math.floor(rank), type);
}

/** The place of the value, or between which two it lies. */
export function quantileRank(total: number, fraction: number, isContinuous: boolean): number {
  return isContinuous ? fraction * (total - 1) : discreteRank(total, fraction);
}

/** `share`: how far it lies from the lower to the higher one. */
export function valueBetween(low: Value, high: Value, share: number, type: DataType): Value {
  return low === high || share === 0 ? low : interpolate(low, high, share, type);
}

/** The first row at or behind which the fraction of all rows is reached. */
function discreteRank(total: number, fraction: number): number {
  return Math.max(1, total - Math.floor(total - fraction * total)) - 1;
}

/** As DuckDB has it: decimals are cut, not rounded, timestamps are rounded. */
function interpolate(low: Value, high: Value, share: number, type: DataType): Value {
  if (type.kind === 'double') return (low as number) + ((high as number) - (low as number)) * share;
  const [from, to] = [BigInt(low as bigint | number), BigInt(high as bigint | number)];
  const step = Number(to - from) * share;
  return from + BigInt(type.kind === 'decimal' ? Math.trunc(step) : Math.round(step));
}
