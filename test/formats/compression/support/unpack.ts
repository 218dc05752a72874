/** Reads a compressed file through a byte stream. */
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LeatError } from '../../../../src/errors.js';
import { ByteStream } from '../../../../src/formats/compression/byte-stream.js';
import { compressionOf } from '../../../../src/formats/compression/detect.js';
import { PAGE_BYTES } from '../../../../src/memory/heap.js';
import { type Random, random } from '../../../support/random.js';
import { testMemory } from '../../../support/task-memory.js';

const READ_PAGES = 4;

export interface Unpacked {
  readonly data: Uint8Array;
  readonly peakPages: number;
}

const test = testMemory(1024);
const place = { memory: test.memory, kernels: test.kernels().codec };

/** `keeps`: the data; without it only its length is right. Throws what the stream throws; memory is given back anyway. */
export function unpack(packed: Uint8Array, rng: Random = random(3), keeps = true): Unpacked {
  const folder = mkdtempSync(join(tmpdir(), 'leat-unpack-'));
  const path = join(folder, 'packed');
  writeFileSync(path, packed);
  const compression = compressionOf(packed);
  assert.ok(compression !== undefined, 'the first bytes say how it is compressed');
  const descriptor = openSync(path, 'r');
  const before = test.pagesInUse();
  const target = test.memory.allocate(READ_PAGES, 'a test');
  const stream = new ByteStream(path, descriptor, compression, place);
  const pieces: Uint8Array[] = [];
  let total = 0;
  let peakPages = 0;
  try {
    for (;;) {
      const wanted = rng.chance(0.5) ? READ_PAGES * PAGE_BYTES : 1 + rng.int(3000);
      const bytes = stream.read(target, wanted);
      peakPages = Math.max(peakPages, test.pagesInUse() - before);
      if (bytes === 0) break;
      total += bytes;
      if (keeps) pieces.push(test.heap.u8.slice(target, target + bytes));
    }
    assert.equal(stream.read(target, 10), 0, 'nothing follows the end');
  } finally {
    stream.close();
    closeSync(descriptor);
    test.memory.free(target, READ_PAGES);
    rmSync(folder, { recursive: true });
    assert.equal(test.pagesInUse(), before, 'pages were not given back');
  }
  return { data: keeps ? new Uint8Array(Buffer.concat(pieces)) : new Uint8Array(total), peakPages };
}

/** The data, or the code of the error. */
export function outcome(packed: Uint8Array): Uint8Array | string {
  try {
    return unpack(packed).data;
  } catch (error) {
    if (error instanceof LeatError) return error.code;
    throw error;
  }
}
