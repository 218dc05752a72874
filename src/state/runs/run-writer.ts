/**
 * Writing sorted runs: blocks of records that the caller has put together, to a spill file or into managed pages. Records
 * of successive blocks must ascend.
 */
import { type Heap, PAGE_BYTES } from '../../memory/heap.js';
import type { SpillWriter } from '../../memory/spill-folder.js';
import type { StateEnv } from '../state-env.js';
import { BlockListBuilder } from './block-list.js';
import type { PageStock } from './page-stock.js';
import { type FileBytes, SAMPLE_KEY_BYTES, type SortedRun } from './sorted-run.js';

/** A block in a file is read into a buffer as a whole: small shares need small blocks to merge many runs at once. */
export function runBlockBytes(shareBytes: number): number {
  return shareBytes >= 512 * PAGE_BYTES ? PAGE_BYTES : PAGE_BYTES / 4;
}

/** The first bytes of the key of the record at `address`; a view. */
export function sampleKey({ u8, u32 }: Heap, address: number): Uint8Array {
  const bytes = Math.min(u32[address >>> 2], SAMPLE_KEY_BYTES);
  return u8.subarray(address + 8, address + 8 + bytes);
}

/** The same as descriptors have it. */
export function sampleKeyText(heap: Heap, address: number): string {
  return Buffer.from(sampleKey(heap, address)).toString('base64');
}

/** What writing a run to a file takes. */
export type RunFiles = Pick<StateEnv, 'heap' | 'kernels' | 'spill'>;

export class FileRunWriter {
  readonly #env: RunFiles;
  readonly #writer: SpillWriter;
  readonly #blocks = new BlockListBuilder();
  #bytes = 0;
  #rows = 0;

  constructor(env: RunFiles, purpose: string) {
    this.#env = env;
    this.#writer = env.spill.create(purpose);
  }

  addBlock(address: number, bytes: number, rows: number): void {
    const checksum = this.#env.kernels.checksum(address, bytes) >>> 0;
    this.#blocks.add({ at: this.#bytes, bytes, rows, checksum }, sampleKey(this.#env.heap, address));
    this.#writer.write(address, bytes);
    this.#bytes += bytes;
    this.#rows += rows;
  }

  /** Bytes (a multiple of 8) behind the blocks, which the run's descriptor does not list. */
  append(address: number, bytes: number): FileBytes {
    const checksum = this.#env.kernels.checksum(address, bytes) >>> 0;
    this.#writer.write(address, bytes);
    this.#bytes += bytes;
    return { at: this.#bytes - bytes, bytes, checksum };
  }

  close(): SortedRun {
    const extent = this.#writer.close();
    const blocks = this.#blocks.toList();
    return { rows: this.#rows, bytes: this.#bytes, blocks, location: { kind: 'file', extent } };
  }
}

/** Blocks in pages: ask for room, write into it, say how much was written. */
export class MemoryRunWriter {
  readonly #env: StateEnv;
  readonly #stock: PageStock;
  readonly #pages: number[] = [];
  readonly #blocks = new BlockListBuilder();
  #next = 0;
  #end = 0;
  #rows = 0;
  #bytes = 0;

  constructor(env: StateEnv, stock: PageStock) {
    this.#env = env;
    this.#stock = stock;
  }

  get rows(): number {
    return this.#rows;
  }

  get next(): number {
    return this.#next;
  }

  /** Free bytes at `next`. */
  get free(): number {
    return this.#end - this.#next;
  }

  /** New pages with room for `bytes`; false when memory is refused. */
  grow(bytes: number): boolean {
    const address = this.#stock.take(bytes);
    if (address === 0) return false;
    this.#pages.push(address);
    this.#next = address;
    this.#end = address + Math.ceil(bytes / PAGE_BYTES) * PAGE_BYTES;
    return true;
  }

  /** The next `bytes` bytes are a block. */
  addBlock(bytes: number, rows: number): void {
    this.#blocks.add({ at: this.#next, bytes, rows, checksum: 0 }, sampleKey(this.#env.heap, this.#next));
    this.#next += bytes;
    this.#bytes += bytes;
    this.#rows += rows;
  }

  /** Seals the pages for `partition`. */
  close(partition: number): SortedRun {
    const pages = this.#pages.map((address) => this.#stock.release(address));
    for (const run of pages) this.#env.memory.seal(run.address, run.pages, partition);
    const blocks = this.#blocks.toList();
    return { rows: this.#rows, bytes: this.#bytes, blocks, location: { kind: 'memory', pages } };
  }
}
