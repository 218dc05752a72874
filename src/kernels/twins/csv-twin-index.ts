/** Scan, index and UTF-8 check, byte by byte. */
import type { Heap } from '../../memory/heap.js';
import {
  CR,
  type CsvKernels,
  FLAG_BLANK,
  FLAG_CR,
  FLAG_DOUBLED,
  FLAG_LONE_CR,
  FLAG_NON_ASCII,
  FLAG_QUOTED,
  FLAG_UNCLOSED,
  INDEX_FLAGS,
  INDEX_NEXT,
  INDEX_ROWS,
  LF,
} from '../csv-kernels.js';

type IndexKernels = Pick<
  CsvKernels,
  'scanQuotes' | 'scanEscapes' | 'findRowStart' | 'indexRows' | 'indexEscapedRows' | 'firstInvalidUtf8'
>;

/** 0 outside quotes, 1 inside, 2 inside behind an escape. */
function stateAfter(state: number, byte: number, quote: number, escapeMark: number): number {
  if (quote === escapeMark) return byte === quote ? 1 - state : state;
  if (state === 0) return byte === quote ? 1 : 0;
  if (state === 2) return 1;
  return byte === escapeMark ? 2 : byte === quote ? 0 : 1;
}

export function indexTwin(heap: Heap): IndexKernels {
  const { u8, u32 } = heap;
  return {
    scanQuotes(from, to, quote) {
      return u8.subarray(from >>> 0, to >>> 0).filter((byte) => byte === quote).length & 1;
    },
    scanEscapes(from, to, quote, escapeMark) {
      const states = [0, 1, 2];
      for (const byte of u8.subarray(from >>> 0, to >>> 0)) {
        for (let i = 0; i < 3; i++) states[i] = stateAfter(states[i], byte, quote, escapeMark);
      }
      return states[0] | (states[1] << 2) | (states[2] << 4);
    },
    findRowStart(from, to, state, quote, escapeMark, newline) {
      for (let at = from >>> 0; at < to >>> 0; at++) {
        if (u8[at] === newline && state === 0) return at + 1;
        if (quote >= 0) state = stateAfter(state, u8[at], quote, escapeMark);
      }
      return 0;
    },
    indexRows(from, to, delimiter, quote, newline, columns, maxRows, ends, result) {
      return indexBytes({ from, to, delimiter, quote, escapeMark: quote, newline, columns, maxRows, ends, result });
    },
    indexEscapedRows(from, to, delimiter, quote, escapeMark, newline, columns, maxRows, ends, result) {
      return indexBytes({ from, to, delimiter, quote, escapeMark, newline, columns, maxRows, ends, result });
    },
    firstInvalidUtf8(from, to) {
      const bytes = u8.slice(from >>> 0, to >>> 0);
      for (let at = 0; at < bytes.length; ) {
        const length = sequenceLength(bytes, at);
        if (length === 0) return (from >>> 0) + at;
        at += length;
      }
      return 0;
    },
  };

  interface Range {
    readonly from: number;
    readonly to: number;
    readonly delimiter: number;
    readonly quote: number;
    readonly escapeMark: number;
    readonly newline: number;
    readonly columns: number;
    readonly maxRows: number;
    readonly ends: number;
    readonly result: number;
  }

  function indexBytes(range: Range): number {
    const { delimiter, quote, escapeMark, newline, columns, maxRows } = range;
    const from = range.from >>> 0;
    const to = range.to >>> 0;
    const ends = range.ends >>> 2;
    let flags = 0;
    let written = 0;
    let rows = 0;
    let field = from;
    let isInside = false;
    u32[ends - 1] = from - 1;
    for (let at = from; at < to && rows < maxRows; at++) {
      const byte = u8[at];
      if (byte >= 0x80) flags |= FLAG_NON_ASCII;
      if (isInside) {
        if (byte === escapeMark && (escapeMark !== quote || (at + 1 < to && u8[at + 1] === quote))) {
          flags |= FLAG_DOUBLED;
          at++;
          if (at < to && u8[at] >= 0x80) flags |= FLAG_NON_ASCII;
        } else if (byte === quote) {
          isInside = false;
          const isCrlf = u8[at + 1] === CR && newline === LF && (at + 2 >= to || u8[at + 2] === LF);
          if (at + 1 < to && u8[at + 1] !== delimiter && u8[at + 1] !== newline && !isCrlf) return 1;
        }
      } else if (byte === quote) {
        if (at !== field) return 1;
        flags |= FLAG_QUOTED;
        isInside = true;
      } else if (byte === delimiter) {
        if (written - rows * columns >= columns - 1) return 1;
        u32[ends + written++] = at;
        field = at + 1;
      } else if (byte === newline) {
        const isBlank = at === field || (at === field + 1 && newline === LF && u8[field] === CR);
        if (written - rows * columns === columns - 1) {
          u32[ends + written++] = at;
          rows++;
        } else if (written === rows * columns && isBlank) {
          u32[ends + written - 1] = at;
          flags |= FLAG_BLANK;
        } else {
          return 1;
        }
        field = at + 1;
      } else if (byte === CR && newline === LF) {
        flags |= at + 1 >= to || u8[at + 1] === LF ? FLAG_CR : FLAG_CR | FLAG_LONE_CR;
      }
    }
    if (isInside) flags |= FLAG_UNCLOSED;
    u32[(range.result + INDEX_ROWS) >>> 2] = rows;
    u32[(range.result + INDEX_NEXT) >>> 2] = u32[ends + rows * columns - 1] + 1;
    u32[(range.result + INDEX_FLAGS) >>> 2] = flags;
    return 0;
  }
}

const strict = new TextDecoder('utf-8', { fatal: true });

/** Length of the sequence at `at`; 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  try {
    return [...strict.decode(bytes.subarray(at, at + length))].length === 1 || first === 0xef ? length : 0;
  } catch {
    return 0;
  }
}
