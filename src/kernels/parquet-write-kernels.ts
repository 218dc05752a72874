/**
 * What the kernels that write Parquet offer; assembly/parquet-write-*.ts has the code, twins/parquet-write-twin.ts the
 * meaning. Addresses are unsigned 32 bits; they arrive signed in the twin.
 *
 * Plain values are those of PLAIN_* in a row, without nulls; which rows have one says a byte of validity each, or validity
 * 0: all of them. They may lie at any address and have PLAIN_SLACK readable bytes behind them; so has what is written.
 */

export * from './assembly/parquet-write-layout.js';

export interface ParquetWriteKernels {
  /**
   * Rows number `from` .. `to`-1 of the selection (or rows) of a vector as plain values; answers the bytes. Strides are bytes
   * from row to row, 0 for one that stands for all; the values may be wider than the plain ones.
   */
  appendPlain(
    kind: number,
    values: number,
    stride: number,
    validity: number,
    validityStride: number,
    selection: number,
    from: number,
    to: number,
    out: number,
    valid: number,
  ): number;
  /** Bytes that these rows of a vector of texts take as plain values. */
  plainTextBytes(
    values: number,
    stride: number,
    validity: number,
    validityStride: number,
    selection: number,
    from: number,
    to: number,
  ): number;
  countValid(validity: number, rows: number): number;
  /**
   * Of at most `rows` rows of plain texts those up to and with the one that makes `limit` bytes or more; answers how many
   * they are, and TAKEN_* at `result`.
   */
  takeTextRows(values: number, validity: number, rows: number, limit: number, result: number): number;
  /** PLAIN_BYTE to one bit each, the first lowest; answers the bytes. May be done in place. */
  packBooleans(values: number, count: number, out: number): number;
  /** u16 each, below 2^width, as runs; answers the bytes, at most `count` / 8 + 2 times (`width` + 4). */
  packIndices(indices: number, count: number, width: number, out: number): number;
  /** Bytes of validity as definition levels, which are runs of one bit; answers the bytes. */
  packLevels(validity: number, count: number, out: number): number;
  /** Widens BOUNDS_* by `count` plain values; NaN changes nothing, nor need 0 and -0 be told apart. */
  addBounds(kind: number, values: number, count: number, bounds: number): void;
  mergeBounds(kind: number, other: number, bounds: number): void;
  /**
   * Places of plain values in DICTIONARY_* as u16 each, new ones added; answers how many values were looked at before one
   * had no room. Not for PLAIN_BYTE.
   */
  addToDictionary(kind: number, dictionary: number, values: number, count: number, indices: number): number;
}
