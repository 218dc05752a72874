// Numbers that the kernels which write Parquet, their twins and src/formats/parquet share. Valid AssemblyScript and valid
// TypeScript.

// How plain values lie: bytes (booleans), fixed ones low byte first, 16 bytes high byte first, u32 length and text.
export const PLAIN_BYTE = 0;
export const PLAIN_I32 = 1;
export const PLAIN_I64 = 2;
export const PLAIN_F64 = 3;
export const PLAIN_WIDE = 4;
export const PLAIN_TEXT = 5;

// The kernels copy texts up to so many bytes too far, and read as many.
export const PLAIN_SLACK = 16;

// The least and the greatest value: whether there is one, then of each its bytes and whether it goes on behind them.
export const BOUNDS_FOUND = 0;
export const BOUNDS_MIN_BYTES = 4;
export const BOUNDS_MIN_CUT = 8;
export const BOUNDS_MAX_BYTES = 12;
export const BOUNDS_MAX_CUT = 16;
export const BOUNDS_MIN = 24;
export const BOUNDS_MAX = 104;
export const BOUNDS_BYTES = 184;
// Of a text no more is kept.
export const BOUND_TEXT_BYTES = 64;

// A dictionary: entries and bytes so far, their limits, and where its parts lie.
export const DICTIONARY_ENTRIES = 0;
export const DICTIONARY_FILLED = 4;
export const DICTIONARY_MAX_ENTRIES = 8;
export const DICTIONARY_MAX_BYTES = 12;
export const DICTIONARY_VALUES = 16; // plain, in the order in which they came
export const DICTIONARY_TABLE = 20; //  u32 a slot: upper half of the hash, number of the entry and one; 0 is free
export const DICTIONARY_MASK = 24; //   slots, a power of two of at most 65536, less one
export const DICTIONARY_PLACES = 28; // u32 an entry: where its text lies
export const DICTIONARY_BYTES = 32;

// What `takeTextRows` answers beside the rows.
export const TAKEN_BYTES = 0;
export const TAKEN_VALUES = 4;
export const TAKEN_RESULT_BYTES = 8;
