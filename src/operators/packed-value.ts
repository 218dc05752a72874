/** Reads the texts of a pack; see kernels/assembly/state-pack-layout.ts for their shape. */
import { PACK_TAIL_BYTES } from '../kernels/assembly/state-pack-layout.js';
import type { Heap } from '../memory/heap.js';

/** Where the value of a packed text lies; undefined: it is null. */
export function packedValue({ u8 }: Heap, address: number, bytes: number): { at: number; bytes: number } | undefined {
  const tail = address + bytes - PACK_TAIL_BYTES;
  if (u8[tail] === 0) return undefined;
  const size = u8[tail + 1] | (u8[tail + 2] << 8) | (u8[tail + 3] << 16) | (u8[tail + 4] << 24);
  return { at: tail - size, bytes: size };
}
