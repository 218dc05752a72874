// The index of dialects whose escape is not the quote (`\"`): the same result and proofs as csv-index, byte by byte.
import {
  CR,
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
} from './csv-layout';

/** As `indexRows`. */
export function indexEscapedRows(
  from: usize,
  to: usize,
  delimiter: i32,
  quote: i32,
  escape: i32,
  newline: i32,
  columns: u32,
  maxRows: u32,
  ends: usize,
  result: usize,
): i32 {
  let flags: u32 = 0;
  let written: u32 = 0;
  let due = columns - 1;
  let rows: u32 = 0;
  let field = from;
  let isInside = false;
  store<u32>(ends - 4, <u32>from - 1);
  for (let at = from; at < to && rows < maxRows; at++) {
    const byte = <i32>load<u8>(at);
    if (byte >= 0x80) flags |= FLAG_NON_ASCII;
    if (isInside) {
      if (byte == escape) {
        flags |= FLAG_DOUBLED;
        if (++at < to && load<u8>(at) >= 0x80) flags |= FLAG_NON_ASCII;
      } else if (byte == quote) {
        isInside = false;
        if (at + 1 >= to) break;
        const next = <i32>load<u8>(at, 1);
        const isCrlf = next == CR && newline == LF && (at + 2 >= to || load<u8>(at, 2) == LF);
        if (next != delimiter && next != newline && !isCrlf) return 1;
      }
    } else if (byte == delimiter) {
      if (written >= due) return 1;
      store<u32>(ends + (<usize>(written++) << 2), <u32>at);
      field = at + 1;
    } else if (byte == newline) {
      if (written == due) {
        store<u32>(ends + (<usize>(written++) << 2), <u32>at);
        rows++;
        due += columns;
      } else {
        const isBlank = at == field || (at == field + 1 && newline == LF && load<u8>(field) == CR);
        if (written + columns != due + 1 || !isBlank) return 1;
        store<u32>(ends + (<usize>written << 2) - 4, <u32>at);
        flags |= FLAG_BLANK;
      }
      field = at + 1;
    } else if (byte == quote) {
      if (at != field) return 1;
      isInside = true;
      flags |= FLAG_QUOTED;
    } else if (byte == CR && newline == LF) {
      flags |= at + 1 >= to || load<u8>(at, 1) == LF ? FLAG_CR : FLAG_CR | FLAG_LONE_CR;
    }
  }
  if (isInside) flags |= FLAG_UNCLOSED;
  store<u32>(result, rows, INDEX_ROWS);
  store<u32>(result, load<u32>(ends + (<usize>(rows * columns) << 2) - 4) + 1, INDEX_NEXT);
  store<u32>(result, flags, INDEX_FLAGS);
  return 0;
}
