// Byte offsets of the control blocks that the state kernels, their twins and src/state share. Valid AssemblyScript and
// valid TypeScript: this file is the one place that knows them.
//
//     group row   key flags (1 byte a key: 1 valid, 0 null; padded to 4) | u32 ordinal | key slots | accumulator slots
//     key slot    u8 i32 i64 as i64; i128 16 bytes; f64 canonical (no -0, one NaN);
//                 text: u32 address, u32 bytes, first 16 bytes and zeroes (texts of up to 16 bytes lie here and nowhere else)
//     record      u32 key bytes, u32 payload bytes, normalized key padded to 8, payload
//     payload     accumulator slots as in the group row, then tails in order: texts padded to 8, superaccumulators

// Physical types.
export const U8 = 0;
export const I32 = 1;
export const I64 = 2;
export const I128 = 3;
export const F64 = 4;
export const TEXT = 5;

/** Texts of up to so many bytes lie in their key slot. */
export const KEY_TEXT_BYTES = 16;

// Accumulator operations.
export const COUNT = 0; //      u64 count
export const SUM_INT = 1; //    i192 sum, u64 count
export const SUM_DOUBLE = 2; // f64 a, b, c (the sum is exactly a + b + c), u64 count, u32 superaccumulator, u32 specials
export const MIN = 3; //        8 bytes value, u32 has | i128: 16 bytes, u32 has | text: u32 address, bytes, capacity, has
export const MAX = 4;

/** Where a sum has its count. */
export const SUM_COUNT = 24;
// What finishDouble makes of a SUM_DOUBLE.
export const ROUNDED_SUM = 0;
export const AVERAGE = 1;
export const SUM_REST = 2; //   what the exact sum has beyond the rounded one

// Bits of SUM_DOUBLE's specials.
export const SAW_NAN = 1;
export const SAW_INFINITY = 2;
export const SAW_NEGATIVE_INFINITY = 4;

/** A superaccumulator: 34 words of 64 bits, two's complement, in units of 2^-1074. */
export const SUPER_WORDS = 34;
export const SUPER_BYTES = 272;

// Row layout: a head, then 16 bytes a key (physical, slot offset), then 16 bytes an accumulator
// (operation, slot offset, physical, where its input lies in a record of one row: u16 offset, u16 1 + its number; 0: none).
export const LAYOUT_KEYS = 0;
export const LAYOUT_ACCUMULATORS = 4;
export const LAYOUT_ROW_BYTES = 8;
export const LAYOUT_ACCUMULATOR_BASE = 12;
export const LAYOUT_ORDINAL = 16; //       offset of the number of groups that were there before this one
export const LAYOUT_TOUCHED = 20; //       what was read only to have it in the cache
export const LAYOUT_HEAD = 24;
export const LAYOUT_ENTRY = 16;
// Bits of the order of a key in rows to sort.
export const DESCENDING = 1;
export const NULLS_FIRST = 2;

// Group table.
export const TABLE_LAYOUT = 0;
export const TABLE_DIRECTORY = 4; //   slots of u32 row address (0: empty), u32 hash
export const TABLE_SLOTS = 8; //       a power of two
export const TABLE_GROUPS = 12;
export const TABLE_LIMIT = 16; //      groups at which the directory must grow
export const TABLE_ROW_NEXT = 20;
export const TABLE_ROW_END = 24;
export const TABLE_TAIL_NEXT = 28; //  arena of texts and superaccumulators
export const TABLE_TAIL_END = 32;
export const TABLE_HASH_MASK = 36;
export const TABLE_STOP = 40; //       why a kernel stopped early, and
export const TABLE_NEEDED = 44; //     the bytes it wanted
export const TABLE_TEXT_LIMIT = 48; // longer texts stop a kernel: the block buffer must grow first
export const TABLE_OUT = 52; //        where the records written last end
export const TABLE_TOUCHED = 56; //    of a large table: what was read only to have it in the cache
export const TABLE_BYTES = 64;

/** A directory of this size, 512 KiB, is beyond a core's own cache: rows are looked up by `findAny`, some at a time. */
export const LARGE_SLOTS = 65536;

export const STOP_DIRECTORY = 1;
export const STOP_ROWS = 2;
export const STOP_TAIL = 3;
export const STOP_TEXT_LIMIT = 4;

