// Byte offsets of what the kernel that packs texts shares with its twin and src/operators; see state-pack.ts. Valid AssemblyScript
// and valid TypeScript, like state-layout.ts.
//
//     text    [marker, value bytes]*   a key of the order each, as in normalized keys (state-key.ts)
//             u64                      the row's position, most significant byte first; all bits flipped to take the last row
//             value                    as it lies in a vector (texts: their bytes), nothing for null
//             u8, u32                  1 or, for null, 0; bytes of the value

export const PACK_KEYS = 0;
export const PACK_FLAGS = 4;
export const PACK_PHYSICAL = 8; //  of the value
export const PACK_NEEDED = 12; //   bytes that the row at which it stopped may take
export const PACK_POSITION = 16; // u64, of the row at the first position
export const PACK_HEAD = 24; //     then 8 bytes a key: physical, order
export const PACK_ENTRY = 8;

// Flags.
export const PACK_SKIPS_NULL_VALUES = 1;
export const PACK_SKIPS_NULL_KEYS = 2;
export const PACK_TAKES_LAST = 4;
export const PACK_HAS_CONDITION = 8;

export const PACK_POSITION_BYTES = 8;
export const PACK_TAIL_BYTES = 5;
