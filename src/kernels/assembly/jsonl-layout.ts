// Numbers that the jsonl kernels, their twins and src/formats/jsonl share. Valid AssemblyScript and valid TypeScript.

// Byte offsets of the index kernel's answer.
export const OBJECTS_ROWS = 0;
export const OBJECTS_NEXT = 4;
export const OBJECTS_FLAGS = 8;
export const OBJECTS_FAULT = 12; //    what is wrong, or 0
export const OBJECTS_FAULT_AT = 16; // the first byte that cannot stand where it does; `to` if the row goes on there
export const OBJECTS_BEHIND = 20; //   the kernel's own, as is what follows
export const OBJECTS_CHARACTER = 24;
export const OBJECTS_RESULT_BYTES = 32;

// What the index kernel saw in the rows it answers; perhaps in the next one.
export const SAW_NON_ASCII = 1;
export const SAW_ESCAPE = 2; // in a value that is wanted
export const SAW_LIST_END = 4; // the bracket that closes a list of rows

// How rows stand in the file.
export const ROWS_ARE_LINES = 0;
export const ROWS_ARE_A_LIST = 1; //  with commas between them, up to a bracket
export const ROWS_ARE_OBJECTS = 2; // one behind another

// What is wrong.
export const NO_OBJECT = 1;
export const NO_KEY = 2;
export const NO_COLON = 3;
export const NO_VALUE = 4;
export const NO_MEMBER_END = 5; //  neither a comma nor the brace
export const NO_ELEMENT_END = 6; // neither a comma nor the bracket
export const NO_ROW_END = 7;
export const NO_CHARACTER = 8;
export const NO_ESCAPE = 9;
export const NO_DIGIT = 10;
export const SECOND_VALUE = 11;
export const TOO_DEEP = 12;
export const NO_PAIR = 13; // half of a surrogate pair

// Keys that were seen: u32 bytes of the literal, i32 ordinal among the wanted keys or -1, u32 address of the slot of the
// key that followed it last, u32 what is seen in it; then the literal, which is the key in its quotes and a colon.
export const KEY_BYTES = 0;
export const KEY_ORDINAL = 4;
export const KEY_NEXT = 8;
export const KEY_FLAGS = 12;
export const KEY_LITERAL = 16;
export const KEY_SLOT_BYTES = 64;
export const KEY_LITERAL_BYTES = 48;
export const KEY_SLOTS = 256;
export const EMPTY_KEY = 16384; // always the slot of the key ""
export const LONG_KEY = 16448; //  keys that no slot holds
export const FIRST_KEY = 16512; // followed by the first key of a row
// Brackets that are open in a value, a byte each.
export const OPEN_BRACKETS = 16576;
export const MOST_BRACKETS = 1000; // what the type json holds
export const KEY_CACHE_BYTES = 17600;

// What `assembleObjects` wants to know of a column: as ASSEMBLE_COLUMN_BYTES, then the literal before its values.
export const OBJECT_COLUMN_BYTES = 32;
