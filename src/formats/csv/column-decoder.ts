/**
 * One column of the batches of a reader: the kernel decodes, and rows in a form that it does not know go through the
 * exact parser of columnar/text.ts, which has the last word.
 */
import { PHYSICAL_BYTES } from '../../columnar/data-type.js';
import { parseValue } from '../../columnar/text.js';
import type { Value } from '../../columnar/value.js';
import { createVector, type Vector } from '../../columnar/vector.js';
import { assertNever } from '../../errors.js';
import { type CsvKernels, SAW_NULL, SAW_QUOTED } from '../../kernels/csv-kernels.js';
import type { Arena } from '../../memory/arena.js';
import type { Heap } from '../../memory/heap.js';
import type { CsvColumn } from './csv-reader.js';

/** The rows at work, as the decoders need to know them. */
export interface IndexedRows {
  /** Address of ends[0] of the index. */
  readonly ends: number;
  readonly rows: number;
  /** The quote when fields are quoted in these rows, else -1. */
  readonly quote: number;
  readonly escape: number;
  /** The newline when CRs or blank lines hang on to the last fields, else 0. */
  readonly trim: number;
  /** Room for text without its doubled quotes; 0 when there are none. */
  readonly scratch: number;
  /** What a text vector without quoted fields may claim: the delimiter, or -1. */
  readonly plainDelimiter: number;
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

export class ColumnDecoder {
  readonly column: CsvColumn;
  readonly vector: Vector;
  readonly #heap: Heap;
  readonly #kernels: CsvKernels;
  readonly #fieldCount: number;
  readonly #validity: number;
  readonly #nulls: number;

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
    this.vector = createVector(column.type);
    this.vector.values = context.arena.allocate(maxRows * PHYSICAL_BYTES[this.vector.physical]);
    this.#validity = context.arena.allocate(maxRows);
    this.#nulls = nulls.length === 0 ? 0 : storeNulls(nulls, context.heap, context.arena);
  }

  /** Decodes all rows; answers the first one whose text does not fit the type, or -1. */
  decode(indexed: IndexedRows): number {
    const { vector } = this;
    const isLast = this.column.index === this.#fieldCount - 1;
    const ends = indexed.ends + 4 * this.column.index;
    const trim = isLast ? indexed.trim : 0;
    if (vector.physical === 'text') {
      const saw = ~this.#decodeText(indexed, ends, trim);
      vector.validity = saw & SAW_NULL ? this.#validity : 0;
      vector.plainDelimiter = saw & SAW_QUOTED ? -1 : indexed.plainDelimiter;
      return -1;
    }
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

  #decodeText({ rows, quote, escape: escapeMark, scratch }: IndexedRows, ends: number, trim: number): number {
    const { values } = this.vector;
    const stride = 4 * this.#fieldCount;
    return this.#kernels.decodeText(
      ...([ends, stride, quote, escapeMark, trim, this.#nulls, rows, values, this.#validity, scratch] as const),
    );
  }

  #decodeFrom(from: number, { rows, quote }: IndexedRows, ends: number, trim: number): number {
    const { type, values } = this.vector;
    const stride = 4 * this.#fieldCount;
    const args = [ends, stride, quote, trim, this.#nulls, from, rows, values, this.#validity] as const;
    const kernels = this.#kernels;
    switch (type.kind) {
      case 'boolean':
        return kernels.decodeBoolean(...args);
      case 'int':
        return kernels.decodeI32(...args);
      case 'bigint':
        return kernels.decodeI64(...args);
      case 'double':
        return kernels.decodeDouble(...args);
      case 'date':
        return kernels.decodeDate(...args);
      case 'timestamp':
        return kernels.decodeTimestamp(...args);
      case 'decimal':
        return this.vector.physical === 'i64'
          ? kernels.decodeDecimal(...args, type.precision, type.scale)
          : kernels.decodeI128(...args, type.precision, type.scale);
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
