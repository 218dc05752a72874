/** Puts records that lie anywhere in memory into the blocks of a run in the spill folder, one behind another. */
import type { Heap } from '../../memory/heap.js';
import { pad8 } from '../groups/row-layout.js';
import { FileRunWriter, type RunFiles, sampleKeyText } from './run-writer.js';
import type { FileBytes, SortedRun } from './sorted-run.js';

/** Room to put a block together in. */
export interface BlockBuffer {
  readonly address: number;
  readonly bytes: number;
}

/** Where the kernel says how far it came: the buffer's first word. */
const HEAD_BYTES = 8;

export class RecordBlocks {
  readonly #files: RunFiles;
  readonly #writer: FileRunWriter;
  readonly #buffer: number;
  readonly #start: number;
  readonly #end: number;
  #out: number;
  #rows = 0;
  #lastKey: string | undefined;

  /** `purpose` is in the file's name: an attempt's files that others write for it have another one. */
  constructor(files: RunFiles, purpose: string, { address, bytes }: BlockBuffer) {
    this.#files = files;
    this.#writer = new FileRunWriter(files, purpose);
    this.#buffer = address;
    this.#start = address + HEAD_BYTES;
    this.#end = address + bytes;
    this.#out = this.#start;
  }

  /** Appends `count` records, whose addresses are at `records`; these must ascend by key. */
  add(records: number, count: number): void {
    const { heap, kernels } = this.#files;
    if (count > 0) this.#lastKey = sampleKeyText(heap, heap.u32[(records >>> 2) + count - 1]);
    for (let from = 0; from < count; ) {
      const reached = kernels.gatherRows(records, from, count, this.#out, this.#end, this.#buffer) >>> 0;
      this.#rows += reached - from;
      this.#out = heap.u32[this.#buffer >>> 2];
      from = reached;
      if (from === count) return;
      if (this.#rows > 0) {
        this.#flush();
        continue;
      }
      // A record larger than the buffer is a block where it lies.
      const record = heap.u32[(records >>> 2) + from++];
      this.#writer.addBlock(record, recordBytes(heap, record), 1);
    }
  }

  /** Bytes behind all records, in the run's file. */
  append(address: number, bytes: number): FileBytes {
    if (this.#rows > 0) this.#flush();
    return this.#writer.append(address, bytes);
  }

  close(): SortedRun {
    if (this.#rows > 0) this.#flush();
    return { ...this.#writer.close(), lastKey: this.#lastKey };
  }

  #flush(): void {
    this.#writer.addBlock(this.#start, this.#out - this.#start, this.#rows);
    this.#out = this.#start;
    this.#rows = 0;
  }
}

export function recordBytes({ u32 }: Heap, record: number): number {
  return 8 + pad8(u32[record >>> 2]) + pad8(u32[(record >>> 2) + 1]);
}
