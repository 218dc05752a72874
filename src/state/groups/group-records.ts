/**
 * Rows as groups of their own: sorted records of (key, what is folded), for input that a table would not make smaller. They become
 * accumulators where runs are merged, and equal keys meet there, as they do when a table has been spilled.
 *
 *     row ──> record  [ key | values ]  ──> sorted, as any rows (sort-buffer.ts)
 */
import { BOOLEAN, type DataType } from '../../columnar/data-type.js';
import { createVector, type Vector } from '../../columnar/vector.js';
import { COUNT, TEXT } from '../../kernels/assembly/state-layout.js';
import type { SortedRun } from '../runs/sorted-run.js';
import { rowValues } from '../sort/payload-layout.js';
import { SortBuffer, sortBufferMinimumBytes } from '../sort/sort-buffer.js';
import type { SortFormat } from '../sort/sort-format.js';
import type { StateEnv, StateSizes } from '../state-env.js';
import type { RowInput, RowLayout } from './row-layout.js';

/** Where an input lies is noted in 16 bits. */
const MOST_INPUTS = 1000;

/** Texts of minimums and maximums are of any length: they need a table's arena. */
export function canBeRecords({ keys, inputs, accumulators }: RowLayout): boolean {
  const areFixed = accumulators.every(({ operation, physical }) => operation === COUNT || physical !== TEXT);
  return keys.length > 0 && areFixed && inputs.length <= MOST_INPUTS;
}

/** The payload's bytes are no multiple of 8: see kernels/assembly/state-single.ts. */
function formatOf(keys: readonly DataType[], { inputs }: RowLayout): SortFormat {
  const values = inputs.map(({ type }) => type);
  return { keys, orders: [], values, unusedBytes: rowValues(values).bytes % 8 === 0 ? 1 : 0 };
}

/** Managed memory without which GroupRecords cannot work. */
export function groupRecordsMinimumBytes(keys: readonly DataType[], layout: RowLayout, sizes: StateSizes): number {
  return sortBufferMinimumBytes(formatOf(keys, layout), sizes);
}

export class GroupRecords {
  readonly #inputs: readonly RowInput[];
  readonly #buffer: SortBuffer;

  constructor(env: StateEnv, keys: readonly DataType[], layout: RowLayout) {
    this.#inputs = layout.inputs;
    this.#buffer = new SortBuffer(env, formatOf(keys, layout));
  }

  /** Takes `count` rows in: row indices from `selection` (0: rows 0 .. count-1). */
  add(keys: readonly Vector[], columns: readonly Vector[], selection: number, count: number): void {
    const values = this.#inputs.map(({ column, type }) => asInput(columns[column], type));
    this.#buffer.add([...keys, ...values], selection, count);
  }

  /** All rows as sorted runs; those in memory are sealed for `partition`. */
  finish(partition: number): SortedRun[] {
    return this.#buffer.finish(partition);
  }

  /** Frees everything that was not sealed; always called, also after finish or a failure. */
  close(): void {
    this.#buffer.close();
  }
}

/** Of a column that is only counted nobody looks at the values: any bytes will do. */
function asInput(vector: Vector, type: DataType): Vector {
  return type === BOOLEAN ? createVector(BOOLEAN, vector.values, vector.validity, vector.isConstant) : vector;
}
