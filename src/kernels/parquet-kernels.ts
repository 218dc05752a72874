/**
 * What the parquet kernels offer; assembly/parquet.ts has the code, twins/parquet-twin.ts the meaning. Addresses are
 * unsigned 32 bits. `views` are pairs of u32s, address and length. Kernels answer what is wrong with the bytes and never
 * read more than PAGE_SLACK bytes beyond their end.
 */

export * from './assembly/parquet-layout.js';

export interface ParquetKernels {
  /** The next `count` numbers of a cursor over runs as u32s; how many there were. */
  takeRuns(runs: number, count: number, out: number): number;
  /** The same as bytes, of numbers of at most eight bits. */
  takeLevels(runs: number, count: number, out: number): number;
  /** `count` bits from bit `first` on as bytes. */
  takeBits(from: number, first: number, count: number, out: number): void;
  /** How many of `count` bytes are `value`. */
  countLevels(levels: number, count: number, value: number): number;

  /** How many numbers a DELTA_BINARY_PACKED sequence says that it has; -1 when it has no head. */
  deltaCount(from: number, to: number): number;
  /** All of them, `count`, as i32s, or i64s when `isWide`; the end of the sequence, or 0. */
  decodeDelta(from: number, to: number, count: number, isWide: number, out: number): number;
  /** Texts of `count` i32 lengths in [from, to) as views; 0 when the bytes do not suffice. */
  viewsOfLengths(lengths: number, count: number, from: number, to: number, out: number): number;
  /** The sum of i32 lengths; -1 when one is negative. */
  sumOfLengths(lengths: number, count: number): number;
  /** Texts from what they share with the one before and their rests, written to `area`; 0 when lengths do not fit. */
  joinPrefixes(
    prefixes: number,
    suffixes: number,
    count: number,
    from: number,
    to: number,
    area: number,
    out: number,
  ): number;
  /** Values of `width` bytes out of BYTE_STREAM_SPLIT. */
  joinStreams(from: number, count: number, width: number, out: number): void;

  /** Numbers of a page as those of a vector; the first one that has no place in its type, or -1. */
  convertNumbers(form: number, from: number, count: number, out: number): number;
  /** The first of `count` decimals of 64 bits that is not between -limit and limit, or -1. */
  outside64(values: number, count: number, limit: bigint): number;
  /** As `outside64`, of 128 bits; the limit in two halves. */
  outside128(values: number, count: number, low: bigint, high: bigint): number;
  /** Big-endian two's complement of any length behind views as i64s; the first that does not fit, or -1. */
  bigEndian64(views: number, count: number, out: number): number;
  bigEndian128(views: number, count: number, out: number): number;
  /** Plain byte arrays as views; where they end, or 0 when a length lies. */
  plainViews(from: number, to: number, count: number, out: number): number;
  fixedViews(from: number, count: number, width: number, out: number): void;
  /** Entries of a dictionary of `size` values of 4, 8 or 16 bytes at u32 places; 0 when one is beyond it. */
  gather(places: number, count: number, width: number, dictionary: number, size: number, out: number): number;
  /** Moves the first `dense` values at `out` to the rows that are valid, which are as many. */
  spread(out: number, rows: number, dense: number, width: number, validity: number): void;

  /** The first of `count` views whose bytes are not UTF-8, or -1. */
  firstInvalidText(views: number, count: number): number;
  isAscii(from: number, to: number): number;
  /** Times of day as texts in `area`; the first that is none, or -1. */
  timeTexts(from: number, count: number, isWide: number, perSecond: number, area: number, out: number): number;
  /** UUIDs behind views as texts in `area`. */
  uuidTexts(views: number, count: number, area: number, out: number): void;
}
