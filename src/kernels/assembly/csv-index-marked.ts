// The index of any bytes, 64 at a time. Quotes are a prefix xor over the mask of quote characters:
//
//     bytes     a , " b , " " c " \n
//     quotes        1     1 1   1
//     inside        1 1 1 0 1 1 0        (number of quotes up to here is odd)
//     openers       1       1            preceded by a separator, or by a quote (a doubled one)
//     closers             1     1        followed by a separator, by CR LF, or by a quote
import { CR, FLAG_BLANK, FLAG_CR, FLAG_DOUBLED, FLAG_LONE_CR, FLAG_NON_ASCII, FLAG_QUOTED, FLAG_UNCLOSED, INDEX_FLAGS, LF } from './csv-layout';
import { mask64 } from './csv-masks';

/** Bit i: the number of bits set at or below i is odd. */
// @ts-ignore: decorator
@inline
function prefixXor(bits: u64): u64 {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  bits ^= bits << 16;
  return bits ^ (bits << 32);
}

/**
 * Goes on with the index at `at`, which is outside quotes, behind `written` entries: up to `to` or row `maxRows`, or, when
 * `untilPlain`, to the end of a block that neither holds nor touches quotes and CRs. Answers where it stopped | entries
 * written << 32, or 0 when a row is not as it should be; adds to the flags at `result`.
 */
