/**
 * A column of text out of indexed rows. A string is what it means, and everything else as it stands in the file; json is all as it
 * stands; bytes are what a string spells.
 */
import { PHYSICAL_BYTES } from '../../columnar/data-type.js';
import { createVector, type Vector } from '../../columnar/vector.js';
import { type CsvKernels, SAW_NULL } from '../../kernels/csv-kernels.js';
import type { JsonlKernels } from '../../kernels/jsonl-kernels.js';
import type { Arena } from '../../memory/arena.js';
import type { Heap } from '../../memory/heap.js';
import { readBytes } from '../csv/column-decoder.js';
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

  get isBytes(): boolean {
    return this.column.type.kind === 'bytes';
  }

  /** Selected rows or the first (selection 0) of a column without escapes. */
  view(selection: number, count: number): void {
    const { csv, ends, stride } = this.#context;
    const { vector } = this;
    const quote = this.column.type.kind === 'json' ? -1 : QUOTE;
    const saw = csv.decodeText(ends, stride, quote, -1, 0, 0, selection, count, vector.values, this.#validity, 0);
    this.#note(saw);
  }

  /** The first rows, whatever stands in them; `scratch` as the kernel takes it. */
  decode(count: number, scratch: number): void {
    if (this.column.type.kind === 'json') {
      this.view(0, count);
      return;
    }
    const { jsonl, ends, stride } = this.#context;
    this.#note(jsonl.decodeEscapedText(ends, stride, count, this.vector.values, this.#validity, scratch));
  }

  /** Of rows that are decoded, from `from` on: the first that spells no bytes, or -1. */
  spell(from: number, count: number, scratch: number): number {
    const { heap } = this.#context;
    const { values, validity } = this.vector;
    for (let row = from; row < count; row++) {
      if (validity !== 0 && heap.u8[validity + row] === 0) continue;
      if (!readBytes(heap, (values >>> 2) + 2 * row, scratch >>> 2)) return row;
    }
    return -1;
  }

  /** `saw`: as the kernels answer it. */
  #note(saw: number): void {
    this.vector.validity = ~saw & SAW_NULL ? this.#validity : 0;
  }
}
