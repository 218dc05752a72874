/** Block codecs: what one way writes another reads, and what is not well formed is refused, wherever it is cut or flipped. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, gunzipSync } from 'node:zlib';
import { type BlockCodec, BlockCodecs, compressedBound } from '../../../src/formats/compression/block-codecs.js';
import { PAGE_BYTES } from '../../../src/memory/heap.js';
import { random } from '../../support/random.js';
import { type TestMemory, testMemory } from '../../support/task-memory.js';
import { byTier } from '../../support/tier.js';
import { highMemory } from '../support/csv-files.js';
import { pipe } from './support/programs.js';
import { samples } from './support/samples.js';

interface Bench {
  readonly test: TestMemory;
  readonly codecs: BlockCodecs;
  readonly source: number;
  readonly target: number;
}

const ROOM_PAGES = 8;

function bench(test: TestMemory, which: 'wasm' | 'twins'): Bench {
  const source = test.memory.allocate(ROOM_PAGES, 'a test');
  const target = test.memory.allocate(ROOM_PAGES, 'a test');
  return { test, codecs: new BlockCodecs(test.memory, test.kernels(which).codec), source, target };
}

const BENCHES = [
  bench(testMemory(2 * ROOM_PAGES + 16), 'wasm'),
  bench(testMemory(2 * ROOM_PAGES + 16), 'twins'),
  bench(highMemory(), 'wasm'),
];
const [KERNELS] = BENCHES;

function compress({ test, codecs, source, target }: Bench, codec: Exclude<BlockCodec, 'brotli'>, data: Uint8Array) {
  const { u8 } = test.heap;
  assert.ok(compressedBound(data.length) <= ROOM_PAGES * PAGE_BYTES);
  u8.set(data, source);
  const bytes = codecs.compress(codec, source, data.length, target);
  assert.ok(bytes <= compressedBound(data.length), `${codec}: ${bytes} for ${data.length}`);
  return u8.slice(target, target + bytes);
}

/** What comes out; -1: refused. The bytes behind the room must be left alone. */
function decompress({ test, codecs, source, target }: Bench, codec: BlockCodec, data: Uint8Array, capacity: number) {
  const { u8 } = test.heap;
  // At the end of their room: what is read beyond would be read from what follows.
  u8.set(data, source);
  u8.fill(0xa5, source + data.length, source + data.length + 64);
  u8.fill(0x5a, target + capacity, target + capacity + 64);
  const bytes = codecs.decompress(codec, source, data.length, target, capacity);
  assert.ok(
    u8.subarray(target + capacity, target + capacity + 64).every((byte) => byte === 0x5a),
    `${codec} wrote beyond its room`,
  );
  return bytes < 0 ? -1 : u8.slice(target, target + bytes);
}

for (const codec of ['snappy', 'lz4', 'gzip', 'zstd'] as const) {
  test(`${codec}: every way reads what every way writes`, () => {
    for (const { name, data } of samples()) {
      for (const writer of BENCHES) {
        const packed = compress(writer, codec, data);
        for (const reader of BENCHES) {
          assert.deepEqual(decompress(reader, codec, packed, data.length), data, `${codec} of ${name}`);
          if (data.length === 0) continue;
          assert.equal(decompress(reader, codec, packed, data.length - 1), -1, `${codec} of ${name}, too little room`);
        }
      }
    }
  });

  test(`${codec}: cut off anywhere it is refused, or shorter`, () => {
    for (const { name, data } of samples().filter((sample) => sample.data.length < 3000)) {
      const packed = compress(KERNELS, codec, data);
      for (let bytes = 0; bytes < packed.length; bytes += byTier(3, 1)) {
        const outputs = BENCHES.map((reader) => decompress(reader, codec, packed.subarray(0, bytes), data.length));
        for (const output of outputs) {
          assert.deepEqual(output, outputs[0], `${codec} of ${name} cut to ${bytes} bytes`);
          // A raw LZ4 block may end behind any literals: there only its length tells.
          assert.ok(output === -1 || (codec === 'lz4' && output.length < data.length) || data.length === 0);
        }
      }
    }
  });

  test(`${codec}: with flipped bits kernels and twins say the same`, () => {
    const rng = random(7);
    for (const { name, data } of samples().filter((sample) => sample.data.length < 3000)) {
      const packed = compress(KERNELS, codec, data);
      if (packed.length === 0) continue;
      for (let round = 0; round < byTier(40, 200); round++) {
        const bent = packed.slice();
        bent[rng.int(bent.length)] ^= 1 << rng.int(8);
        const [first, ...others] = BENCHES.map((reader) => decompress(reader, codec, bent, data.length));
        for (const other of others) assert.deepEqual(other, first, `${codec} of ${name}, round ${round}`);
      }
    }
  });
}

test('kernels make text smaller', () => {
  const { data } = samples().find(({ name }) => name === 'rows')!;
  for (const codec of ['snappy', 'lz4', 'zstd'] as const) {
    assert.ok(compress(KERNELS, codec, data).length < data.length / 2, codec);
  }
});

test('gzip is what zlib reads, brotli what zlib writes', () => {
  for (const { name, data } of samples()) {
    assert.deepEqual(new Uint8Array(gunzipSync(compress(KERNELS, 'gzip', data))), data, name);
    const packed = brotliCompressSync(data);
    assert.deepEqual(decompress(KERNELS, 'brotli', packed, data.length), data, name);
    assert.equal(decompress(KERNELS, 'brotli', packed.subarray(0, packed.length - 1), data.length), -1, name);
  }
});

const LEVELS = ['-3', '--fast=5', '-1', '-9', '-19', '--ultra -22', '--no-check -3', '-12 --stream-size=0'];

test('zstd: what the program writes at every level is read, and refused when cut', (context) => {
  for (const { name, data } of samples()) {
    for (const level of LEVELS.slice(0, byTier(2, LEVELS.length))) {
      const packed = pipe(data, 'zstd', '-q', ...level.split(' '));
      if (packed === undefined) return context.skip('zstd is not installed');
      assert.deepEqual(decompress(KERNELS, 'zstd', packed, data.length), data, `${name} ${level}`);
      if (data.length > 0) assert.equal(decompress(KERNELS, 'zstd', packed, data.length - 1), -1, `${name} ${level}`);
      if (data.length > 3000) continue;
      for (let bytes = 1; bytes < packed.length; bytes += byTier(7, 1)) {
        assert.equal(
          decompress(KERNELS, 'zstd', packed.subarray(0, bytes), data.length),
          -1,
          `${name} cut to ${bytes}`,
        );
      }
    }
  }
});

test('zstd: the program reads what the kernel writes', (context) => {
  for (const { name, data } of samples()) {
    const output = pipe(compress(KERNELS, 'zstd', data), 'zstd', '-dqc');
    if (output === undefined) return context.skip('zstd is not installed');
    assert.deepEqual(output, data, name);
  }
});

test('work memory is given back', () => {
  const { test: memory, codecs } = bench(testMemory(2 * ROOM_PAGES + 16), 'wasm');
  const before = memory.pagesInUse();
  codecs.compress('snappy', PAGE_BYTES, 1000, 4 * PAGE_BYTES);
  assert.ok(memory.pagesInUse() > before);
  codecs.close();
  assert.equal(memory.pagesInUse(), before);
});
