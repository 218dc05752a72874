// Where things lie in the work memory of a zstd compressor. The first words and the tables of matches live as long as a frame.
import { ENCODER_TABLE_BYTES } from './codec-fse-encode';

/** Two u32: the last offsets. */
export const REPEATS: u32 = 0;

/** Where eight bytes were last seen, and where five: u32 offsets from the start of the frame, by hash. */
export const LONG_BITS: u32 = 15;
export const SHORT_BITS: u32 = 14;
export const LONG_TABLE: u32 = 64;
export const SHORT_TABLE: u32 = LONG_TABLE + (4 << LONG_BITS);

/** What the block has outside its matches. */
export const LITERALS: u32 = SHORT_TABLE + (4 << SHORT_BITS);

/** A sequence: literals u32, bytes matched u32, offset value u32. */
export const SEQUENCES: u32 = LITERALS + 131072 + 64;
export const SEQUENCE_BYTES: u32 = 12;
/** A match has at least four bytes. */
const MOST_SEQUENCES: u32 = 32768;

/** u32 a symbol. */
export const OCCURRENCES: u32 = SEQUENCES + SEQUENCE_BYTES * MOST_SEQUENCES;
/** i16 a symbol. */
export const COUNTS: u32 = OCCURRENCES + 1024;
export const SPREAD: u32 = COUNTS + 512;
export const STARTS: u32 = SPREAD + 512;
export const LITERAL_ENCODER: u32 = STARTS + 512;
export const OFFSET_ENCODER: u32 = LITERAL_ENCODER + ENCODER_TABLE_BYTES;
export const MATCH_ENCODER: u32 = OFFSET_ENCODER + ENCODER_TABLE_BYTES;

/** Huffman: bits of each symbol's code u8, the codes u16, weights u8. */
export const LENGTHS: u32 = MATCH_ENCODER + ENCODER_TABLE_BYTES;
export const CODES: u32 = LENGTHS + 256;
export const WEIGHTS: u32 = CODES + 512;
/** Symbols in the order of their occurrences u8; nodes of the tree: occurrences u32, parent u16. */
export const ORDER: u32 = WEIGHTS + 256;
export const NODES: u32 = ORDER + 256;
export const PARENTS: u32 = NODES + 2048;
