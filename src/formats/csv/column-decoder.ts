/**
 * One column of the batches of a reader: the kernel decodes, and rows in a form that it does not know go through the
 * exact parser of columnar/text.ts, which has the last word.
 */
import { parseBytes } from '../../columnar/bytes-text.js';
import { PHYSICAL_BYTES } from '../../columnar/data-type.js';
import { parseValue } from '../../columnar/text.js';
import type { Value } from '../../columnar/value.js';
import { createVector, type Vector } from '../../columnar/vector.js';
import { assertNever, leatError } from '../../errors.js';
import { type CsvKernels, SAW_NULL, SAW_QUOTED } from '../../kernels/csv-kernels.js';
import type { Arena } from '../../memory/arena.js';
import type { Heap } from '../../memory/heap.js';
import type { CsvColumn } from './csv-reader.js';
import { FormedFields } from './formed-fields.js';

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
  /** Room for text without its doubled quotes, and for bytes; 0 when there are none. */
  scratch: number;
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
  readonly #formed: FormedFields | undefined;
  /** Bytes from row to row of the index that it is decoded by. */
  readonly #stride: number;
  readonly #validity: number;
  readonly #nulls: number;
  /** What a quoted text stands for, where a value of another type may hold escapes. */
  readonly #unescape: ((text: string) => string) | undefined;

  constructor(
    column: CsvColumn,
    nulls: readonly string[],
    fieldCount: number,
    maxRows: number,
    context: { heap: Heap; kernels: CsvKernels; arena: Arena; unescape?: (text: string) => string },
  ) {
    this.column = column;
    this.#heap = context.heap;
    this.#kernels = context.kernels;
    this.#unescape = context.unescape;
    this.#fieldCount = fieldCount;
    const { form, type } = column;
    this.#formed = form && new FormedFields({ form, type, nulls }, maxRows, context);
    this.#stride = this.#formed === undefined ? 4 * fieldCount : 4;
    this.vector = createVector(column.type);
    this.vector.values = context.arena.allocate(maxRows * PHYSICAL_BYTES[this.vector.physical]);
    this.#validity = context.arena.allocate(maxRows);
    this.#nulls = nulls.length === 0 ? 0 : storeNulls(nulls, context.heap, context.arena);
  }

  /** Nothing that is read can be wrong, and it may be read when it is wanted. */
  get isText(): boolean {
    return this.column.type.kind === 'string';
  }

  get isSpan(): boolean {
    return this.column.fields !== undefined;
  }

  get isFormed(): boolean {
    return this.#formed !== undefined;
  }

  /** Writes the fields of all rows at `address`, in the usual form; decoding follows. Returns the address behind. */
  writeAnew(indexed: IndexedRows, address: number): number {
    const { index } = this.column;
    return this.#formed!.write(indexed, index, this.#fieldCount, this.#lineEndsIn(indexed), address);
  }

  /** Decodes `count` rows of a text column, selected ones or the first (selection 0): none can fail. */
  decodeText(indexed: IndexedRows, selection: number, count: number): void {
    const { vector } = this;
    if (this.column.fields !== undefined) {
      const trim = this.column.index + this.column.fields === this.#fieldCount ? indexed.trim : 0;
      const { delimiter, scratch } = indexed;
      const args = [this.#stride, this.column.fields, trim, delimiter, selection, count] as const;
      this.#kernels.decodeSpan(this.#endsIn(indexed), ...args, vector.values, scratch);
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

  /** Decodes all rows of another column from one on; answers the first one whose text does not fit the type, or -1. */
  decode(indexed: IndexedRows, from = 0): number {
    const { vector } = this;
    if (vector.physical === 'text') return this.#decodeMadeText(indexed, from);
    const ends = this.#endsIn(indexed);
    const trim = this.#trimIn(indexed);
    let answer = this.#decodeFrom(from, indexed, ends, trim);
    vector.validity = from > 0 || answer >= 0 || ~answer & SAW_NULL ? this.#validity : 0;
    while (answer >= 0) {
      const value = parseValue(this.#decodedText(answer, indexed), this.column.type);
      if (value === undefined) return answer;
      storeValue(this.#heap, vector, answer, value);
      this.#heap.u8[(this.#validity + answer) >>> 0] = 1;
      answer = this.#decodeFrom(answer + 1, indexed, ends, trim);
    }
    return -1;
  }

  /** Text that means something: the first row from one on where it does not, or -1. */
  #decodeMadeText(indexed: IndexedRows, from: number): number {
    if (from === 0) this.decodeText(indexed, 0, indexed.rows);
    const { type, values, validity } = this.vector;
    this.vector.plainDelimiter = -1;
    if (type.kind === 'json') return this.#kernels.checkJson(values, validity, from, indexed.rows);
    for (let row = from; row < indexed.rows; row++) {
      if (validity !== 0 && this.#heap.u8[validity + row] === 0) continue;
      if (!readBytes(this.#heap, (values >>> 2) + 2 * row, indexed.scratch >>> 2)) return row;
    }
    return -1;
  }

  /** The text of a field that is not null, without its quotes. */
  textOf(row: number, indexed: IndexedRows): string {
    const entry = (indexed.ends >>> 2) + row * this.#fieldCount + this.column.index;
    return this.#textAt(entry, indexed, this.#lineEndsIn(indexed));
  }

  /** The same as the exact parser sees it. */
  #decodedText(row: number, indexed: IndexedRows): string {
    return this.#textAt((this.#endsIn(indexed) + row * this.#stride) >>> 2, indexed, this.#trimIn(indexed));
  }

  #textAt(entry: number, { quote }: IndexedRows, trim: number): string {
    const { u32, u8 } = this.#heap;
    let start = u32[entry - 1] + 1;
    let end = u32[entry];
    while (end > start && isLineEnd(u8[end - 1], trim)) end--;
    const isQuoted = u8[start] === quote;
    if (isQuoted) {
      start++;
      end--;
    }
    const text = decoder.decode(u8.slice(start, end));
    return isQuoted && this.#unescape !== undefined ? this.#unescape(text) : text;
  }

  /** Address of the index entry of row 0. */
  #endsIn({ ends }: IndexedRows): number {
    return this.#formed?.ends ?? ends + 4 * this.column.index;
  }

  #trimIn(indexed: IndexedRows): number {
    return this.#formed === undefined ? this.#lineEndsIn(indexed) : 0;
  }

  #lineEndsIn({ trim }: IndexedRows): number {
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
      case 'bytes':
      case 'json':
        throw leatError('INTERNAL', `${type.kind} is decoded as text`);
      default:
        return assertNever(type, 'type');
    }
  }
}

const BACKSLASH = 92;

/** The text of the view, a word's index, becomes the bytes that it spells, behind the cursor when they are others; false: it spells none. */
export function readBytes({ u8, u32 }: Heap, view: number, cursor: number): boolean {
  const text = u8.subarray(u32[view], u32[view] + u32[view + 1]);
  const isPlain = text.every((byte) => byte < 0x80 && byte !== BACKSLASH);
  if (isPlain) return true;
  const bytes = parseBytes(decoder.decode(text.slice()));
  if (bytes === undefined) return false;
  const address = u32[cursor];
  for (let i = 0; i < bytes.length; i++) u8[address + i] = bytes.charCodeAt(i);
  u32[view] = address;
  u32[view + 1] = bytes.length;
  u32[cursor] = address + bytes.length;
  return true;
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
