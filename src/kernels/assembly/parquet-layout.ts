// What the kernels of the parquet room and their callers agree on. Also plain TypeScript.

// A cursor over runs of RLE or bit-packed numbers: u32s.
export const RUNS_AT = 0; //    address of what follows
export const RUNS_END = 4;
export const RUNS_WIDTH = 8; // bits of a number
export const RUNS_LEFT = 12; // numbers left of the run at work
export const RUNS_BIT = 16; //  bit-packed: the bit at RUNS_AT where the next number begins, 0 to 7; else RUNS_REPEATED
export const RUNS_VALUE = 20; // the number that is repeated
export const RUNS_BYTES = 24;
export const RUNS_REPEATED = 8;

// Kernels read this many bytes beyond the end of what they are given.
export const PAGE_SLACK = 16;

// How numbers in a page become numbers in a vector.
export const COPY_8 = 0;
export const COPY_32 = 1;
export const COPY_64 = 2;
export const I32_TO_I64 = 3;
export const U32_TO_I64 = 4;
export const F32_TO_F64 = 5;
export const F16_TO_F64 = 6;
export const MILLIS_TO_MICROS = 7;
export const NANOS_TO_MICROS = 8;
export const INT96_TO_MICROS = 9;
export const I32_TO_I128 = 10;
export const I64_TO_I128 = 11;
export const U64_TO_I128 = 12;

// Texts that are made: bytes that the longest takes.
export const TIME_TEXT_BYTES = 18; // 23:59:59.123456789
export const UUID_TEXT_BYTES = 36;
