/**
 * Pages of a column chunk: header and body, the body compressed.
 *
 *     data page, version 1   u32 bytes of levels | definition levels | values
 *     dictionary page        plain values
 */

import type { ParquetKernels } from '../../kernels/parquet-kernels.js';
import type { Heap } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import { type BlockCodecs, compressedBound } from '../compression/block-codecs.js';
import type { WriteCodec } from './codecs.js';
import { ENCODING, PAGE_HEADER, PAGE_TYPE, type PageHeader, writeStruct } from './metadata.js';
import { PageRun } from './page-run.js';

/** Takes bytes of managed memory, which may be reused afterwards. */
export type ByteSink = (address: number, bytes: number) => void;

/** Bytes of the pages of a chunk, headers included. */
export interface ChunkSizes {
  compressed: number;
  uncompressed: number;
}

/** Levels of so many rows fit into LEVEL_ROOM. */
export const PAGE_ROWS = 20_480;
/** Before the values of a page: the length and, at worst, a header for each byte of levels. */
export const LEVEL_ROOM = 8192;
const HEADER_ROOM = 256;

export class PageWriter {
  readonly #heap: Heap;
  readonly #kernels: ParquetKernels;
  readonly #codecs: BlockCodecs;
  readonly #codec: WriteCodec;
  readonly #sink: ByteSink;
  /** A header, and what the body is compressed to. */
  readonly #packed: PageRun;

  constructor(
    memory: TaskMemory,
    kernels: ParquetKernels,
    codecs: BlockCodecs,
    codec: WriteCodec,
    usualBytes: number,
    sink: ByteSink,
  ) {
    this.#heap = memory.heap;
    this.#kernels = kernels;
    this.#codecs = codecs;
    this.#codec = codec;
    this.#sink = sink;
    this.#packed = new PageRun(memory, 'writing Parquet', packedBytes(usualBytes));
  }

  /** Bytes that are written: the page with its header. */
  dictionary(values: number, bytes: number, entries: number, sizes: ChunkSizes): number {
    const header = {
      type: PAGE_TYPE.DICTIONARY_PAGE,
      dictionaryPageHeader: { numValues: entries, encoding: ENCODING.PLAIN },
    };
    return this.#write(header, values, bytes, sizes);
  }

  /** `values` has LEVEL_ROOM bytes before it. `validity` 0: all rows have values. Answers the page with its header. */
  data(
    page: { values: number; bytes: number; rows: number; validity: number; encoding: number },
    sizes: ChunkSizes,
  ): number {
    const { values, bytes, rows, validity, encoding } = page;
    const levels = this.#levels(values, validity, rows);
    const header = {
      type: PAGE_TYPE.DATA_PAGE,
      dataPageHeader: {
        numValues: rows,
        encoding,
        definitionLevelEncoding: ENCODING.RLE,
        repetitionLevelEncoding: ENCODING.RLE,
      },
    };
    return this.#write(header, values - levels, levels + bytes, sizes);
  }

  /** Back to the usual size. */
  reset(): void {
    this.#packed.reset();
  }

  close(): void {
    this.#packed.close();
  }

  /** Puts length and levels right before the values; their bytes. */
  #levels(values: number, validity: number, rows: number): number {
    const { u8 } = this.#heap;
    const room = values - LEVEL_ROOM + 4;
    const bytes = validity === 0 ? this.#allValid(room, rows) : this.#kernels.packLevels(validity, rows, room);
    u8.copyWithin(values - bytes, room, room + bytes);
    for (let byte = 0; byte < 4; byte++) u8[values - bytes - 4 + byte] = (bytes >>> (8 * byte)) & 0xff;
    return bytes + 4;
  }

  #allValid(at: number, rows: number): number {
    const { u8 } = this.#heap;
    let bytes = 0;
    let count = rows * 2;
    for (; count >= 128; count >>>= 7) u8[at + bytes++] = (count & 0x7f) | 0x80;
    u8[at + bytes++] = count;
    u8[at + bytes++] = 1;
    return bytes;
  }

  #write(
    header: Omit<PageHeader, 'uncompressedPageSize' | 'compressedPageSize'>,
    body: number,
    bytes: number,
    sizes: ChunkSizes,
  ): number {
    this.#packed.reserve(packedBytes(bytes));
    const packed = this.#packed.address + HEADER_ROOM;
    const isPlain = this.#codec === 'none';
    const packedSize = this.#codec === 'none' ? bytes : this.#codecs.compress(this.#codec, body, bytes, packed);
    const head = writeStruct(PAGE_HEADER, { ...header, uncompressedPageSize: bytes, compressedPageSize: packedSize });
    const at = packed - head.length;
    this.#heap.u8.set(head, at);
    if (isPlain) {
      this.#sink(at, head.length);
      this.#sink(body, bytes);
    } else this.#sink(at, head.length + packedSize);
    sizes.uncompressed += head.length + bytes;
    sizes.compressed += head.length + packedSize;
    return head.length + packedSize;
  }
}

export function packedBytes(bytes: number): number {
  return HEADER_ROOM + compressedBound(bytes);
}
