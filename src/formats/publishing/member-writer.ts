/**
 * Output that is compressed on its way into the staged file. It is cut after every so many bytes counted from the start of
 * the whole output, wherever splits begin and end, so the bytes are the same for every number of slots; each part becomes a
 * member (gzip) or frame (zstd) of its own.
 *
 *     splits    |  0  |    1    |     2     |
 *     members   |    .    |    .    |    .  ...
 *
 * What a split leaves of a part is carried over in memory that all slots share, in two places by turns: a split that is
 * written anew finds what its predecessor left.
 */
import { PAGE_BYTES } from '../../memory/heap.js';
import { BlockCodecs, compressedBound } from '../compression/block-codecs.js';
import type { StreamPlace } from '../compression/stream-memory.js';

/** The ways that output can be compressed. */
export const PACKINGS = ['gzip', 'zstd'] as const;
export type Packing = (typeof PACKINGS)[number];

/** Plain bytes of a member. */
const MEMBER_BYTES = 4 * PAGE_BYTES;
const PACKED_PAGES = Math.ceil(compressedBound(MEMBER_BYTES) / PAGE_BYTES);

/** Managed memory beside that of the codec. */
export const MEMBER_WRITER_BYTES = MEMBER_BYTES + PACKED_PAGES * PAGE_BYTES + BlockCodecs.workBytes;

/** Plain data. */
export interface Packed {
  readonly packing: Packing;
  /** `CARRY_BYTES`; zeroed, nothing is carried. */
  readonly carried: SharedArrayBuffer;
}

/** Two places: how many bytes, and the bytes. */
const PLACE_BYTES = 8 + MEMBER_BYTES;
export const CARRY_BYTES = 2 * PLACE_BYTES;

export class MemberWriter {
  readonly #packing: Packing;
  readonly #carried: SharedArrayBuffer;
  readonly #place: StreamPlace;
  readonly #write: (address: number, bytes: number) => void;
  readonly #codecs: BlockCodecs;
  /** The part at work; 0: no memory was taken yet. */
  #part = 0;
  #packed = 0;
  #filled = 0;

  /** `write` appends to the file. */
  constructor({ packing, carried }: Packed, place: StreamPlace, write: (address: number, bytes: number) => void) {
    this.#packing = packing;
    this.#carried = carried;
    this.#place = place;
    this.#write = write;
    this.#codecs = new BlockCodecs(place.memory, place.kernels);
  }

  /** Plain bytes that are not yet written. */
  get filled(): number {
    return this.#filled;
  }

  /** Goes on where the split before left off. */
  beginSplit(split: number): void {
    const { memory } = this.#place;
    if (this.#part === 0) {
      this.#part = memory.allocate(MEMBER_BYTES / PAGE_BYTES, 'compressing');
      this.#packed = memory.allocate(PACKED_PAGES, 'compressing');
    }
    const { length, bytes } = this.#carryOf(split);
    this.#filled = length[0];
    memory.heap.u8.set(bytes.subarray(0, this.#filled), this.#part);
  }

  put(address: number, bytes: number): void {
    for (let done = 0; done < bytes; ) {
      const more = Math.min(bytes - done, MEMBER_BYTES - this.#filled);
      this.#place.kernels.moveBytes(this.#part + this.#filled, address + done, more);
      this.#filled += more;
      done += more;
      if (this.#filled === MEMBER_BYTES) this.writeMember();
    }
  }

  endSplit(split: number): void {
    const { length, bytes } = this.#carryOf(split + 1);
    bytes.set(this.#place.memory.heap.u8.subarray(this.#part, this.#part + this.#filled));
    length[0] = this.#filled;
  }

  /** Writes what there is as a member, also when that is nothing. */
  writeMember(): void {
    const bytes = this.#codecs.compress(this.#packing, this.#part, this.#filled, this.#packed);
    this.#filled = 0;
    this.#write(this.#packed, bytes);
  }

  close(): void {
    const { memory } = this.#place;
    this.#codecs.close();
    if (this.#part === 0) return;
    memory.free(this.#part, MEMBER_BYTES / PAGE_BYTES);
    memory.free(this.#packed, PACKED_PAGES);
    this.#part = 0;
  }

  #carryOf(split: number): { length: Float64Array; bytes: Uint8Array } {
    const start = (split & 1) * PLACE_BYTES;
    return {
      length: new Float64Array(this.#carried, start, 1),
      bytes: new Uint8Array(this.#carried, start + 8, MEMBER_BYTES),
    };
  }
}
