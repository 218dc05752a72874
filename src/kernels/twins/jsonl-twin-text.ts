/** Strings with escapes, by the engine's own parser of JSON. */
import type { Heap } from '../../memory/heap.js';
import { SAW_NULL } from '../csv-kernels.js';
import type { JsonlKernels } from '../jsonl-kernels.js';

const QUOTE = 34;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

export function escapedTextTwin({ u8, u32 }: Heap): Pick<JsonlKernels, 'decodeEscapedText'> {
  return {
    decodeEscapedText(ends, stride, count, out, validity, scratch) {
      let saw = 0;
      let free = u32[scratch >>> 2];
      for (let row = 0; row < count; row++) {
        const entry = ((ends >>> 0) + row * stride) >>> 2;
        let [start, end] = [u32[entry - 1] + 1, u32[entry]];
        const isNull = start === end;
        if (!isNull && u8[start] === QUOTE) {
          const literal = decoder.decode(u8.slice(start, end));
          start++;
          end--;
          if (literal.includes('\\')) {
            const text = JSON.parse(literal) as string;
            const bytes = encoder.encode(text);
            u8.set(bytes, free);
            start = free;
            free += bytes.length;
            end = free;
          }
        }
        if (isNull) saw |= SAW_NULL;
        u8[(validity >>> 0) + row] = isNull ? 0 : 1;
        u32[(out >>> 2) + 2 * row] = start;
        u32[(out >>> 2) + 2 * row + 1] = end - start;
      }
      u32[scratch >>> 2] = free;
      return ~saw;
    },
  };
}
