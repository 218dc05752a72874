/** Pages of each codec, to exactly as many bytes as their header says. */
import type { Heap } from '../../memory/heap.js';
import type { BlockCodec, BlockCodecs } from '../compression/block-codecs.js';
import { damaged, ParquetFault } from './fault.js';
import { CODEC } from './metadata.js';

const BLOCK_CODECS: ReadonlyMap<number, BlockCodec> = new Map([
  [CODEC.SNAPPY, 'snappy'],
  [CODEC.GZIP, 'gzip'],
  [CODEC.ZSTD, 'zstd'],
  [CODEC.BROTLI, 'brotli'],
  [CODEC.LZ4_RAW, 'lz4'],
]);

const FRAME_HEAD_BYTES = 8;

/** Throws ParquetFault unless `bytes` bytes at `source` are `size` bytes decompressed. */
export function decompressPage(
  codecs: BlockCodecs,
  heap: Heap,
  codec: number,
  source: number,
  bytes: number,
  target: number,
  size: number,
): void {
  const block = BLOCK_CODECS.get(codec);
  if (block !== undefined) {
    if (codecs.decompress(block, source, bytes, target, size) !== size)
      damaged(`a page that is not ${size} bytes of ${block}`);
  } else if (codec === CODEC.LZ4) {
    if (!isHadoopLz4(codecs, heap, source, bytes, target, size)) damaged(`a page that is not ${size} bytes of lz4`);
  } else {
    const name =
      Object.entries(CODEC)
        .find(([, code]) => code === codec)?.[0]
        .toLowerCase() ?? `the unknown codec ${codec}`;
    throw new ParquetFault(
      `its pages are compressed with ${name}, which leat does not read`,
      'FORMAT_PARQUET_UNSUPPORTED',
      'write the file anew with snappy or zstd',
    );
  }
}

/** Frames of Hadoop's: big-endian sizes decompressed and compressed, then a block. Some writers left them out. */
function isHadoopLz4(
  codecs: BlockCodecs,
  { u8 }: Heap,
  source: number,
  bytes: number,
  target: number,
  size: number,
): boolean {
  const word = (at: number): number => ((u8[at] << 24) | (u8[at + 1] << 16) | (u8[at + 2] << 8) | u8[at + 3]) >>> 0;
  const end = source + bytes;
  let [from, to] = [source, target];
  while (end - from >= FRAME_HEAD_BYTES) {
    const [plain, packed] = [word(from), word(from + 4)];
    from += FRAME_HEAD_BYTES;
    if (packed > end - from || plain > target + size - to) break;
    if (codecs.decompress('lz4', from, packed, to, plain) !== plain) break;
    from += packed;
    to += plain;
  }
  if (from === end && to === target + size) return true;
  return codecs.decompress('lz4', source, bytes, target, size) === size;
}
