/**
 * One column of the batches of a reader: the kernel decodes, and rows in a form that it does not know go through the
 * exact parser of columnar/text.ts, which has the last word.
 */
import { PHYSICAL_BYTES } from '../../columnar/data-type.js';
import { parseValue } from '../../columnar/text.js';
import type { Value } from '../../columnar/value.js';
import { createVector, type Vector } from '../../columnar/vector.js';
import { assertNever } from '../../errors.js';
import {
  type CsvKernels,
  SAW_NULL,
  SAW_QUOTED,
  SPAN_VALUE_BYTES,
  SPAN_VALUE_FIELD,
} from '../../kernels/csv-kernels.js';
import type { Arena } from '../../memory/arena.js';
import type { Heap } from '../../memory/heap.js';
import { describeColumn } from './column-kind.js';
import type { CsvColumn } from './csv-reader.js';

/** The rows at work, as the decoders need to know them; one object, which each index fills again. */
export interface IndexedRows {
  /** Address of ends[0] of the index. */
  readonly ends: number;
  rows: number;
  /** The quote when fields are quoted in these rows, else -1. */
  quote: number;
  readonly escape: number;
  /** The newline when CRs or blank lines hang on to the last fields, else 0. */
  trim: number;
  /** Room for text without its doubled quotes; 0 when there are none. */
  scratch: number;
  /** Room for spans that stand otherwise than they are written; 0 when there are none. */
  spanScratch: number;
  /** What a text vector without quoted fields may claim: the delimiter, or -1. */
  plainDelimiter: number;
  readonly delimiter: number;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export class ColumnDecoder {
  readonly column: CsvColumn;
  readonly vector: Vector;
  readonly #heap: Heap;
  readonly #kernels: CsvKernels;
  readonly #fieldCount: number;
  /** Bytes of the index from row to row. */
  readonly #stride: number;
  readonly #validity: number;
  readonly #nulls: number;
  /** Of the fields of a span those that are not text, and what the kernel wants to know of them. */
  #values: readonly ColumnDecoder[] = [];
  #valueTable = 0;

  constructor(
    column: CsvColumn,
    nulls: readonly string[],
    fieldCount: number,
    maxRows: number,
    context: { heap: Heap; kernels: CsvKernels; arena: Arena },
  ) {
    this.column = column;
    this.#heap = context.heap;
    this.#kernels = context.kernels;
    this.#fieldCount = fieldCount;
    this.#stride = 4 * fieldCount;
    this.vector = createVector(column.type);
    this.vector.values = context.arena.allocate(maxRows * PHYSICAL_BYTES[this.vector.physical]);
    this.#validity = context.arena.allocate(maxRows);
    this.#nulls = nulls.length === 0 ? 0 : storeNulls(nulls, context.heap, context.arena);
  }

  get isText(): boolean {
    return this.vector.physical === 'text';
  }

  get isSpan(): boolean {
    return this.column.fields !== undefined;
  }

  /** Fields of a span that others decode are written as their values are. */
  writeValues(decoders: readonly ColumnDecoder[], arena: Arena): void {
    this.#values = decoders.toSorted((a, b) => a.column.index - b.column.index);
    this.#valueTable = arena.allocate(this.#values.length * SPAN_VALUE_BYTES);
  }

  /** Decodes `count` rows of a text column, selected ones or the first (selection 0): none can fail. */
  decodeText(indexed: IndexedRows, selection: number, count: number): void {
    const { vector } = this;
    if (this.column.fields !== undefined) {
      const trim = this.column.index + this.column.fields === this.#fieldCount ? indexed.trim : 0;
      const { delimiter, scratch, spanScratch } = indexed;
      this.#kernels.decodeSpan(
        this.#endsIn(indexed),
        this.#stride,
        this.column.fields,
        trim,
        delimiter,
        this.#describeValues(),
        this.#values.length,
        scratch === 0 ? 0 : 1,
        selection,
        count,
        vector.values,
        spanScratch,
      );
      return;
    }
    const saw = ~this.#kernels.decodeText(
      this.#endsIn(indexed),
      this.#stride,
      indexed.quote,
      indexed.escape,
      this.#trimIn(indexed),
      this.#nulls,
      selection,
      count,
      vector.values,
      this.#validity,
      indexed.scratch,
    );
    vector.validity = saw & SAW_NULL ? this.#validity : 0;
    vector.plainDelimiter = saw & SAW_QUOTED ? -1 : indexed.plainDelimiter;
  }

  #describeValues(): number {
    for (const [i, { vector, column }] of this.#values.entries()) {
      const value = this.#valueTable + i * SPAN_VALUE_BYTES;
      describeColumn(this.#heap, vector, value, false);
      this.#heap.u32[(value + SPAN_VALUE_FIELD) >>> 2] = column.index - this.column.index;
    }
    return this.#valueTable;
  }

  /** Decodes all rows of another column; answers the first one whose text does not fit the type, or -1. */
  decode(indexed: IndexedRows): number {
    const { vector } = this;
    const ends = this.#endsIn(indexed);
    const trim = this.#trimIn(indexed);
    let answer = this.#decodeFrom(0, indexed, ends, trim);
    vector.validity = answer >= 0 || ~answer & SAW_NULL ? this.#validity : 0;
    while (answer >= 0) {
      const value = parseValue(this.textOf(answer, indexed), this.column.type);
      if (value === undefined) return answer;
      storeValue(this.#heap, vector, answer, value);
      this.#heap.u8[(this.#validity + answer) >>> 0] = 1;
      answer = this.#decodeFrom(answer + 1, indexed, ends, trim);
    }
    return -1;
  }

  /** The text of a field that is not null, as the exact parser sees it. */
  textOf(row: number, indexed: IndexedRows): string {
    const { u32, u8 } = this.#heap;
    const entry = (indexed.ends >>> 2) + row * this.#fieldCount + this.column.index;
    let start = u32[entry - 1] + 1;
    let end = u32[entry];
    if (this.column.index === this.#fieldCount - 1) while (end > start && isLineEnd(u8[end - 1], indexed.trim)) end--;
    if (u8[start] === indexed.quote) {
      start++;
      end--;
    }
    return decoder.decode(u8.slice(start, end));
  }

  /** Address of the index entry of row 0. */
  #endsIn({ ends }: IndexedRows): number {
    return ends + 4 * this.column.index;
  }

  #trimIn({ trim }: IndexedRows): number {
    return this.column.index === this.#fieldCount - 1 ? trim : 0;
  }

  #decodeFrom(from: number, { rows, quote }: IndexedRows, ends: number, trim: number): number {
    const { type, values } = this.vector;
    const stride = this.#stride;
    const nulls = this.#nulls;
    const validity = this.#validity;
    const kernels = this.#kernels;
    switch (type.kind) {
      case 'boolean':
        return kernels.decodeBoolean(ends, stride, quote, trim, nulls, from, rows, values, validity);
      case 'int':
        return kernels.decodeI32(ends, stride, quote, trim, nulls, from, rows, values, validity);
      case 'bigint':
        return kernels.decodeI64(ends, stride, quote, trim, nulls, from, rows, values, validity);
      case 'double':
        return kernels.decodeDouble(ends, stride, quote, trim, nulls, from, rows, values, validity);
      case 'date':
        return kernels.decodeDate(ends, stride, quote, trim, nulls, from, rows, values, validity);
      case 'timestamp':
        return kernels.decodeTimestamp(ends, stride, quote, trim, nulls, from, rows, values, validity);
      case 'decimal': {
        const { precision, scale } = type;
        return this.vector.physical === 'i64'
          ? kernels.decodeDecimal(ends, stride, quote, trim, nulls, from, rows, values, validity, precision, scale)
          : kernels.decodeI128(ends, stride, quote, trim, nulls, from, rows, values, validity, precision, scale);
      }
      case 'string':
        return -1;
      default:
        return assertNever(type, 'type');
    }
  }
}

