/**
 * What the state kernels offer: group tables, sorting and merging of their partial results. Code in assembly/state*.ts,
 * meaning in twins/state-twin*.ts; the control blocks (layout, table, column, merge, cursor) and the shapes of rows and
 * records are in assembly/state-layout.ts. All numbers are byte addresses or counts (results may come back signed:
 * read them with `>>> 0`); `selection` is an address of u32 row indices or 0; from..to are positions in it; per-position
 * arrays (`hashes`, `groups`) are indexed by position, so callers may shift their base.
 */
type FoldKernel = (
  groups: number,
  offset: number,
  column: number,
  selection: number,
  from: number,
  to: number,
  ordered: number,
) => void;

export interface StateKernels {
  /** 32-bit hashes of all key columns together. */
  hashKeys(layout: number, columns: number, selection: number, from: number, to: number, hashes: number): void;
  /**
   * The address of the group row of each position, new groups made as needed. Stops before the position it has no room
   * for (TABLE_STOP, TABLE_NEEDED) and returns it. findText: one text key. findFixed: one key, neither text nor i128.
   */
  findAny(table: number, columns: number, selection: number, from: number, to: number, groups: number): number;
  findText(table: number, columns: number, selection: number, from: number, to: number, groups: number): number;
  findFixed(table: number, columns: number, selection: number, from: number, to: number, groups: number): number;
  /** Moves the table's entries to `slots` zeroed slots at `directory`; TABLE_LIMIT is set by the caller. */
  growDirectory(table: number, directory: number, slots: number): void;

  /** The heads of the records at `records`, one a position; the hash of position i goes to hashes[i]. */
  beginRecords(
    table: number,
    columns: number,
    selection: number,
    from: number,
    to: number,
    hashes: number,
    records: number,
    recordBytes: number,
  ): void;
  /** Key column k of those records; stops before the position whose text the table's arena cannot take. */
  storeKeys(
    table: number,
    columns: number,
    k: number,
    keyPart: number,
    selection: number,
    from: number,
    to: number,
    records: number,
    recordBytes: number,
  ): number;
  /** A value column of them; stops alike. */
  storeValues(
    table: number,
    column: number,
    index: number,
    offset: number,
    physical: number,
    selection: number,
    from: number,
    to: number,
    records: number,
    recordBytes: number,
  ): number;
  /** Puts the records of a partition into its directory; 1 when two have the same key. */
  linkRecords(
    layout: number,
    directory: number,
    slots: number,
    records: number,
    recordBytes: number,
    keyPart: number,
    hashes: number,
    count: number,
    partition: number,
    shift: number,
    epoch: number,
    checksNulls: number,
  ): number;
  /** The first record of each position's key; 0: none. */
  lookUpRecords(probe: number, columns: number, selection: number, from: number, to: number, found: number): void;

  /**
   * The rows of positions from..to-1 in the order of their groups, and those groups, both from 0 on. For tables of at
   * most MAX_ORDERED_GROUPS; `counters` takes 4 bytes a group.
   */
  orderByGroup(
    table: number,
    groups: number,
    selection: number,
    from: number,
    to: number,
    rows: number,
    orderedGroups: number,
    counters: number,
  ): void;

  /**
   * Counts rows whose input is valid; `column` 0: all rows. `offset`: the accumulator's slot in a group row. `ordered`, here
   * and below: 1 when the rows of a group follow one another, which is quicker; any order gives the same result.
   */
  countRows: FoldKernel;
  sumI32: FoldKernel;
  sumI64: FoldKernel;
  sumI128: FoldKernel;
  /** Exact; stops before the position whose group needs arena for a superaccumulator, like the find kernels. */
  sumDouble(
    table: number,
    groups: number,
    offset: number,
    column: number,
    selection: number,
    from: number,
    to: number,
    ordered: number,
  ): number;
  /**
   * Sum, minimum and maximum of one column of doubles; an offset of 0: not wanted. Stops like sumDouble, before anything of
   * that position is folded.
   */
  spreadDouble(
    table: number,
    groups: number,
    sumOffset: number,
    minOffset: number,
    maxOffset: number,
    column: number,
    selection: number,
    from: number,
    to: number,
  ): number;
  /** min, or max when `isMax` is 1, of every physical type but text. */
  extreme(
    groups: number,
    offset: number,
    column: number,
    selection: number,
    from: number,
    to: number,
    isMax: number,
    physical: number,
  ): void;
  /** min and max of text; stops before the position whose bytes the arena cannot take. */
  extremeText(
    table: number,
    groups: number,
    offset: number,
    column: number,
    selection: number,
    from: number,
    to: number,
    isMax: number,
  ): number;

  /** Adds a finite double to a superaccumulator; adds one to another; the nearest double of one. */
  superAdd(at: number, x: number): void;
  superAddSuper(at: number, other: number): void;
  roundSuper(at: number, scratch: number): number;

