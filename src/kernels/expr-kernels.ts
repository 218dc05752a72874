/**
 * What the expr kernels offer; assembly/expr.ts is the code, twins/expr-twin.ts the meaning.
 *
 * Columns are (address, stride): stride 0 stands for one value. `validity`: one byte a row, 0 = leave the row alone; address
 * 0 = all rows are valid. Where computing on rubbish does no harm, kernels write rubbish for null rows. `selection`: address of u32 row indices, or 0 for rows 0 .. count-1. Results lie at the row's
 * own index. Kernels that can fail answer the first failing row, or -1. `op` of comparisons: 0 =, 1 <>, 2 <, 3 <=.
 * `precision`: digits a result may have, 0: 64 bits. `shape`: which operands are 128 bits wide: 1 a, 2 b, 4 out.
 */
export interface ExprKernels {
  /** out[row] = a[row] AND b[row] over validity bytes; a or b may be 0 (all valid). */
  andValidity(a: number, b: number, out: number, selection: number, count: number): void;
  /** Copies values of 1, 4, 8 or 16 bytes row by row. */
  moveRows(width: number, from: number, stride: number, out: number, selection: number, count: number): void;
  /** Bytes of the texts of the positions 0 .. count-1, nulls left out; `validity` is of positions and never 0. */
  measureTexts(texts: number, stride: number, validity: number, selection: number, count: number): number;
  /** Copies these texts one behind another to `next`; out[k] is the view of position k, that of a null is empty. */
  packTexts(
    texts: number,
    stride: number,
    validity: number,
    selection: number,
    count: number,
    out: number,
    next: number,
  ): void;
  /** Has views, whose lengths are there, lie one behind another from `next` on; answers where the last one ends. */
  placeTexts(views: number, count: number, next: number): number;

  /** i64: op 0 +, 1 -, 2 *. */
  arithmeticI64(
    op: number,
    a: number,
    aStride: number,
    b: number,
    bStride: number,
    out: number,
    precision: number,
    validity: number,
    selection: number,
    count: number,
  ): number;
  /** i64: op 0 truncating quotient, 1 remainder with a's sign; clears the validity of rows with b = 0; -2^63 by -1 fails. */
  divideI64(
    op: number,
    a: number,
    aStride: number,
    b: number,
    bStride: number,
    out: number,
    validity: number,
    selection: number,
    count: number,
  ): number;
  /** i64: op 0 -a, 1 |a|. */
  negateI64(
    op: number,
    a: number,
    aStride: number,
    out: number,
    validity: number,
    selection: number,
    count: number,
  ): number;
  compareI64: Compare;
  /** u8 out: a is among `size` ascending i64. */
  memberI64: Member;
  /** i32, i32 -> i64: a - b. */
  subtractI32(
    a: number,
    aStride: number,
    b: number,
    bStride: number,
    out: number,
    validity: number,
    selection: number,
    count: number,
  ): void;
  /** i32 -> i64. */
  widenI32: Convert;
  /** i64 -> i32. */
  narrowI64: CheckedConvert;
  /** i64 -> nearest f64. */
  i64ToF64: Convert;

  /** Decimals of one scale: op 0 +, 1 -. */
  addDecimal(
    op: number,
    shape: number,
    a: number,
    aStride: number,
    b: number,
    bStride: number,
    out: number,
    precision: number,
    validity: number,
    selection: number,
    count: number,
  ): number;
  multiplyDecimal(
    shape: number,
    a: number,
    aStride: number,
    b: number,
    bStride: number,
    out: number,
    precision: number,
    validity: number,
    selection: number,
    count: number,
  ): number;
  /** a * 10^by, or for negative `by` divided and rounded half away from zero; shape 8: a is i32, 16: out is i32. */
  rescaleDecimal(
    shape: number,
    a: number,
    aStride: number,
    by: number,
    out: number,
    precision: number,
    validity: number,
    selection: number,
    count: number,
  ): number;
  compareI128: Compare;
  /** i128: op 0 -a, 1 |a|. */
  negateI128(
    op: number,
    a: number,
    aStride: number,
    out: number,
    validity: number,
    selection: number,
    count: number,
  ): void;

