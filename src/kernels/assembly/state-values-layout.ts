// Byte offsets of what the kernels over values share with their twins and src/state; see state-values.ts. Valid AssemblyScript
// and valid TypeScript, like state-layout.ts.
//
//     value entry     u64 group << 32 | value >>> 32, u32 the value's low half, u32 how often (0: an empty place of the cache)
//     value           64 bits that are, unsigned, in the order of the values
//     record          u32 key bytes, u32 payload bytes, the group's normalized key and a suffix padded to 8, payload
//     suffix          00 in the first record of a group in a run, else 01 and the payload's first value: so all first records come
//                     before all others, and these in the order of their values
//     payload         u32 values, u32 flags, u64 rows of the group in the run, u64 a value, u32 a count where these are not all 1

/** As many as those of a sort entry, so that both are sorted by the same code. */
export const VALUE_ENTRY_BYTES = 16;
export const VALUE_ENTRY_COUNT = 12;
export const MOST_COUNT = 0xffffffff;

export const VALUES_FLAGS = 4;
export const VALUES_ROWS = 8;
export const VALUES_HEAD = 16;
// Flags.
export const VALUES_FIRST = 1;
export const VALUES_COUNTED = 2;
export const VALUES_UNSORTED = 4;
/** Bytes of a key behind the group's. */
export const FIRST_SUFFIX_BYTES = 1;
export const SUFFIX_BYTES = 9;

// The log.
export const LOG_NEXT = 0;
export const LOG_END = 4;
export const LOG_CACHE = 8; //        entries that were met lately; 0: none
export const LOG_CACHE_SHIFT = 12; // of a 64-bit hash, to the entry's place
export const LOG_HITS = 16; //        rows that were counted in the cache
export const LOG_BYTES = 24;

// Writing records.
export const WRITE_TABLE = 0; //     sorted, groups know their places
export const WRITE_FIRST = 4; //     cursors: u32 next entry, u32 end
export const WRITE_CURSORS = 8;
export const WRITE_GROUP = 12; //    the place of the group at hand
export const WRITE_COUNT = 16; //    where a group row has its number of rows
export const WRITE_CHUNK = 20; //    most values a record
export const WRITE_COUNTS = 24; //   room for a u32 each
export const WRITE_IS_OPEN = 28; //  1: the group has a record already, and
export const WRITE_LEFT = 32; //     u64: so many of its rows are left
export const WRITE_OUT = 40; //      where the records written last end
export const WRITE_RECORDS = 44; //  how many they are
export const WRITE_TREE = 48; //     room for the tournament: TREE_BYTES a cursor, twice at most
export const WRITE_LEAVES = 52; //   a power of two
export const WRITE_IS_GROUPED = 56; // 1: cursors' entries are in the order of their groups only; each group fits into a record
export const WRITE_BYTES = 64;
export const CURSOR_PAIR_BYTES = 8;
/** The first 12 bytes of a cursor's entry, padded, and who lost against whom. */
export const TREE_KEY_BYTES = 16;
export const TREE_BYTES = 20;
/** No record with fewer values is written for want of room, but to a group's end. */
export const FEW_VALUES = 16;

// Taking records apart.
export const TAKE_NEXT = 0; //       behind the last entry, and
export const TAKE_END = 4; //        the end of the room for entries
export const TAKE_OPEN = 8; //       the first entry of the group at hand
export const TAKE_IS_OPEN = 12; //   1: there is one, and
export const TAKE_IS_SORTED = 16; // 1: its entries ascend
export const TAKE_ROWS = 24; //      f64: its rows
export const TAKE_GROUPS = 32; //    groups that are complete; of each
export const TAKE_KEYS = 36; //      u32: the address of its key
export const TAKE_ENDS = 40; //      u32: where its entries end
export const TAKE_TOTALS = 44; //    f64: its rows
export const TAKE_MOST = 48; //      groups there is room for
export const TAKE_KEY_NEXT = 52;
export const TAKE_KEY_END = 56;
export const TAKE_SCRATCH = 60; //   SORT_SCRATCH_BYTES
export const TAKE_STOP = 64; //      why it stopped early, and
export const TAKE_NEEDED = 68; //    the bytes it wanted
export const TAKE_IS_IDLE = 72; //   1: nobody wants more of the group at hand
export const TAKE_BYTES = 80;

export const STOP_ENTRIES = 1;
export const STOP_GROUPS = 2;
export const STOP_KEYS = 3;
