/**
 * Fields of a column that are not written in the usual form: all fields of the rows at work are written anew, with an index of
 * their own, and decoded from there like any other column's.
 *
 *     1 Nov 2026, 2 Nov 2026, n/a      ->      2026-11-01,2026-11-02,n/a,
 *
 * Quotes stay around a field, and texts that mean null stay as they are, so that both mean what they mean elsewhere. What is not
 * of the form becomes a character that no value has.
 */
import type { DataType } from '../../columnar/data-type.js';
import { isBlank, type TextForm, USUAL_GROWTH, type UsualForm, usualForm } from '../../columnar/text-form.js';
import type { Arena } from '../../memory/arena.js';
import type { Heap } from '../../memory/heap.js';
import type { IndexedRows } from './column-decoder.js';

const BACKSLASH = 92;
/** Quotes, and the delimiter behind them. */
const AROUND = 3;
/** A field may be so much longer when it is written anew. */
export const FORMED_GROWTH = USUAL_GROWTH + AROUND;

export class FormedFields {
  readonly #heap: Heap;
  readonly #usual: UsualForm;
  readonly #trims: boolean;
  readonly #nulls: readonly Uint8Array[];
  /** Of texts with escapes; fields without quotes are JSON's numbers then, which have a form of their own. */
  readonly #unescape: ((text: string) => string) | undefined;
  /** Address of the entry of row 0: where its field ends. */
  readonly ends: number;

  constructor(
    { form, type, nulls }: { form: TextForm; type: DataType; nulls: readonly string[] },
    maxRows: number,
    { heap, arena, unescape: meantText }: { heap: Heap; arena: Arena; unescape?: (text: string) => string },
  ) {
    this.#heap = heap;
    this.#unescape = meantText;
    this.#usual = usualForm(form, type);
    this.#trims = form.trim === true;
    this.#nulls = nulls.map((text) => Buffer.from(text));
    this.ends = arena.allocate(4 * (maxRows + 1)) + 4;
  }

  /** Writes field `index` of all rows at `address`; returns the address behind. `trim`: line ends hang on to it. */
  write(
    { ends, rows, quote, delimiter }: IndexedRows,
    index: number,
    fieldCount: number,
    trim: number,
    address: number,
  ): number {
    const { u8, u32 } = this.#heap;
    let at = address;
    u32[(this.ends >>> 2) - 1] = at - 1;
    for (let row = 0; row < rows; row++) {
      const entry = (ends >>> 2) + row * fieldCount + index;
      let start = u32[entry - 1] + 1;
      let end = u32[entry];
      if (trim !== 0) while (end > start && (u8[end - 1] === 10 || u8[end - 1] === 13)) end--;
      const isQuoted = quote >= 0 && u8[start] === quote;
      if (isQuoted) {
        start++;
        end--;
        u8[at++] = quote;
      }
      at = this.#writeField(start, end, isQuoted, at);
      if (isQuoted) u8[at++] = quote;
      u32[(this.ends >>> 2) + row] = at;
      u8[at++] = delimiter;
    }
    return at;
  }

  #writeField(from: number, to: number, isQuoted: boolean, at: number): number {
    const { u8 } = this.#heap;
    if (this.#unescape === undefined || !u8.subarray(from, to).includes(BACKSLASH)) {
      return this.#writeText(u8, from, to, isQuoted, at);
    }
    const text = Buffer.from(this.#unescape(Buffer.from(u8.slice(from, to)).toString()));
    return this.#writeText(text, 0, text.length, isQuoted, at);
  }

  #writeText(text: Uint8Array, from: number, to: number, isQuoted: boolean, at: number): number {
    const { u8 } = this.#heap;
    let start = from;
    let end = to;
    if (this.#trims) {
      while (end > start && isBlank(text[end - 1])) end--;
      while (start < end && isBlank(text[start])) start++;
    }
    const isUsual = start === end || (!isQuoted && (this.#unescape !== undefined || this.#isNull(start, end)));
    if (isUsual) {
      for (let i = start; i < end; i++) u8[at + i - start] = text[i];
      return at + end - start;
    }
    const behind = this.#usual(text, start, end, u8, at);
    if (behind >= 0) return behind;
    u8[at] = 0;
    return at + 1;
  }

  #isNull(start: number, end: number): boolean {
    const { u8 } = this.#heap;
    return this.#nulls.some((text) => text.length === end - start && text.every((byte, i) => u8[start + i] === byte));
  }
}

/** What the schema says of a column beside its type, before what to do about it. */
export function formSaid({ formats, decimal, thousands, timezone }: TextForm): string {
  const said = [
    ...(formats === undefined ? [] : [`format ${formats.join(' or ')}`]),
    ...(decimal === undefined ? [] : [`decimal ${decimal}`]),
    ...(thousands === undefined ? [] : [`thousands ${thousands}, before each three digits`]),
    ...(timezone === undefined ? [] : [`timezone ${timezone}`]),
  ];
  return said.length === 0 ? '' : `\`schema:\` says ${said.join(', ')}; `;
}