  /** f64 -> i64, halves to even. */
  f64ToI64: CheckedConvert;
  // The next two begin at row number `from` and answer where they stopped: `count`, or a row that is the interpreter's.
  /** Decimal -> f64: a / unit, unit = 10^scale exact as a double. */
  decimalToF64(
    shape: number,
    unit: number,
    a: number,
    aStride: number,
    out: number,
    validity: number,
    selection: number,
    from: number,
    count: number,
  ): number;
  /** f64 -> decimal: a * unit, halves away from zero; products not below limit - 1 (limit at most 2^52) stop it. */
  f64ToDecimal(
    shape: number,
    unit: number,
    limit: number,
    a: number,
    aStride: number,
    out: number,
    validity: number,
    selection: number,
    from: number,
    count: number,
  ): number;

  /** i64: a timestamp and microseconds; fails outside the range of timestamps. */
  addMicros(
    a: number,
    aStride: number,
    b: number,
    bStride: number,
    out: number,
    validity: number,
    selection: number,
    count: number,
  ): number;
  /** `part`: see TIME_PARTS, up to millennium. Fails below the range of timestamps. */
  truncateTimestamp(
    part: number,
    a: number,
    aStride: number,
    out: number,
    validity: number,
    selection: number,
    count: number,
  ): number;
  /** i32 -> i64; `part`: see TIME_PARTS, but decade, century and millennium. */
  partOfDate: PartConvert;
  /** i64 -> i64. */
  partOfTimestamp: PartConvert;
  dateToTimestamp: CheckedConvert;
  timestampToDate: Convert;

  /** By UTF-8 bytes. */
  compareText: Compare;
  /** u8 out: a is among `size` texts (address, length), ascending by bytes. */
  memberText: Member;
  /** u8 out: a holds b: where 0 anywhere, 1 at the start, 2 at the end. */
  searchText(
    where: number,
    a: number,
    aStride: number,
    b: number,
    bStride: number,
    out: number,
    validity: number,
    selection: number,
    count: number,
  ): void;
  /** i32 out: what the value does to a sketch of different values. `width`: bytes of a value, 0 text, 64 a double. */
  distinctMark(
    width: number,
    a: number,
    aStride: number,
    out: number,
    validity: number,
    selection: number,
    count: number,
  ): void;
  /** i64 out: code points. */
  lengthText: Convert;
  /** A view of a: its code points [begin, end), negative ones counted from the end; empty if they cross. */
  sliceText(
    begin: number,
    end: number,
    a: number,
    aStride: number,
    out: number,
    validity: number,
    selection: number,
    count: number,
  ): void;
  /** i64 out: at which code point of a the text b begins first, from 1; 0 when it does not. */
  positionText(
    a: number,
    aStride: number,
    b: number,
    bStride: number,
    out: number,
    validity: number,
    selection: number,
    count: number,
  ): void;
  /**
   * A view of a without U+0020 at the start (side 1), the end (2), both (3). Begins at row number `from` and answers
   * where it stopped: `count`, or a row that is the interpreter's, because a character beyond ASCII is at a trimmed end.
   */
  trimText(
    side: number,
    a: number,
    aStride: number,
    out: number,
    validity: number,
    selection: number,
    from: number,
    count: number,
  ): number;
  /**
   * A view of the text a without blanks around it. Begins at row number `from` and answers where it stopped: `count`, or a
   * row whose text is no JSON.
   */
  parseJson(
    a: number,
    aStride: number,
    out: number,
    validity: number,
    selection: number,
    from: number,
    count: number,
  ): number;
  /**
   * A view of what a path leads to in the JSON a; `path` as src/expr/compiler/json-emit.ts lays its steps out. Clears the
   * validity where that is nothing, and with `skipsNull` where it is JSON's null. Stops like parseJson, at keys with escapes.
   */
  jsonPath(
    a: number,
    aStride: number,
    path: number,
    steps: number,
    skipsNull: number,
    out: number,
    validity: number,
    selection: number,
    from: number,
    count: number,
  ): number;
  /** a itself where it is an array; clears the validity of JSON's nulls. Stops like parseJson, at anything else. */
  jsonArray(
    a: number,
    aStride: number,
    out: number,
    validity: number,
    selection: number,
    from: number,
    count: number,
  ): number;
  /**
   * The items of arrays as rows 0 .. room-1 of `out`, `outValidity` and `rows`, the rows of a that they come from. A row that is
   * null or without items makes none, or with `keepsEmpty` one null; an item that is JSON's null is null. `state`: u32 number of
   * the row in the selection and where to go on in it, 0 before the first one and 0. Answers how many; `room`: there may be more.
   */
  unnestJson(
    a: number,
    aStride: number,
    validity: number,
    validityStride: number,
    selection: number,
    count: number,
    keepsEmpty: number,
    state: number,
    out: number,
    outValidity: number,
    rows: number,
    room: number,
  ): number;
  /** The text of the JSON a (json-text.ts), made like other texts; clears the validity of JSON's nulls. */
  jsonText(
    a: number,
    aStride: number,
    out: number,
    area: number,
    validity: number,
    selection: number,
    from: number,
    count: number,
  ): number;
  /**
   * The value that the text a stands for; `kind`: 0 int, 1 bigint, 2 double, 3 date, 4 timestamp, 5 boolean, 6 decimal of 64,
   * 7 of 128 bits. Stops like parseJson, at texts that are the exact parser's (columnar/text.ts).
   */
  parseText(
    kind: number,
    a: number,
    aStride: number,
    precision: number,
    scale: number,
    out: number,
    validity: number,
    selection: number,
    from: number,
    count: number,
  ): number;
  /** u8 out; `pattern` as src/expr/compiler/like-pattern.ts lays it out. */
  likeText(
    a: number,
    aStride: number,
    pattern: number,
    out: number,
    validity: number,
    selection: number,
    count: number,
  ): void;

