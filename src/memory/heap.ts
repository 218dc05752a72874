/**
 * Views over the job's one shared WebAssembly memory. Addresses are byte offsets, unsigned 32 bits; code that keeps
 * them in int32 arithmetic writes `>>> 0`, and indexes views as `heap.i32[(address >>> 2) + i]`.
 */

export const PAGE_BYTES = 65536;

export interface Heap {
  readonly memory: WebAssembly.Memory;
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly u32: Uint32Array;
  readonly f64: Float64Array;
  readonly i64: BigInt64Array;
  readonly u64: BigUint64Array;
}

export function heapOf(memory: WebAssembly.Memory): Heap {
  const { buffer } = memory;
  return {
    memory,
    u8: new Uint8Array(buffer),
    u16: new Uint16Array(buffer),
    i32: new Int32Array(buffer),
    u32: new Uint32Array(buffer),
    f64: new Float64Array(buffer),
    i64: new BigInt64Array(buffer),
    u64: new BigUint64Array(buffer),
  };
}