/** Only called for fields in need of the exact parser, so a CR that belongs to the text does not fit anyway. */
function isLineEnd(byte: number, trim: number): boolean {
  return trim !== 0 && (byte === 10 || byte === 13);
}

/** The list of texts that mean null, as the kernels read it. */
function storeNulls(nulls: readonly string[], heap: Heap, arena: Arena): number {
  const texts = nulls.map((text) => encoder.encode(text));
  const list = arena.allocate(8 + 8 * texts.length);
  heap.u32[list >>> 2] = texts.length;
  texts.forEach((bytes, i) => {
    const address = arena.allocate(bytes.length + 8, 1);
    heap.u8.set(bytes, address);
    heap.u32[(list >>> 2) + 2 + 2 * i] = address;
    heap.u32[(list >>> 2) + 3 + 2 * i] = bytes.length;
  });
  return list;
}

function storeValue(heap: Heap, { physical, values }: Vector, row: number, value: NonNullable<Value>): void {
  if (physical === 'u8') heap.u8[values + row] = value ? 1 : 0;
  else if (physical === 'i32') heap.i32[(values >>> 2) + row] = value as number;
  else if (physical === 'f64') heap.f64[values / 8 + row] = value as number;
  else if (physical === 'i64') heap.i64[values / 8 + row] = value as bigint;
  else {
    heap.i64[values / 8 + 2 * row] = BigInt.asIntN(64, value as bigint);
    heap.i64[values / 8 + 2 * row + 1] = (value as bigint) >> 64n;
  }
}
