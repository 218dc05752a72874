/**
 * What the csv kernels offer; assembly/csv.ts has the code, twins/csv-twin.ts the meaning. Addresses are unsigned 32
 * bits; they arrive signed in the twin. Characters are bytes; -1 stands for "there is none".
 *
 * The index of whole rows is a list of u32 addresses: the field (row, column) ends at ends[row * columns + column] and
 * begins behind the entry before it; ends[-1] is the byte before the first row. Where the line end is CR LF, or blank
 * lines follow, they hang on to the last field of the row; the decode kernels of the last column cut them off.
 */

export * from './assembly/csv-layout.js';

/**
 * Rows `from` .. `count`-1 of one column. `ends` is the address of the column's entry in row 0, `stride` the bytes of
 * index a row, `newline` the newline character for the last column when something may hang on to it (else 0), `nulls`
 * the address of a list of texts that mean null (u32 count, at +8 text views) or 0. An empty field without quotes is
 * null; so are unquoted fields that are in `nulls`, and quoted empty ones when the empty text is. Every row gets its
 * validity byte. Answers the first row that needs the exact parser (columnar/text.ts), or ~flags when all are done.
 */
type Decode = (
  ends: number,
  stride: number,
  quote: number,
  newline: number,
  nulls: number,
  from: number,
  count: number,
  out: number,
  validity: number,
) => number;

/** As `Decode`, with the shape of the decimal. */
type DecodeDecimal = (
  ends: number,
  stride: number,
  quote: number,
  newline: number,
  nulls: number,
  from: number,
  count: number,
  out: number,
  validity: number,
  precision: number,
  scale: number,
) => number;

export interface CsvKernels {
  /** 1 when the number of quotes in [from, to) is odd. */
  scanQuotes(from: number, to: number, quote: number): number;
  /** End states for the start states outside, inside, behind an escape: two bits each, the first lowest. */
  scanEscapes(from: number, to: number, quote: number, escapeMark: number): number;
  /** Address behind the first newline outside quotes in [from, to); 0: there is none. */
  findRowStart(from: number, to: number, state: number, quote: number, escapeMark: number, newline: number): number;
  /**
   * Indexes the rows that begin at `from` and end before `to`, at most `maxRows`, and proves that they are well formed.
   * Answers 0 and fills `result` (rows, address of what follows, flags), or 1 when some row in reach is not. Needs
   * INDEX_SLACK readable bytes behind `to`, and room for min(to - from, (maxRows + 1) * columns) + INDEX_SLACK entries.
   */
  indexRows(
    from: number,
    to: number,
    delimiter: number,
    quote: number,
    newline: number,
    columns: number,
    maxRows: number,
    ends: number,
    result: number,
  ): number;
  /** The same for an escape that is not the quote. */
  indexEscapedRows(
    from: number,
    to: number,
    delimiter: number,
    quote: number,
    escapeMark: number,
    newline: number,
    columns: number,
    maxRows: number,
    ends: number,
    result: number,
  ): number;
  /** Address of the first sequence in [from, to) that is not UTF-8; 0: all is well. */
  firstInvalidUtf8(from: number, to: number): number;

  /** i32. */
  readonly decodeI32: Decode;
  /** i64. */
  readonly decodeI64: Decode;
  /** f64, the nearest. */
  readonly decodeDouble: Decode;
  /** i32 days. */
  readonly decodeDate: Decode;
  /** i64 microseconds. */
  readonly decodeTimestamp: Decode;
  /** u8. */
  readonly decodeBoolean: Decode;
  /** i64, precision at most 18; digits beyond the scale round half away from zero. */
  readonly decodeDecimal: DecodeDecimal;
  /** i128, precision above 18. */
  readonly decodeI128: DecodeDecimal;
  /**
   * Text views. Fields without their doubled quotes or escapes are written where the u32 at `scratch` points, which
   * moves on; all columns together need as much room as the rows' bytes. 0 when the index saw neither. Leaves no row.
   * With a selection only its `count` rows are looked at and written, each where it would be anyway.
   */
  decodeText(
    ends: number,
    stride: number,
    quote: number,
    escapeMark: number,
    newline: number,
    nulls: number,
    selection: number,
    count: number,
    out: number,
    validity: number,
    scratch: number,
  ): number;
  /**
   * Neighbouring fields as one text, as they stand in an output of the same delimiter, none of them null. `ends`: of the first one.
   * `values`: of the fields that are not text, SPAN_VALUE_BYTES each, in order. What stands otherwise is written where the u32 at
   * `scratch` points, which moves on; it takes more than the row by two bytes a text and by the values at most, and 128 bytes
   * behind it are touched. `isMarked` 0: no text can stand otherwise, as none is in quotes and none holds a CR; then, without
   * values, `scratch` may be 0.
   */
  decodeSpan(
    ends: number,
    stride: number,
    fields: number,
    newline: number,
    delimiter: number,
    values: number,
    valueCount: number,
    isMarked: number,
    selection: number,
    count: number,
    out: number,
    scratch: number,
  ): void;

  /** Cuts blanks around texts off; answers the first row from `from` on whose text is no JSON (json-text.ts), or -1. */
  checkJson(texts: number, validity: number, from: number, count: number): number;

  /**
   * Rows number `from` .. `count`-1 of the selection as CSV with LF and '"', up to `capacity` bytes at `out` (a row
   * stops when less than 128 bytes and twice a text's length, three times of JSON, twelve times of bytes, are left). Stores the bytes at `result`, answers the
   * number of the first row not written.
   */
  assembleRows(
    columns: number,
    columnCount: number,
    selection: number,
    from: number,
    count: number,
    delimiter: number,
    out: number,
    capacity: number,
    result: number,
  ): number;
}