export function indexMarked(
  at: usize,
  to: usize,
  delimiter: i32,
  quote: i32,
  newline: i32,
  columns: u32,
  maxRows: u32,
  written: u32,
  ends: usize,
  result: usize,
  untilPlain: bool,
): u64 {
  const delimiters = i8x16.splat(<i8>delimiter);
  const newlines = i8x16.splat(<i8>newline);
  const hasQuotes = quote >= 0;
  // Without quotes (or with CR as the newline) the second mark is looked for twice, which costs nothing.
  const returns = i8x16.splat(newline == LF ? <i8>CR : hasQuotes ? <i8>quote : <i8>newline);
  const quotes = hasQuotes ? i8x16.splat(<i8>quote) : returns;
  const hasMarks = hasQuotes || newline == LF;
  let seen = i64x2.splat(0);
  let flags = load<u32>(result, INDEX_FLAGS);
  let rows = written / columns;
  let due = rows * columns + columns - 1;
  let inside: u64 = 0;
  let before = <u64>(load<u32>(ends + (<usize>written << 2) - 4) + 1 == <u32>at);
  let pending: u64 = 0;
  let isPlain = false;
  for (; at < to && rows < maxRows && !isPlain; at += 64) {
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(at, 32);
    const d = v128.load(at, 48);
    seen = v128.or(seen, v128.or(v128.or(a, b), v128.or(c, d)));
    const na = i8x16.eq(a, newlines);
    const nb = i8x16.eq(b, newlines);
    const nc = i8x16.eq(c, newlines);
    const nd = i8x16.eq(d, newlines);
    let lines = mask64(na, nb, nc, nd);
    let separators = mask64(
      v128.or(na, i8x16.eq(a, delimiters)),
      v128.or(nb, i8x16.eq(b, delimiters)),
      v128.or(nc, i8x16.eq(c, delimiters)),
      v128.or(nd, i8x16.eq(d, delimiters)),
    );
    const valid: u64 = to - at >= 64 ? -1 : (<u64>1 << (<u64>(to - at))) - 1;
    lines &= valid;
    separators &= valid;
    if (hasMarks) {
      const qa = i8x16.eq(a, quotes);
      const qb = i8x16.eq(b, quotes);
      const qc = i8x16.eq(c, quotes);
      const qd = i8x16.eq(d, quotes);
      const ra = i8x16.eq(a, returns);
      const rb = i8x16.eq(b, returns);
      const rc = i8x16.eq(c, returns);
      const rd = i8x16.eq(d, returns);
      const any = v128.or(v128.or(v128.or(qa, ra), v128.or(qb, rb)), v128.or(v128.or(qc, rc), v128.or(qd, rd)));
      if (v128.any_true(any) || (inside | pending) != 0) {
        const marks = hasQuotes ? mask64(qa, qb, qc, qd) & valid : 0;
        const inQuotes = prefixXor(marks) ^ inside;
        inside = <u64>(<i64>inQuotes >> 63);
        lines &= ~inQuotes;
        separators &= ~inQuotes;
        let crlf: u64 = 0;
        if (newline == LF) {
          const carriage = mask64(ra, rb, rc, rd) & valid & ~inQuotes;
          if (carriage != 0) {
            // The byte behind the last one may not be read yet; a row that ends there is indexed again anyway.
            const follows = at + 64 >= to || load<u8>(at, 64) == LF ? <u64>1 << 63 : 0;
            const openEnd = at + 64 > to ? valid ^ (valid >> 1) : 0;
            crlf = carriage & ((lines >> 1) | follows | openEnd);
            flags |= carriage == crlf ? FLAG_CR : FLAG_CR | FLAG_LONE_CR;
          }
        }
        if ((marks | pending) != 0) {
          const around = separators | marks;
          const openers = marks & inQuotes;
          const closers = marks & ~inQuotes;
          if ((openers & ~((around << 1) | before)) != 0) return 0;
          if ((((closers << 1) | pending) & valid & ~(around | crlf)) != 0) return 0;
          flags |= FLAG_QUOTED;
          if ((((closers << 1) | pending) & marks) != 0) flags |= FLAG_DOUBLED;
          pending = closers >> 63;
          before = around >> 63;
        } else {
          before = separators >> 63;
        }
      } else {
        before = separators >> 63;
        isPlain = untilPlain;
      }
    } else {
      isPlain = untilPlain;
    }
    let ranked = rows + <u32>popcnt(lines) <= maxRows;
    let next = due;
    for (let bits = lines; bits != 0 && ranked; bits &= bits - 1) {
      ranked = written + <u32>popcnt(separators & ((bits & (0 - bits)) - 1)) == next;
      next += columns;
    }
    if (ranked) {
      const count = <u32>popcnt(separators);
      let out = ends + (<usize>written << 2);
      let bits = separators;
      for (let left = <i32>count; left > 0; left -= 4) {
        store<u32>(out, <u32>at + <u32>ctz(bits));
        bits &= bits - 1;
        store<u32>(out, <u32>at + <u32>ctz(bits), 4);
        bits &= bits - 1;
        store<u32>(out, <u32>at + <u32>ctz(bits), 8);
        bits &= bits - 1;
        store<u32>(out, <u32>at + <u32>ctz(bits), 12);
        bits &= bits - 1;
        out += 16;
      }
      written += count;
      rows += <u32>popcnt(lines);
      due = next;
    } else {
      // A blank line, the last row asked for, or a wrong number of fields: one separator after the other.
      for (let bits = separators; bits != 0 && rows < maxRows; bits &= bits - 1) {
        const address = at + <usize>ctz(bits);
        if ((lines & bits & (0 - bits)) == 0) {
          if (written >= due) return 0;
          store<u32>(ends + (<usize>(written++) << 2), <u32>address);
        } else if (written == due) {
          store<u32>(ends + (<usize>(written++) << 2), <u32>address);
          rows++;
          due += columns;
        } else {
          const first = <usize>load<u32>(ends + (<usize>written << 2) - 4) + 1;
          const isBlank = address == first || (address == first + 1 && newline == LF && load<u8>(first) == CR);
          if (written + columns != due + 1 || !isBlank) return 0;
          store<u32>(ends + (<usize>written << 2) - 4, <u32>address);
          flags |= FLAG_BLANK;
        }
      }
    }
    if (written > due) return 0;
  }
  if (v128.any_true(v128.and(seen, i8x16.splat(-128)))) flags |= FLAG_NON_ASCII;
  if (inside != 0) flags |= FLAG_UNCLOSED;
  store<u32>(result, flags, INDEX_FLAGS);
  return <u64>at | (<u64>written << 32);
}
