/** Snappy's framing format, written out of what its description says; no program that writes it is common. */
import { testMemory } from '../../../support/task-memory.js';

const test = testMemory(8);
const source = test.memory.allocate(1, 'a test');
const target = test.memory.allocate(3, 'a test');
const table = test.memory.allocate(1, 'a test');
const kernels = test.kernels().codec;

/** Chunks of up to 40 kB, every third one stored as it is. */
export function snappyFrames(data: Uint8Array): Uint8Array {
  const chunks: Uint8Array[] = [chunk(0xff, Buffer.from('sNaPpY'))];
  for (let at = 0; at < data.length; at += 40_000) {
    const piece = data.subarray(at, at + 40_000);
    const check = Buffer.alloc(4);
    const crc = crc32c(piece);
    check.writeUInt32LE((((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0);
    const isStored = chunks.length % 3 === 0;
    chunks.push(chunk(isStored ? 1 : 0, Buffer.concat([check, isStored ? piece : pack(piece)])));
    if (chunks.length % 4 === 0) chunks.push(chunk(0xfe, Buffer.alloc(17)));
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function chunk(kind: number, content: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4);
  header.writeUInt32LE(kind + content.length * 256);
  return Buffer.concat([header, content]);
}

function pack(piece: Uint8Array): Uint8Array {
  test.heap.u8.set(piece, source);
  const bytes = kernels.encodeSnappy(source, piece.length, target, table);
  return test.heap.u8.slice(target, target + bytes);
}

function crc32c(data: Uint8Array): number {
  let crc = -1;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}
