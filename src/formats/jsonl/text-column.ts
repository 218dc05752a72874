/** A column of text out of indexed rows: strings as they are meant, everything else as it stands in the file. */
import { PHYSICAL_BYTES } from '../../columnar/data-type.js';
import { createVector, type Vector } from '../../columnar/vector.js';
import { type CsvKernels, SAW_NULL } from '../../kernels/csv-kernels.js';
import type { JsonlKernels } from '../../kernels/jsonl-kernels.js';
import type { Arena } from '../../memory/arena.js';
import type { Heap } from '../../memory/heap.js';
import type { JsonColumn } from './reader.js';

const QUOTE = 0x22;

export interface TextColumnContext {
  readonly heap: Heap;
  readonly csv: CsvKernels;
  readonly jsonl: JsonlKernels;
  readonly arena: Arena;
  readonly maxRows: number;
  /** Address of the column's entry in the first row of the index. */
  readonly ends: number;
  /** Bytes of the index from row to row. */
  readonly stride: number;
}

export class TextColumn {
  readonly column: JsonColumn;
  readonly vector: Vector;
  readonly #context: TextColumnContext;
  readonly #validity: number;

  constructor(column: JsonColumn, context: TextColumnContext) {
    this.column = column;
    this.#context = context;
    this.vector = createVector(column.type);
    this.vector.values = context.arena.allocate(context.maxRows * PHYSICAL_BYTES[this.vector.physical]);
    this.#validity = context.arena.allocate(context.maxRows);
  }

  /** Selected rows or the first (selection 0), none of which holds an escape: none can fail. */
  view(selection: number, count: number): void {
    const { csv, ends, stride } = this.#context;
    const { vector } = this;
    const saw = csv.decodeText(ends, stride, QUOTE, -1, 0, 0, selection, count, vector.values, this.#validity, 0);
    vector.validity = ~saw & SAW_NULL ? this.#validity : 0;
  }

  /** The first rows; `scratch` as the kernel takes it. Answers the first row that is no text, or -1. */
  decode(count: number, scratch: number): number {
    const { jsonl, ends, stride } = this.#context;
    const { vector } = this;
    const answer = jsonl.decodeEscapedText(ends, stride, count, vector.values, this.#validity, scratch);
    vector.validity = answer >= 0 || ~answer & SAW_NULL ? this.#validity : 0;
    return answer >= 0 ? answer : -1;
  }

  /** Where the value of a row begins and ends, quotes included. */
  bounds(row: number): readonly [start: number, end: number] {
    const { heap, ends, stride } = this.#context;
    const entry = (ends + row * stride) >>> 2;
    return [heap.u32[entry - 1] + 1, heap.u32[entry]];
  }
}
