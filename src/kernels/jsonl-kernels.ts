/**
 * What the jsonl kernels offer; assembly/jsonl-*.ts has the code, twins/jsonl-twin*.ts the meaning. They are in the module
 * of the csv room, whose decode kernels read the index that is made here.
 *
 * The index of rows is a list of u32, 1 + 2 * names a row: the address of the row's brace, then for each name the address of
 * the byte before its value and that of the byte behind it. Values are what stands in the file, strings in their quotes;
 * what is null or missing is empty. One word more holds where the row behind the last begins.
 */

export * from './assembly/jsonl-layout.js';

export interface JsonlKernels {
  /**
   * Indexes the rows that begin in [from, limit) and end before `to`, where a 0 byte stands with INDEX_SLACK readable bytes
   * behind it; at most `maxRows`. `names`: u32 address and bytes of each wanted key, in UTF-8. `cache`: KEY_CACHE_BYTES that
   * `storeKeys` (src/formats/jsonl) made, for one list of names. At `result` it says how many rows there are, where the next one begins, what
   * was seen, and what is wrong with that one if something is: at `to` when it goes on there.
   */
  indexObjects(
    from: number,
    limit: number,
    to: number,
    mode: number,
    names: number,
    nameCount: number,
    cache: number,
    maxRows: number,
    index: number,
    result: number,
  ): void;
  /**
   * Text views of a column of `count` indexed rows; `ends` and `stride` as the csv kernels take them. Strings with escapes are
   * written where the u32 at `scratch` points, which moves on; they take no more room than in the file. Answers ~flags.
   */
  decodeEscapedText(
    ends: number,
    stride: number,
    count: number,
    out: number,
    validity: number,
    scratch: number,
  ): number;
  /**
   * Rows as JSON objects, a line each; as `assembleRows` of the csv kernels. `separator` stands before each row, or 0. A
   * column is OBJECT_COLUMN_BYTES: what a column of `assembleRows` is, then u32 address and bytes of the literal before its
   * values.
   */
  assembleObjects(
    columns: number,
    columnCount: number,
    selection: number,
    from: number,
    count: number,
    separator: number,
    out: number,
    capacity: number,
    result: number,
  ): number;
}
