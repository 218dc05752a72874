/** A record of a row that outlives the batch it came in: a copy of it, in pages that grow with the longest one. */

import { PAGE_BYTES } from '../../memory/heap.js';
import { PageStock, pagesFor } from '../runs/page-stock.js';
import { recordBytes } from '../runs/record-blocks.js';
import { compareKeys, keyOf } from '../sort/sorted-keys.js';
import type { StateEnv } from '../state-env.js';

export class KeptRecord {
  readonly #env: StateEnv;
  readonly #purpose: string;
  readonly #stock: PageStock;
  #address = 0;
  #room = 0;
  #isThere = false;

  constructor(env: StateEnv, purpose: string) {
    this.#env = env;
    this.#purpose = purpose;
    this.#stock = new PageStock(env.memory);
    this.#grow(PAGE_BYTES);
  }

  /** Where it lies; 0: there is none. */
  get address(): number {
    return this.#isThere ? this.#address : 0;
  }

  /** Keeps another one in its place. */
  keep(record: number): void {
    const { heap } = this.#env;
    const bytes = recordBytes(heap, record);
    if (bytes > this.#room) this.#grow(bytes);
    heap.u8.copyWithin(this.#address, record, record + bytes);
    this.#isThere = true;
  }

  /** The same, if it comes behind the one that is kept: by its whole key, as rows that are equally near differ in their positions. */
  keepLater(record: number): void {
    const { heap } = this.#env;
    const keyBytes = (of: number): number => heap.u32[of >>> 2];
    const kept = this.#address;
    const isLater =
      !this.#isThere || compareKeys(heap, keyOf(record), keyBytes(record), keyOf(kept), keyBytes(kept)) > 0;
    if (isLater) this.keep(record);
  }

  drop(): void {
    this.#isThere = false;
  }

  close(): void {
    this.#stock.freeAll();
  }

  #grow(bytes: number): void {
    this.#stock.putBack(this.#address);
    this.#stock.freeStock();
    this.#room = pagesFor(bytes) * PAGE_BYTES;
    this.#address = this.#stock.require(this.#room, this.#purpose);
  }
}
