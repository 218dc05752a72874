// Numbers that the csv kernels, their twins and src/formats/csv share. Valid AssemblyScript and valid TypeScript.

export const LF = 10;
export const CR = 13;

// Byte offsets of the index kernels' answer.
export const INDEX_ROWS = 0;
export const INDEX_NEXT = 4;
export const INDEX_FLAGS = 8;
export const INDEX_RESULT_BYTES = 16;

// What the index kernels saw in the bytes they looked at (which may be more than the rows they answer).
export const FLAG_NON_ASCII = 1;
export const FLAG_QUOTED = 2;
export const FLAG_CR = 4; //       a CR before a LF
export const FLAG_DOUBLED = 8; //  a doubled quote, or an escape
export const FLAG_BLANK = 16; //   a blank line that is no row
export const FLAG_LONE_CR = 32; // a CR inside a field without quotes
export const FLAG_UNCLOSED = 64; // the bytes end inside quotes

// The index writes this many entries more than it says, and reads as many bytes beyond `to`.
export const INDEX_SLACK = 72;

// What a decode kernel saw, in the bits of ~answer.
export const SAW_NULL = 1;
export const SAW_QUOTED = 2;

// What `assembleRows` wants to know of a column: u32 kind, values, stride, validity, validity stride, scale.
export const ASSEMBLE_COLUMN_BYTES = 24;
// What `decodeSpan` wants to know of a field that is not text: the same of the column that decodes it, and which field it is.
export const SPAN_VALUE_BYTES = 28;
export const SPAN_VALUE_FIELD = 24;
export const KIND_BOOLEAN = 0;
export const KIND_INT = 1;
export const KIND_BIGINT = 2;
export const KIND_DOUBLE = 3;
export const KIND_DATE = 4;
export const KIND_TIMESTAMP = 5;
export const KIND_DECIMAL = 6;
export const KIND_WIDE_DECIMAL = 7;
export const KIND_TEXT = 8;
export const KIND_PLAIN_TEXT = 9; // text that needs no quotes
export const KIND_JSON = 10; //      its text: strings without their quotes, null as nothing
export const KIND_BYTES = 11; //     bytes that are no printable ASCII as \xAB
