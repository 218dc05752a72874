/** What records of one row mean: see assembly/state-single.ts. */
import type { Heap } from '../../memory/heap.js';
import {
  COUNT,
  F64,
  I128,
  LAYOUT_ACCUMULATOR_BASE,
  LAYOUT_ENTRY,
  LAYOUT_HEAD,
  LAYOUT_KEYS,
  LAYOUT_ROW_BYTES,
  SUM_COUNT,
  SUM_DOUBLE,
  SUM_INT,
  SUPER_BYTES,
  SUPER_WORDS,
  U8,
} from '../assembly/state-layout.js';
import { doubleUnits } from '../exact-ratio.js';
import { expansionPlus, hasOffset, setExpansion, specialBit } from './state-twin-accumulate.js';
import { accumulatorEntries, canonicalDouble, type Entry, pad8, setSigned, setU32, u32 } from './state-twin-heap.js';
import { payloadOf } from './state-twin-records.js';

export function isSingle(heap: Heap, record: number): boolean {
  return u32(heap, record + 4) % 8 !== 0;
}

export function expandedBound(heap: Heap, layout: number, record: number): number {
  const fixed = u32(heap, layout + LAYOUT_ROW_BYTES) - u32(heap, layout + LAYOUT_ACCUMULATOR_BASE);
  return 8 + pad8(u32(heap, record)) + fixed + accumulatorEntries(heap, layout).length * SUPER_BYTES;
}

/** A double that may lie anywhere. */
function doubleAt(heap: Heap, at: number): number {
  return new DataView(heap.u8.buffer).getFloat64(at, true);
}

/** An integer of `bytes` bytes that may lie anywhere. */
function integerAt(heap: Heap, at: number, bytes: number): bigint {
  const digits = [...heap.u8.slice(at, at + bytes)];
  return BigInt.asIntN(
    8 * bytes,
    digits.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n),
  );
}

/** Of U8, I32, I64, I128 and F64. */
const WIDTHS = [1, 4, 8, 16, 8];

/** A sum of integers, a minimum or a maximum that has seen one value. */
function putOne(heap: Heap, { operation, physical }: Entry, slot: number, value: number): void {
  if (physical === F64) {
    heap.f64[slot >>> 3] = canonicalDouble(doubleAt(heap, value));
  } else {
    const x = integerAt(heap, value, WIDTHS[physical]);
    setSigned(heap, slot, operation === SUM_INT ? 3 : physical === I128 ? 2 : 1, physical === U8 ? x & 1n : x);
  }
  if (operation === SUM_INT) heap.u64[(slot + SUM_COUNT) >>> 3] = 1n;
  else setU32(heap, slot + hasOffset(physical), 1);
}

/** Writes the record at `out` with accumulators that have seen its values; where it ends. */
export function expandSingle(heap: Heap, layout: number, record: number, out: number): number {
  const keyPart = 8 + pad8(u32(heap, record));
  const values = payloadOf(heap, record);
  heap.u8.copyWithin(out, record, record + keyPart);
  const payload = out + keyPart;
  const base = u32(heap, layout + LAYOUT_ACCUMULATOR_BASE);
  const fixed = u32(heap, layout + LAYOUT_ROW_BYTES) - base;
  heap.u8.fill(0, payload, payload + fixed);
  let end = payload + fixed;
  const first = layout + LAYOUT_HEAD + u32(heap, layout + LAYOUT_KEYS) * LAYOUT_ENTRY;
  for (const [a, accumulator] of accumulatorEntries(heap, layout).entries()) {
    const { operation, offset } = accumulator;
    const place = u32(heap, first + a * LAYOUT_ENTRY + 12);
    const input = place >>> 16;
    if (input !== 0 && (heap.u8[values + ((input - 1) >>> 3)] >>> ((input - 1) & 7)) & 1) continue;
    const slot = payload + offset - base;
    const value = values + (place & 0xffff);
    if (operation === COUNT) {
      heap.u64[slot >>> 3] = 1n;
    } else if (operation === SUM_DOUBLE) {
      const x = doubleAt(heap, value);
      heap.u64[(slot + SUM_COUNT) >>> 3] = 1n;
      const parts = expansionPlus([0, 0, 0], x);
      if (parts !== null) {
        setExpansion(heap, slot, parts);
      } else if (!Number.isFinite(x)) {
        setU32(heap, slot + 36, specialBit(x));
      } else {
        setU32(heap, slot + 32, 1);
        setSigned(heap, end, SUPER_WORDS, doubleUnits(x));
        end += SUPER_BYTES;
      }
    } else {
      putOne(heap, accumulator, slot, value);
    }
  }
  setU32(heap, out + 4, end - payload);
  return end;
}
