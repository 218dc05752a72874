/** Twin: kernels over JSON, and texts as values. */
import type { Heap } from '../../memory/heap.js';
import type { ExprKernels } from '../expr-kernels.js';
import { jsonItems, jsonToText, parseJson } from '../json-text.js';
import { storesOf } from './csv-twin-values.js';
import { at } from './expr-twin-rows.js';
import { storeView, textBytes } from './expr-twin-text.js';

type JsonKernels = Pick<ExprKernels, 'parseJson' | 'jsonPath' | 'jsonText' | 'jsonArray' | 'unnestJson' | 'parseText'>;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const bytesOf = (text: string): number => Buffer.byteLength(text);

/** Where a value begins and ends in a text; undefined: nothing is there. 'escapes': a key before it has some. */
type Found = { readonly start: number; readonly end: number } | 'escapes' | undefined;

export function jsonTwin(heap: Heap): JsonKernels {
  const { u8, u32 } = heap;

  /** Visits rows until one is left alone, for which `visit` answers false. */
  const visitFrom = (
    validity: number,
    selection: number,
    from: number,
    count: number,
    visit: (row: number) => boolean,
  ): number => {
    for (let k = from; k < count; k++) {
      const row = selection === 0 ? k : u32[(selection >>> 2) + k];
      if (validity !== 0 && u8[at(validity, 1, row)] === 0) continue;
      if (!visit(row)) return k;
    }
    return count;
  };

  const stepsOf = (path: number, steps: number): (Uint8Array | number)[] =>
    Array.from({ length: steps }, (_, i) => {
      const [kind, first, bytes] = u32.subarray((path >>> 2) + 3 * i, (path >>> 2) + 3 * i + 3);
      return kind === 0 ? u8.slice(first, first + bytes) : first | 0;
    });

  return {
    parseJson: (a, aStride, out, validity, selection, from, count) =>
      visitFrom(validity, selection, from, count, (row) => {
        const text = decoder.decode(textBytes(heap, at(a, aStride, row)));
        const json = parseJson(text);
        if (json === undefined) return false;
        const start = u32[at(a, aStride, row) >>> 2] + text.search(/[^ \t\n\r]/);
        storeView(heap, at(out, 8, row), start, bytesOf(json));
        return true;
      }),
    jsonPath: (a, aStride, path, steps, skipsNull, out, validity, selection, from, count) =>
      visitFrom(validity, selection, from, count, (row) => {
        const json = decoder.decode(textBytes(heap, at(a, aStride, row)));
        const found = follow(json, stepsOf(path, steps));
        if (found === 'escapes') return false;
        const isNothing = found === undefined || (skipsNull !== 0 && json[found.start] === 'n');
        if (isNothing) u8[at(validity, 1, row)] = 0;
        else {
          const start = u32[at(a, aStride, row) >>> 2] + bytesOf(json.slice(0, found.start));
          storeView(heap, at(out, 8, row), start, bytesOf(json.slice(found.start, found.end)));
        }
        return true;
      }),
    jsonText: (a, aStride, out, area, validity, selection, from, count) => {
      const state = area >>> 2;
      u32[state + 2] = 0;
      return visitFrom(validity, selection, from, count, (row) => {
        const [start, length] = u32.subarray(at(a, aStride, row) >>> 2, (at(a, aStride, row) >>> 2) + 2);
        const json = decoder.decode(u8.slice(start, start + length));
        const text = jsonToText(json);
        if (text === null) u8[at(validity, 1, row)] = 0;
        else if (!json.startsWith('"')) storeView(heap, at(out, 8, row), start, length);
        else if (!json.includes('\\')) storeView(heap, at(out, 8, row), start + 1, length - 2);
        else if (length > u32[state + 1]) {
          u32[state + 2] = length;
          return false;
        } else {
          const bytes = Buffer.from(text);
          u8.set(bytes, u32[state]);
          storeView(heap, at(out, 8, row), u32[state], bytes.length);
          u32[state] += bytes.length;
          u32[state + 1] -= bytes.length;
        }
        return true;
      });
    },
    jsonArray: (a, aStride, out, validity, selection, from, count) =>
      visitFrom(validity, selection, from, count, (row) => {
        const [start, length] = u32.subarray(at(a, aStride, row) >>> 2, (at(a, aStride, row) >>> 2) + 2);
        const first = String.fromCharCode(u8[start]);
        if (first === 'n') u8[at(validity, 1, row)] = 0;
        else if (first === '[') storeView(heap, at(out, 8, row), start, length);
        else return false;
        return true;
      }),
    unnestJson(
      a,
      aStride,
      validity,
      validityStride,
      selection,
      count,
      keepsEmpty,
      state,
      out,
      outValidity,
      rows,
      room,
    ) {
      let [k, next] = u32.subarray(state >>> 2, (state >>> 2) + 2);
      let made = 0;
      const put = (row: number, item: Found): void => {
        u8[at(outValidity, 1, made)] = item === undefined ? 0 : 1;
        u32[(rows >>> 2) + made] = row;
        made++;
      };
      for (; k < count && made < room; k++) {
        const row = selection === 0 ? k : u32[(selection >>> 2) + k];
        const isValid = validity === 0 || u8[at(validity, validityStride, row)] !== 0;
        const start = u32[at(a, aStride, row) >>> 2];
        const json = isValid ? decoder.decode(textBytes(heap, at(a, aStride, row))) : '[]';
        const items = [...jsonItems(json)].map((item) => {
          return { ...item, address: start + bytesOf(json.slice(0, item.start)) };
        });
        if (items.length === 0 && keepsEmpty !== 0) put(row, undefined);
        const left = items.filter(({ address }) => address >= next);
        for (const { start: from, end, address } of left.slice(0, room - made)) {
          storeView(heap, at(out, 8, made), address, bytesOf(json.slice(from, end)));
          put(row, json[from] === 'n' ? undefined : { start: from, end });
        }
        next = left.find(({ address }) => address > u32[at(out, 8, made - 1) >>> 2])?.address ?? 0;
        if (next !== 0) break;
      }
      u32.set([k, next], state >>> 2);
      return made;
    },
    parseText: (kind, a, aStride, precision, scale, out, validity, selection, from, count) => {
      const store = storesOf(heap)[kind];
      return visitFrom(validity, selection, from, count, (row) => {
        const text = decoder.decode(textBytes(heap, at(a, aStride, row)));
        return text !== '' && store(out >>> 0, row, text, [precision, scale]);
      });
    },
  };
}

function follow(json: string, steps: readonly (Uint8Array | number)[]): Found {
  let start = 0;
  let end = json.length;
  for (const step of steps) {
    if (json[start] !== (typeof step === 'number' ? '[' : '{')) return undefined;
    const items = [...jsonItems(json.slice(start, end))];
    const wanted = typeof step === 'number' ? undefined : decoder.decode(step);
    const isKey = (key: string): boolean => key.slice(1, -1) === wanted;
    const hasEscapes = (key: string): boolean => key.includes('\\') && bytesOf(key) - 2 > bytesOf(wanted ?? '');
    const item = typeof step === 'number' ? items.at(step) : items.find(({ key }) => isKey(key) || hasEscapes(key));
    if (item === undefined) return undefined;
    if (wanted !== undefined && hasEscapes(item.key)) return 'escapes';
    end = start + item.end;
    start += item.start;
  }
  return { start, end };
}
