/**
 * Values of at most 8 bytes as two words, which compare as unsigned numbers, the higher one first, as the values do: NaN is
 * the greatest double, and -0 equals 0.
 */
import { type DataType, type Physical, physicalOf } from '../../columnar/data-type.js';
import type { Heap } from '../../memory/heap.js';

const SIGN = 0x80000000;
const INFINITY_HIGH = 0x7ff00000;

export class OrderedWords {
  /** Of the value that was read last. */
  high = 0;
  low = 0;
  readonly #heap: Heap;
  readonly #physical: Physical;

  constructor(heap: Heap, type: DataType) {
    this.#heap = heap;
    this.#physical = physicalOf(type);
  }

  read(address: number): void {
    const { u8, u32 } = this.#heap;
    if (this.#physical === 'u8') this.#set(u8[address], 0);
    else if (this.#physical === 'i32') this.#set(u32[address >>> 2] ^ SIGN, 0);
    else if (this.#physical === 'f64') this.#readDouble(u32[(address >>> 2) + 1], u32[address >>> 2]);
    else this.#set(u32[(address >>> 2) + 1] ^ SIGN, u32[address >>> 2]);
  }

  #readDouble(high: number, low: number): void {
    const magnitude = high & ~SIGN;
    if (magnitude > INFINITY_HIGH || (magnitude === INFINITY_HIGH && low !== 0)) this.#set(-1, -1);
    else if ((magnitude | low) === 0) this.#set(SIGN, 0);
    else if (high >>> 31 === 1) this.#set(~high, ~low);
    else this.#set(high ^ SIGN, low);
  }

  #set(high: number, low: number): void {
    this.high = high >>> 0;
    this.low = low >>> 0;
  }
}
