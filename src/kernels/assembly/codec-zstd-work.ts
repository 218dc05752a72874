// Where things lie in the work memory of a zstd decoder. The first words live as long as a frame.

/** Three u32: the last offsets. */
export const REPEATS: u32 = 0;
/** Bits of the Huffman table at hand; 0: none. */
export const HUFFMAN_BITS: u32 = 12;
/** Log of each sequence table at hand plus one; 0: none. */
export const LITERAL_TABLE_LOG: u32 = 16;
export const OFFSET_TABLE_LOG: u32 = 20;
export const MATCH_TABLE_LOG: u32 = 24;

/** 2^11 entries of u16: symbol, and above it the bits of its code. */
export const HUFFMAN_TABLE: u32 = 64;
export const LITERAL_TABLE: u32 = HUFFMAN_TABLE + (2 << 11);
export const OFFSET_TABLE: u32 = LITERAL_TABLE + (8 << 9);
export const MATCH_TABLE: u32 = OFFSET_TABLE + (8 << 8);
/** i16 a symbol. */
export const COUNTS: u32 = MATCH_TABLE + (8 << 9);
export const NEXT: u32 = COUNTS + 512;
export const WEIGHTS: u32 = NEXT + 512;
/** Table of the distribution of weights. */
export const WEIGHT_TABLE: u32 = WEIGHTS + 256;
/** Decoded literals, which are copied in vectors. */
export const LITERALS: u32 = 16384;
export const MOST_LITERALS: u32 = 131072;
