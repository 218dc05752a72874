/**
 * Decoded bytes on their way out, and behind them those that later ones may repeat. It grows with what was decoded, up to
 * twice the window, so that a window that a file only claims takes no memory.
 *
 *     | repeated | taken | .... begin ... end |  room  |
 */
import type { CodecKernels } from '../../kernels/codec-kernels.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import type { StreamMemory } from './stream-memory.js';

/** Rooms for pieces that are there at first: moving what is repeated to the front should be rare. */
const PIECES = 4;
const LEAST_PIECE_BYTES = 1024;

export class History {
  readonly #memory: StreamMemory;
  readonly #kernels: CodecKernels;
  #address = 0;
  #pages = 0;
  /** Bytes of the frame before `end` that may be repeated. */
  #repeated = 0;
  begin = 0;
  end = 0;

  constructor(memory: StreamMemory, kernels: CodecKernels) {
    this.#memory = memory;
    this.#kernels = kernels;
  }

  get repeated(): number {
    return this.#repeated;
  }

  /** What follows repeats nothing that was before. */
  beginFrame(): void {
    this.#repeated = 0;
  }

  added(bytes: number, windowBytes: number): void {
    this.end += bytes;
    this.#repeated = Math.min(windowBytes, this.#repeated + bytes);
  }

  /** Makes room for a piece behind `end`, when all before is taken; how much there is. */
  reserve(pieceBytes: number): number {
    const piece = Math.max(pieceBytes, LEAST_PIECE_BYTES);
    const limit = this.#address + this.#pages * PAGE_BYTES;
    if (limit - this.end < piece) {
      const wanted = Math.ceil((this.#repeated + Math.max(PIECES * piece, this.#repeated)) / PAGE_BYTES);
      this.#moveTo(wanted);
    }
    return this.#address + this.#pages * PAGE_BYTES - this.end;
  }

  #moveTo(wantedPages: number): void {
    const from = this.end - this.#repeated;
    if (wantedPages <= this.#pages) {
      this.#kernels.moveBytes(this.#address, from, this.#repeated);
    } else {
      const address = this.#memory.allocate(wantedPages, 'unpacking');
      this.#kernels.moveBytes(address, from, this.#repeated);
      this.close();
      this.#address = address;
      this.#pages = wantedPages;
    }
    this.end = this.#address + this.#repeated;
    this.begin = this.end;
  }

  close(): void {
    if (this.#pages > 0) this.#memory.free(this.#address, this.#pages);
    this.#pages = 0;
  }
}
