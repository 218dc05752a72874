/** Columns of results in the making, a row a group: values, and texts that a fold shows for a moment. */
import type { DataType } from '../columnar/data-type.js';
import { textBytes } from '../columnar/text-bytes.js';
import type { Value } from '../columnar/value.js';
import { allocateVector, type Vector } from '../columnar/vector.js';
import { writeValue } from '../expr/compiler/row-values.js';
import type { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/heap.js';
import type { TaskMemory } from '../memory/task-memory.js';
import type { TextView } from './folds/fold.js';
import { TextBuilder } from './folds/text-builder.js';

/** Texts of finished groups are handed on when there are so many bytes of them. */
const TEXT_BYTES = PAGE_BYTES;

const NO_TEXT = (): number => 0;

export class ResultRows {
  readonly #memory: TaskMemory;
  readonly #batchRows: number;
  readonly #columns: readonly Vector[];
  readonly #texts: TextBuilder;
  #rows = 0;

  constructor(memory: TaskMemory, arena: Arena, types: readonly DataType[], batchRows: number) {
    this.#memory = memory;
    this.#batchRows = batchRows;
    this.#columns = types.map((type) => allocateVector(arena, type, batchRows));
    this.#texts = new TextBuilder(memory, 'texts of an aggregation');
  }

  get rows(): number {
    return this.#rows;
  }

  /** The row at hand has the result in the column. */
  set(column: number, result: Value | TextView): void {
    const { heap } = this.#memory;
    const vector = this.#columns[column];
    const { type, physical, values, validity } = vector;
    heap.u8[(validity >>> 0) + this.#rows] = result === null ? 0 : 1;
    if (result === null) return;
    if (physical !== 'text') {
      writeValue(heap, vector, values, this.#rows, result as NonNullable<Value>, NO_TEXT);
      return;
    }
    // The builder moves when it grows, so addresses are made of offsets when the rows are handed on.
    const at = (values >>> 2) + 2 * this.#rows;
    heap.u32[at] = this.#texts.view().bytes;
    if (typeof result === 'object') this.#texts.appendFrom(result.address, result.bytes);
    else this.#texts.append(textBytes(result as string, type));
    heap.u32[at + 1] = this.#texts.view().bytes - heap.u32[at];
  }

  /** The row at hand is whole; true: rows must be handed on before there are more. */
  endRow(): boolean {
    this.#rows++;
    return this.#rows === this.#batchRows || this.#texts.view().bytes >= TEXT_BYTES;
  }

  /** The rows so far, as columns that live until the next row is added. */
  take(): readonly Vector[] {
    const { u32 } = this.#memory.heap;
    const { address } = this.#texts.view();
    for (const { physical, values } of this.#columns) {
      if (physical !== 'text') continue;
      for (let row = 0; row < this.#rows; row++) u32[(values >>> 2) + 2 * row] += address;
    }
    this.#rows = 0;
    this.#texts.clear();
    return this.#columns;
  }

  close(): void {
    this.#texts.close();
  }
}