// Ordering rows by group: the counters lie in the sort's scratch.
export const MAX_ORDERED_GROUPS = 1024;
/** Of ordered rows: shorter runs of one group are summed a row at a time. */
export const MIN_RUN = 8;

// A key column of a batch: values, stride, validity, validity stride.
export const COLUMN_BYTES = 16;

// Sort entries: 12 bytes of normalized key as u64 and u32 (most significant first), u32 address of the group row or record.
export const SORT_ENTRY_BYTES = 16;
export const SORT_ENTRY_RECORD = 12;
export const SORT_SCRATCH_BYTES = 4096;

// Records of a join's right side; see state-join.ts.
export const RECORD_NEXT = 0;
export const RECORD_LAST = 4; //   of the first record of a key: the last one, if
export const RECORD_EPOCH = 8; //  this is the epoch; else there is no second one yet. When all are chained: their index, if any
export const RECORD_MET = 12; //   a byte: 1 when a row of the left has met it
export const RECORD_VALIDITY = 13;

// What looks records up: then 8 bytes a partition, u32 directory, u32 slots - 1.
export const PROBE_LAYOUT = 0;
export const PROBE_KEY_PART = 4;
export const PROBE_SHIFT = 8; //     partition = hash >>> shift; 32: there is one
export const PROBE_HASH_MASK = 12;
export const PROBE_TOUCHED = 16;
export const PROBE_DIRECTORIES = 24;

// Rows to sort; see state-rows.ts: a head, then 16 bytes a key (physical, -, order), then 16 bytes a value (physical, offset).
export const ROWS_KEYS = 0;
export const ROWS_VALUES = 4;
export const ROWS_FIXED = 8; //        bytes of a payload without its texts
export const ROWS_HEAD = 16;
export const ROWS_ENTRY = 16;

// The keyed store: a table, whose rows are records; see state-keyed.ts.
export const KEYED_RULE = 64; //       which of two writes of one identity stays
export const KEYED_BYTES_USED = 68; // of the records that the directory has
export const KEYED_BYTES = 72;

export const KEEP_LAST = 0;
export const KEEP_FIRST = 1;
export const KEEP_LEAST = 2; //        by rank, of equals the first

// Filter of a run: lines of 512 bits, of which each hash sets six.
export const FILTER_LINE_BYTES = 64;
export const FILTER_LINE_BITS = 512;
export const FILTER_PROBES = 6;

// Merge.
export const MERGE_HEAP = 0; //        u32 addresses of cursors, least first
export const MERGE_CURSORS = 4; //     how many are left
export const MERGE_LAYOUT = 8; //      0: records with equal keys are not combined
export const MERGE_OUT = 12; //        end of the completed records
export const MERGE_OUT_END = 16;
export const MERGE_OPEN_END = 20; //   end of the record at MERGE_OUT that may still grow; 0: none
export const MERGE_ROWS = 24; //       completed records
export const MERGE_ROW_LIMIT = 28;
export const MERGE_STALE = 32; //      1: the least cursor has moved and must be sifted
export const MERGE_NEEDED = 36;
export const MERGE_TOUCHED = 40; //    what was read only to have it in the cache
export const MERGE_AHEAD_FROM = 44; // of the records found ahead, the first that is not merged yet,
export const MERGE_AHEAD_TO = 48; //   how many there are,
export const MERGE_AHEAD = 52; //      and their addresses
export const AHEAD_ROWS = 32;
export const MERGE_BYTES = 184;

export const CURSOR_NEXT = 0;
export const CURSOR_END = 4;
export const CURSOR_RUN = 8;
export const CURSOR_LAST = 12; //      1: no block follows
export const CURSOR_PREFIX = 16; //    the first 8 bytes of the key at NEXT, as a number, and
export const CURSOR_INDEXED = 24; //   1: NEXT and END are sort entries; else records
export const CURSOR_PREFIX_LOW = 28; // the 4 bytes behind them
export const CURSOR_BYTES = 32;

export const MERGE_DONE = 0;
export const MERGE_FULL = 1;
export const MERGE_WANTS_BLOCK = 2;
export const MERGE_TOO_SMALL = 3;
