/** Makes columns of the records of rows to sort, where these lie: texts are views into them. */
import { type DataType, PHYSICAL_BYTES, physicalOf } from '../../columnar/data-type.js';
import { createVector, type Vector } from '../../columnar/vector.js';
import { pad8, vectorRowBytes } from '../groups/row-layout.js';
import type { StateEnv } from '../state-env.js';
import { type SortFormat, sortFormatBytes, writeSortFormat } from './sort-format.js';

/** Of each row: where its payload and its next text begin. */
const ROW_ADDRESSES = 2;
/** What a place may take more than it asks for, to begin at a multiple of 16. */
const ALIGNMENT = 16;

/** For a row. */
export function recordColumnsRowBytes({ values }: SortFormat): number {
  return vectorRowBytes(values) + 4 * ROW_ADDRESSES;
}

/** Beside the rows. */
export function recordColumnsFixedBytes(format: SortFormat): number {
  const places = 2 * format.values.length + ROW_ADDRESSES + 1;
  return pad8(sortFormatBytes(format)) + places * ALIGNMENT;
}

/** The sizes of the places that columns of so many rows ask for, one after another. */
export function recordColumnsPlaces(format: SortFormat, rows: number): number[] {
  const columns = format.values.flatMap((type) => [rows * PHYSICAL_BYTES[physicalOf(type)], rows]);
  return [sortFormatBytes(format), 4 * rows, 4 * rows, ...columns];
}

export class RecordColumns {
  /** The columns of the records read last; they live as long as these do. */
  readonly vectors: readonly Vector[];
  readonly #env: StateEnv;
  readonly #format: number;
  readonly #payloads: number;
  readonly #tails: number;
  readonly #validity: readonly number[];

  /** `place` answers room at a multiple of 16; at most `rows` records are read at a time. */
  constructor(env: StateEnv, format: SortFormat, rows: number, place: (bytes: number) => number) {
    this.#env = env;
    this.#format = place(sortFormatBytes(format));
    writeSortFormat(env.heap, this.#format, format);
    this.#payloads = place(4 * rows);
    this.#tails = place(4 * rows);
    this.vectors = format.values.map((type: DataType): Vector => {
      const values = place(rows * PHYSICAL_BYTES[physicalOf(type)]);
      return createVector(type, values, place(rows));
    });
    this.#validity = this.vectors.map(({ validity }) => validity);
  }

  /** Rows 0 .. count-1 of the columns become those of the records whose addresses are at `records`. */
  read(records: number, count: number): void {
    const { kernels } = this.#env;
    const [payloads, tails] = [this.#payloads, this.#tails];
    kernels.openRows(this.#format, records, count, payloads, tails);
    for (const [v, vector] of this.vectors.entries()) {
      const nulls = kernels.readRows(this.#format, v, payloads, tails, count, vector.values, this.#validity[v]);
      vector.validity = nulls === 0 ? 0 : this.#validity[v];
    }
  }
}
