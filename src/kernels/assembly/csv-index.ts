// Where the fields of whole rows end: the address of every separator outside quotes, 64 bytes at a time, and the proof
// that the rows are what a strict reader would find. Row r's field c ends at ends[r * columns + c] and begins behind the
// entry before; ends[-1] is the byte before the first row. A blank line (columns > 1) moves the entry before it, so that
// the next row begins in the right place.
import { indexMarked } from './csv-index-marked';
import { indexPlain, PLAIN_NON_ASCII, PLAIN_REFUSED } from './csv-index-plain';
import { CR, FLAG_NON_ASCII, INDEX_FLAGS, INDEX_NEXT, INDEX_ROWS, LF } from './csv-layout';

/**
 * Indexes the rows that begin at `from` and end before `to`, at most `maxRows`; writes to `result` rows, next, flags.
 * Returns 0, or 1 when a row is not as it should be. Bytes up to `to` + 64 must be readable; `ends` needs room for
 * min(to - from, (maxRows + 1) * columns) + 72 entries and one before.
 */
export function indexRows(
  from: usize,
  to: usize,
  delimiter: i32,
  quote: i32,
  newline: i32,
  columns: u32,
  maxRows: u32,
  ends: usize,
  result: usize,
): i32 {
  // Where there is but one mark it is looked for twice.
  const hasMarks = quote >= 0 || newline == LF;
  const otherMark = newline == LF ? CR : quote;
  const mark = quote >= 0 ? quote : otherMark;
  store<u32>(ends - 4, <u32>from - 1);
  store<u32>(result, 0, INDEX_FLAGS);
  let at = from;
  let written: u32 = 0;
  let isProven = true;
  while (at < to && written < maxRows * columns) {
    if (isProven) {
      const plain = indexPlain(at, to, delimiter, newline, mark, otherMark, hasMarks, columns, maxRows, written, ends);
      isProven = plain != PLAIN_REFUSED;
      if (isProven) {
        at = <usize>(<u32>plain);
        written = <u32>(plain >> 32) & 0x7fffffff;
        if ((plain & PLAIN_NON_ASCII) != 0) store<u32>(result, load<u32>(result, INDEX_FLAGS) | FLAG_NON_ASCII, INDEX_FLAGS);
        if (at >= to) break;
      }
    }
    const marked = indexMarked(at, to, delimiter, quote, newline, columns, maxRows, written, ends, result, isProven);
    if (marked == 0) return 1;
    at = <usize>(<u32>marked);
    written = <u32>(marked >> 32);
  }
  const rows = written / columns;
  store<u32>(result, rows, INDEX_ROWS);
  store<u32>(result, load<u32>(ends + (<usize>(rows * columns) << 2) - 4) + 1, INDEX_NEXT);
  return 0;
}
