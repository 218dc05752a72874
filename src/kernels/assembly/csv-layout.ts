// Numbers that the csv kernels and their callers agree on; see ../csv-kernels.ts, which holds the same ones.

export const LF: i32 = 10;
export const CR: i32 = 13;

// The result of the index kernels.
export const INDEX_ROWS: usize = 0;
export const INDEX_NEXT: usize = 4;
export const INDEX_FLAGS: usize = 8;

export const FLAG_NON_ASCII: u32 = 1;
export const FLAG_QUOTED: u32 = 2;
export const FLAG_CR: u32 = 4;
export const FLAG_DOUBLED: u32 = 8;
export const FLAG_BLANK: u32 = 16;
export const FLAG_LONE_CR: u32 = 32;
export const FLAG_UNCLOSED: u32 = 64;

// What a decode kernel saw, beside the values.
export const SAW_NULL: i32 = 1;
export const SAW_QUOTED: i32 = 2;
