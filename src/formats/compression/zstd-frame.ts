/** Writes Zstandard frames: each says what it holds and ends in a checksum, so that several make a file. */
import { type CodecKernels, HASH_STATE_BYTES, ZSTD_BLOCK_BYTES, ZSTD_PACK_BYTES } from '../../kernels/codec-kernels.js';
import type { Heap } from '../../memory/heap.js';
import { ZSTD_MAGIC } from './zstd-decoder.js';

export const ZSTD_ENCODER_BYTES = ZSTD_PACK_BYTES + HASH_STATE_BYTES;

/** Every decoder has room for it. */
const WINDOW_LOG = 23;
const WINDOW_BYTES = 1 << WINDOW_LOG;
const CHECKED = 4;
const SINGLE_SEGMENT = 0x20;
const RAW = 0;
const COMPRESSED = 2;

/** Writes one frame of `bytes` bytes; `work` is ZSTD_ENCODER_BYTES. Returns its length. */
export function writeZstdFrame(
  { u8 }: Heap,
  kernels: CodecKernels,
  work: number,
  source: number,
  bytes: number,
  target: number,
): number {
  const hash = work + ZSTD_PACK_BYTES;
  let to = target;
  const put = (value: number, width: number): void => {
    for (let i = 0; i < width; i++) u8[to++] = Math.floor(value / 2 ** (8 * i)) & 255;
  };
  put(ZSTD_MAGIC, 4);
  if (bytes <= WINDOW_BYTES) {
    const width = bytes < 256 ? 1 : bytes < 65536 + 256 ? 2 : 4;
    put(SINGLE_SEGMENT | CHECKED | ((width >> 1) << 6), 1);
    put(width === 2 ? bytes - 256 : bytes, width);
  } else {
    put(CHECKED | (2 << 6), 1);
    put((WINDOW_LOG - 10) << 3, 1);
    put(bytes, 4);
  }
  kernels.beginZstdFrame(work);
  kernels.beginHash64(hash);
  kernels.addHash64(hash, source, bytes);
  let done = 0;
  do {
    const size = Math.min(ZSTD_BLOCK_BYTES, bytes - done);
    const isLast = done + size === bytes ? 1 : 0;
    const packed = size === 0 ? 0 : kernels.encodeZstd(work, source, source + done, size, WINDOW_BYTES, to + 3);
    if (packed > 0) {
      put(isLast | (COMPRESSED << 1) | (packed << 3), 3);
      to += packed;
    } else {
      put(isLast | (RAW << 1) | (size << 3), 3);
      kernels.moveBytes(to, source + done, size);
      to += size;
    }
    done += size;
  } while (done < bytes);
  put(kernels.endHash64(hash) >>> 0, 4);
  return to - target;
}