  /** Replaces the directory by sort entries in key order, with layout 0 of records; `scratch` takes SORT_SCRATCH_BYTES. */
  sortGroups(table: number, scratch: number): void;
  /** Writes sorted groups as records while they fit; returns the first one not written (TABLE_OUT, TABLE_NEEDED). */
  writeGroups(table: number, from: number, to: number, out: number, outEnd: number): number;
  /** Makes `count` records readable as group rows; see assembly/state-record.ts. */
  indexRecords(layout: number, start: number, count: number, rows: number, keyAt: number): void;
  /** The first record in [start, end) whose key is not less than the `keyBytes` bytes at `key`, or end. */
  lowerBound(start: number, end: number, key: number, keyBytes: number): number;
  countRecords(start: number, end: number): number;
  /** 32 bits of `bytes` (a multiple of 8) bytes. */
  checksum(address: number, bytes: number): number;

  /** Bytes of the keys and payloads of rows to sort; `columns`: keys, then values; see assembly/state-rows.ts. */
  measureRows(
    format: number,
    columns: number,
    selection: number,
    from: number,
    to: number,
    keyBytes: number,
    payloadBytes: number,
  ): void;
  /** Heads of their records from `next` on, while these fit before `end`; returns the position that does not. */
  placeRows(
    from: number,
    to: number,
    keyBytes: number,
    payloadBytes: number,
    next: number,
    end: number,
    records: number,
  ): number;
  /** Fills those records, and makes their sort entries from `entries` on. `cursors`, `tails`: 4 bytes a position. */
  writeRows(
    format: number,
    columns: number,
    selection: number,
    from: number,
    to: number,
    records: number,
    cursors: number,
    tails: number,
    entries: number,
  ): void;
  /** Indices of the rows whose keys are below that of the record `bound`, from `rows` on; how many. */
  rowsBelow(
    format: number,
    columns: number,
    selection: number,
    from: number,
    to: number,
    bound: number,
    rows: number,
  ): number;
  /**
   * Indices of the rows that may be among the first `keep` of their groups by one column, from `rows` on; how many. `groups`:
   * the group row of each position; `offset`: where in it `keep` words remember the best ones.
   */
  rowsInBounds(
    groups: number,
    offset: number,
    keep: number,
    column: number,
    physical: number,
    order: number,
    selection: number,
    from: number,
    to: number,
    rows: number,
  ): number;
  /** Sort entries of `count` records that lie one behind another from `record` on. */
  enterRows(record: number, count: number, entries: number): void;
  /** Orders `count` sort entries of records; `scratch` takes SORT_SCRATCH_BYTES. */
  sortRows(entries: number, count: number, scratch: number): void;
  /** The first of the sort entries in [start, end) whose key is not less than the `keyBytes` bytes at `key`, or end. */
  lowerEntry(start: number, end: number, key: number, keyBytes: number): number;
  /** Where the payloads and first texts of `count` records lie, for readRows, which makes columns of them. */
  openRows(format: number, records: number, count: number, payloads: number, tails: number): void;
  /** Value column `index`; texts in order, once. Returns the number of nulls. */
  readRows(
    format: number,
    index: number,
    payloads: number,
    tails: number,
    count: number,
    values: number,
    validity: number,
  ): number;
  /** Addresses of the next records of a merge, from records[MERGE_ROWS] on; ends like mergeRecords. */
  mergeRows(merge: number, records: number): number;
  /** Copies the records from..to-1 to `out` while they fit; returns the first one left; where copies end goes to `endAt`. */
  gatherRows(records: number, from: number, to: number, out: number, outEnd: number, endAt: number): number;

  /** Numbers probes of the keyed store, see assembly/state-keyed.ts, and hashes the first bytes of their keys. */
  hashProbes(table: number, probes: number, identities: number, count: number, hashes: number): void;
  /** Enters those that are new or take the place of what is there; what is left in the arrays, of how many. */
  enterProbes(
    table: number,
    probes: number,
    identities: number,
    hashes: number,
    selection: number,
    from: number,
    count: number,
    slots: number,
    rows: number,
  ): number;
  /** Heads of their records; stops before the one that does not fit (TABLE_NEEDED), and returns it. */
  placeEntered(
    table: number,
    from: number,
    to: number,
    keyBytes: number,
    payloadBytes: number,
    probes: number,
    records: number,
  ): number;
  /** The record of each probe; 0: none. */
  findProbes(table: number, probes: number, hashes: number, count: number, found: number): void;
  /** A filter of `lines` lines of FILTER_LINE_BYTES. */
  addToFilter(filter: number, lines: number, hashes: number, count: number): void;
  /** Copies the entries of probes that may be there to `out`; how many. `lines` 0: no filter. `missing` 1: only what is not found yet. */
  passFilter(
    filter: number,
    lines: number,
    entries: number,
    count: number,
    hashes: number,
    found: number,
    missing: number,
    out: number,
  ): number;
  /**
   * Looks the probes of sorted entries up among sorted records, or among those of sorted entries. `hits`: the number of positions at
   * which something better was found, and these. Returns the first entry that is behind all records.
   */
  matchRecords(
    entries: number,
    from: number,
    to: number,
    start: number,
    end: number,
    found: number,
    hits: number,
  ): number;
  matchEntries(entries: number, count: number, start: number, end: number, found: number, hits: number): void;
  /** Copies what was found for the hits from `from` on while it fits; the first one left; where copies end goes to `endAt`. */
  copyHits(found: number, hits: number, from: number, out: number, outEnd: number, endAt: number): number;
  /** Of sorted records the first of each identity but that of `last`, and their hashes; `drops` 1: no tombstones. How many. */
  firstOfIdentities(
    format: number,
    hashMask: number,
    last: number,
    records: number,
    count: number,
    drops: number,
    out: number,
    hashes: number,
  ): number;

