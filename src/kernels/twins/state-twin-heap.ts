/** Loads and stores as the twins of the state kernels use them: byte addresses, numbers or big integers. */
import type { Heap } from '../../memory/heap.js';
import { F64, I32, I128, LAYOUT_ENTRY, LAYOUT_HEAD, LAYOUT_KEYS, TEXT, U8 } from '../assembly/state-layout.js';

export interface Column {
  readonly values: number;
  readonly stride: number;
  readonly validity: number;
  readonly validityStride: number;
}

export function u32(heap: Heap, at: number): number {
  return heap.u32[at >>> 2];
}

export function setU32(heap: Heap, at: number, value: number): void {
  heap.u32[at >>> 2] = value;
}

export function bytesAt(heap: Heap, at: number, length: number): Uint8Array {
  return heap.u8.subarray(at >>> 0, (at >>> 0) + length);
}

/** Two's complement of `words` 64-bit words, lowest first. */
export function signedAt(heap: Heap, at: number, words: number): bigint {
  let value = heap.i64[(at >>> 3) + words - 1];
  for (let i = words - 2; i >= 0; i--) value = (value << 64n) | heap.u64[(at >>> 3) + i];
  return value;
}

export function setSigned(heap: Heap, at: number, words: number, value: bigint): void {
  for (let i = 0; i < words; i++) heap.u64[(at >>> 3) + i] = BigInt.asUintN(64, value >> BigInt(64 * i));
}

export function columnAt(heap: Heap, at: number): Column {
  return {
    values: u32(heap, at),
    stride: u32(heap, at + 4),
    validity: u32(heap, at + 8),
    validityStride: u32(heap, at + 12),
  };
}

export function rowAt(heap: Heap, selection: number, position: number): number {
  return selection === 0 ? position : u32(heap, selection + 4 * position);
}

export function isValid(heap: Heap, column: Column, row: number): boolean {
  return column.validity === 0 || heap.u8[column.validity + row * column.validityStride] !== 0;
}

/** A fixed-width value as an integer (a double: its canonical bits); a text: its bytes. */
export type Word = bigint | Uint8Array;

export function canonicalDouble(x: number): number {
  return Number.isNaN(x) ? Number.NaN : x + 0;
}

const BITS = new DataView(new ArrayBuffer(8));

function doubleBits(x: number): bigint {
  BITS.setFloat64(0, canonicalDouble(x));
  return BITS.getBigUint64(0);
}

export function valueAt(heap: Heap, physical: number, at: number): Word {
  switch (physical) {
    case U8:
      return BigInt(heap.u8[at]);
    case I32:
      return BigInt(heap.i32[at >>> 2]);
    case I128:
      return signedAt(heap, at, 2);
    case F64:
      return doubleBits(heap.f64[at >>> 3]);
    case TEXT:
      return bytesAt(heap, u32(heap, at), u32(heap, at + 4));
    default:
      return heap.i64[at >>> 3];
  }
}

export interface Entry {
  readonly operation: number;
  readonly offset: number;
  readonly physical: number;
}

export interface KeyEntry {
  readonly physical: number;
  readonly offset: number;
}

export function keyEntries(heap: Heap, layout: number): KeyEntry[] {
  return Array.from({ length: u32(heap, layout + LAYOUT_KEYS) }, (_, k) => {
    const at = layout + LAYOUT_HEAD + k * LAYOUT_ENTRY;
    return { physical: u32(heap, at), offset: u32(heap, at + 4) };
  });
}

export function accumulatorEntries(heap: Heap, layout: number): Entry[] {
  const first = layout + LAYOUT_HEAD + u32(heap, layout + LAYOUT_KEYS) * LAYOUT_ENTRY;
  return Array.from({ length: u32(heap, layout + 4) }, (_, a) => {
    const at = first + a * LAYOUT_ENTRY;
    return { operation: u32(heap, at), offset: u32(heap, at + 4), physical: u32(heap, at + 8) };
  });
}

export function pad8(bytes: number): number {
  return (bytes + 7) & ~7;
}
