/** Texts that must be JSON. */
import type { Heap } from '../../memory/heap.js';
import type { CsvKernels } from '../csv-kernels.js';
import { parseJson } from '../json-text.js';

export function checkJsonTwin({ u8, u32 }: Heap): Pick<CsvKernels, 'checkJson'> {
  return {
    checkJson(texts, validity, from, count) {
      for (let row = from; row < count; row++) {
        if (validity !== 0 && u8[(validity >>> 0) + row] === 0) continue;
        const view = (texts >>> 2) + 2 * row;
        const text = Buffer.from(u8.slice(u32[view], u32[view] + u32[view + 1])).toString();
        const json = parseJson(text);
        if (json === undefined) return row;
        u32[view] += text.search(/[^ \t\n\r]/);
        u32[view + 1] = Buffer.byteLength(json);
      }
      return -1;
    },
  };
}