  // The following write bytes into the text area whose struct (u32 cursor, u32 left, u32 needed) is at `area`. They begin
  // at row number `from` and answer where they stopped: `count`, or earlier with needed > 0 when the area has too little
  // room for the row, or needed = 0 when the row is the interpreter's.
  concatText(
    a: number,
    aStride: number,
    b: number,
    bStride: number,
    out: number,
    area: number,
    validity: number,
    selection: number,
    from: number,
    count: number,
  ): number;
  /** op 0 lower, 1 upper; texts beyond ASCII are the interpreter's. */
  caseText: MakeText;
  /** First argument: bytes of the integer, 4 or 8. */
  integerToText: MakeText;
  decimalToText(
    shape: number,
    scale: number,
    a: number,
    aStride: number,
    out: number,
    area: number,
    validity: number,
    selection: number,
    from: number,
    count: number,
  ): number;
}

type Compare = (
  op: number,
  a: number,
  aStride: number,
  b: number,
  bStride: number,
  out: number,
  validity: number,
  selection: number,
  count: number,
) => void;

type Member = (
  a: number,
  aStride: number,
  table: number,
  size: number,
  out: number,
  validity: number,
  selection: number,
  count: number,
) => void;

type Convert = (a: number, aStride: number, out: number, validity: number, selection: number, count: number) => void;

type CheckedConvert = (
  a: number,
  aStride: number,
  out: number,
  validity: number,
  selection: number,
  count: number,
) => number;

type PartConvert = (
  part: number,
  a: number,
  aStride: number,
  out: number,
  validity: number,
  selection: number,
  count: number,
) => void;

type MakeText = (
  how: number,
  a: number,
  aStride: number,
  out: number,
  area: number,
  validity: number,
  selection: number,
  from: number,
  count: number,
) => number;

/** Numbers of the parts of dates and timestamps. */
export const TIME_PARTS = {
  microsecond: 0,
  millisecond: 1,
  second: 2,
  minute: 3,
  hour: 4,
  day: 5,
  week: 6,
  month: 7,
  quarter: 8,
  year: 9,
  decade: 10,
  century: 11,
  millennium: 12,
  dow: 13,
  isodow: 14,
  doy: 15,
  isoyear: 16,
} as const;