  /** Orders the cursors of a merge; then mergeRecords until MERGE_DONE, see assembly/state-merge.ts. */
  openMerge(merge: number): void;
  mergeRecords(merge: number): number;

  /** Texts in the order of rows, with values behind; stops before the position whose text does not fit, and returns it. */
  packTexts(
    pack: number,
    columns: number,
    selection: number,
    from: number,
    to: number,
    out: number,
    outEnd: number,
    values: number,
    validity: number,
  ): number;

  /** Logs values with their group rows; stops before the position it has no room for, and returns it. */
  logValues(
    log: number,
    groups: number,
    column: number,
    physical: number,
    selection: number,
    from: number,
    to: number,
  ): number;
  /** What a log's cache holds, moved to its start; how many entries that are. */
  packCache(cache: number, places: number): number;
  /**
   * The groups of a sorted table learn their places, at the offset of the ordinal; the most rows of one, as they are counted at
   * `countOffset`. Then entries are given them.
   */
  placeGroups(table: number, countOffset: number): number;
  placeValues(entries: number, count: number, ordinal: number): void;
  sortValues(entries: number, count: number, scratch: number): void;
  /** By their groups alone. */
  groupValues(entries: number, count: number, scratch: number): void;
  /** Equal ones of sorted entries become one; how many are left. */
  countEqual(entries: number, count: number): number;
  /** Orders the cursors of a merge of entries; then writeValues, as many records as fit, until it answers 1. */
  openValues(write: number): void;
  writeValues(write: number, out: number, outEnd: number): number;
  /** Copies the entries of a group that lie in front of the cursors to `out` while they fit; where they end. */
  gatherGroup(write: number, group: number, out: number, outEnd: number): number;
  /** Takes records in, group after group; the first that it has no room for: TAKE_STOP says of what. */
  takeValues(take: number, records: number, from: number, to: number): number;
  /** Entries of the group at hand are sorted; it is complete. */
  settleGroup(take: number): void;
  closeGroup(take: number): void;
  /** Its entries below the value at `bound` go behind the others, from TAKE_NEXT on; how many rows they are. */
  splitGroup(take: number, bound: number): number;
  /** Values of a physical type, and i64 counts, of a group's sorted entries: rows from `first` on; where they end. */
  readValues(entries: number, count: number, physical: number, values: number, counts: number, first: number): number;
  /** The same of several complete groups, while all entries of one fit into `most` rows; the first group left. */
  readGroups(
    entries: number,
    ends: number,
    first: number,
    groups: number,
    most: number,
    physical: number,
    values: number,
    counts: number,
    rowEnds: number,
  ): number;

  /** Decodes key column `k` of `count` keys and advances keyAt; columns in order, once. Returns the number of nulls. */
  decodeKeys(layout: number, k: number, keyAt: number, count: number, values: number, validity: number): number;
  finishCount(rows: number, offset: number, count: number, values: number): void;
  /** i128 values; returns the first row outside decimal(38), or count. */
  finishSumInt(rows: number, offset: number, count: number, values: number, validity: number): number;
  /** f64 values; rows that doubles cannot divide exactly are listed in `slow` and left to the caller; how many. */
  finishAverageInt(
    rows: number,
    offset: number,
    count: number,
    scale: number,
    values: number,
    validity: number,
    slow: number,
  ): number;
  /** What `result` says of f64 sums; `slow` as above; `scratch` takes twice SUPER_BYTES. */
  finishDouble(
    rows: number,
    offset: number,
    count: number,
    result: number,
    values: number,
    validity: number,
    slow: number,
    scratch: number,
  ): number;
  finishExtreme(rows: number, offset: number, count: number, physical: number, values: number, validity: number): void;
  countNulls(validity: number, count: number): number;
}
