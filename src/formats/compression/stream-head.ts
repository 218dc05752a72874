/** The first decompressed bytes of a file, for those who look before a run. */
import { PAGE_BYTES } from '../../memory/heap.js';
import { ByteStream } from './byte-stream.js';
import type { Compression } from './detect.js';
import { ownPlace } from './own-place.js';

/** At most `bytes` bytes; `isWhole` when they are all. */
export function streamHead(
  path: string,
  descriptor: number,
  compression: Compression,
  bytes: number,
): { data: Buffer; isWhole: boolean } {
  const { memory } = ownPlace();
  const buffer = memory.allocate(1, 'looking at a file');
  const stream = new ByteStream(path, descriptor, compression, ownPlace());
  const pieces: Buffer[] = [];
  try {
    // One byte more tells whether there are more.
    for (let left = bytes + 1; left > 0; ) {
      const more = stream.read(buffer, Math.min(left, PAGE_BYTES));
      if (more === 0) break;
      pieces.push(Buffer.from(memory.heap.u8.slice(buffer, buffer + more)));
      left -= more;
    }
  } finally {
    stream.close();
    memory.free(buffer, 1);
  }
  const data = Buffer.concat(pieces);
  return { data: data.subarray(0, bytes), isWhole: data.length <= bytes };
}
