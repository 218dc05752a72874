/**
 * Compressed bytes as decoders see them: a range of managed memory, of which more comes when they ask for it.
 *
 *     memory   | done | at ......... end |
 *     file          ..offset
 */
import type { Heap } from '../../memory/heap.js';
import { truncated } from './fault.js';

/** Makes room for `bytes` bytes from `at` on and loads at least so many, or all that there are. */
export type Refill = (input: CompressedInput, bytes: number) => void;

export class CompressedInput {
  readonly heap: Heap;
  readonly #refill: Refill | undefined;
  /** The next byte. */
  at: number;
  end: number;
  /** Of the byte at `at`, from the start of the file. */
  offset = 0;

  constructor(heap: Heap, address: number, bytes: number, refill?: Refill) {
    this.heap = heap;
    this.at = address;
    this.end = address + bytes;
    this.#refill = refill;
  }

  /** How many of the wanted bytes are there: fewer only where the input ends. */
  available(bytes: number): number {
    if (this.end - this.at < bytes) this.#refill?.(this, bytes);
    return Math.min(bytes, this.end - this.at);
  }

  /** Steps over bytes and answers where they are; throws when the input ends before. */
  take(bytes: number): number {
    if (this.available(bytes) < bytes) throw truncated();
    const address = this.at;
    this.skip(bytes);
    return address;
  }

  /** Steps over bytes that are there. */
  skip(bytes: number): void {
    this.at += bytes;
    this.offset += bytes;
  }

  takeU32(): number {
    const at = this.take(4);
    return this.peekU32(at);
  }

  peekU32(at = this.at): number {
    const { u8 } = this.heap;
    return (u8[at] | (u8[at + 1] << 8) | (u8[at + 2] << 16) | (u8[at + 3] << 24)) >>> 0;
  }
}
