/** The keys whose values a reader decodes, as the index kernel reads them: their names, and a memory of which key follows which. */
import {
  EMPTY_KEY,
  FIRST_KEY,
  KEY_BYTES,
  KEY_CACHE_BYTES,
  KEY_LITERAL,
  KEY_NEXT,
  KEY_ORDINAL,
  KEY_SLOT_BYTES,
} from '../../kernels/jsonl-kernels.js';
import type { Arena } from '../../memory/arena.js';
import type { Heap } from '../../memory/heap.js';

export interface WantedKeys {
  readonly count: number;
  /** Address of the list of names. */
  readonly names: number;
  readonly cache: number;
}

const encoder = new TextEncoder();

export function storeKeys(names: readonly string[], heap: Heap, arena: Pick<Arena, 'allocate'>): WantedKeys {
  const list = arena.allocate(8 * names.length);
  names.forEach((name, i) => {
    const bytes = encoder.encode(name);
    const address = arena.allocate(bytes.length, 1);
    heap.u8.set(bytes, address);
    heap.u32[(list >>> 2) + 2 * i] = address;
    heap.u32[(list >>> 2) + 2 * i + 1] = bytes.length;
  });
  const cache = arena.allocate(KEY_CACHE_BYTES);
  forgetKeys(heap, cache, names.indexOf(''));
  return { count: names.length, names: list, cache };
}

/** Nothing was seen yet: every key is thought to be followed by "", which has a slot of its own. */
function forgetKeys({ u8, u32, i32 }: Heap, cache: number, ordinal: number): void {
  u8.fill(0, cache, cache + KEY_CACHE_BYTES);
  const empty = cache + EMPTY_KEY;
  for (let slot = cache; slot <= cache + FIRST_KEY; slot += KEY_SLOT_BYTES) u32[(slot + KEY_NEXT) >>> 2] = empty;
  const literal = encoder.encode('"":');
  u32[(empty + KEY_BYTES) >>> 2] = literal.length;
  i32[(empty + KEY_ORDINAL) >>> 2] = ordinal;
  u8.set(literal, empty + KEY_LITERAL);
}
