/** Byte streams against the programs that write such files; cut, bent and blown up ones too. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constants, gzipSync } from 'node:zlib';
import { compressionOf } from '../../../src/formats/compression/detect.js';
import { byTier } from '../../support/tier.js';
import { pipe } from './support/programs.js';
import { samples } from './support/samples.js';
import { snappyFrames } from './support/snappy-frames.js';
import { outcome, unpack } from './support/unpack.js';

type Pack = (data: Uint8Array) => Uint8Array | undefined;

const zlib =
  (options: object): Pack =>
  (data) =>
    new Uint8Array(gzipSync(data, options));
const program = (line: string): Pack => {
  const [command, ...args] = line.split(' ');
  return (data) => pipe(data, command, ...args);
};

/** Ways to compress, by the format that they write. */
const PACKERS: Readonly<Record<string, readonly Pack[]>> = {
  gzip: [
    ...[0, 1, 6, 9].map((level) => zlib({ level })),
    zlib({ strategy: constants.Z_FIXED }),
    zlib({ strategy: constants.Z_HUFFMAN_ONLY }),
    zlib({ strategy: constants.Z_RLE, windowBits: 9 }),
    program('gzip -c'),
  ],
  zstd: ['-1', '-3', '-19', '--ultra -22 --long=27', '--no-check', '-3 --format=zstd -T2 -B128000'].map((options) =>
    program(`zstd -qc ${options}`),
  ),
  bzip2: ['-1', '-9'].map((level) => program(`bzip2 -c ${level}`)),
  lz4: ['-B4', '-B7', '-B4 -BD', '-B5 -BX', '-9 -BD -BX', '--no-frame-crc'].map((options) =>
    program(`lz4 -qc ${options}`),
  ),
  snappy: [snappyFrames],
};

for (const [format, packers] of Object.entries(PACKERS)) {
  test(`${format}: what every way writes is read`, () => {
    for (const { name, data } of samples()) {
      for (const [i, pack] of packers.slice(0, byTier(2, packers.length)).entries()) {
        const packed = pack(data);
        if (packed === undefined) continue;
        assert.equal(compressionOf(packed), format, `${format} ${i} of ${name}`);
        assert.deepEqual(unpack(packed).data, data, `${format} ${i} of ${name}`);
      }
    }
  });

  test(`${format}: files that were put together are read as one`, () => {
    const pieces = samples().filter(({ data }) => data.length < 3000);
    const some = packers.slice(0, byTier(2, packers.length));
    const packed = pieces.flatMap(({ data }) => some.flatMap((pack) => pack(data) ?? []));
    const all = pieces.flatMap(({ data }) => some.flatMap((pack) => (pack(data) === undefined ? [] : [data])));
    if (packed.length === 0) return;
    assert.deepEqual(unpack(Buffer.concat(packed)).data, new Uint8Array(Buffer.concat(all)));
  });

  test(`${format}: cut off anywhere it is an error`, () => {
    for (const { name, data } of samples().filter((sample) => sample.data.length < 1500)) {
      const packed = packers[0](data);
      if (packed === undefined) return;
      for (let bytes = 14; bytes < packed.length; bytes += byTier(5, 1)) {
        const found = outcome(packed.subarray(0, bytes));
        // Snappy has no end of its own: cut between two chunks it is whole.
        if (format === 'snappy' && typeof found !== 'string') continue;
        assert.equal(found, 'FORMAT_COMPRESSION', `${format} of ${name} cut to ${bytes} of ${packed.length}`);
      }
    }
  });

  test(`${format}: with any bit flipped it is an error or the same`, () => {
    const { data } = samples().find(({ name }) => name === 'a short repeat')!;
    const { data: more } = samples().find(({ name }) => name === 'few rows')!;
    for (const content of [data, more]) {
      const packed = packers[0](content);
      if (packed === undefined) return;
      const step = byTier(5, 1) * (content === data ? 1 : 7);
      for (let bit = 14 * 8; bit < packed.length * 8; bit += step) {
        const bent = packed.slice();
        bent[bit >> 3] ^= 1 << (bit & 7);
        const found = outcome(bent);
        if (typeof found !== 'string') assert.deepEqual(found, content, `${format}, bit ${bit}`);
        else assert.equal(found, 'FORMAT_COMPRESSION', `${format}, bit ${bit}`);
      }
    }
  });

  test(`${format}: what follows the end is an error`, () => {
    const packed = packers[0](samples()[3].data);
    if (packed === undefined) return;
    assert.equal(outcome(new Uint8Array(Buffer.concat([packed, Buffer.from('rest')]))), 'FORMAT_COMPRESSION');
  });

  test(`${format}: a bomb takes no more memory than other files`, () => {
    const bytes = byTier(12, 48) << 20;
    const packed = packers[0](new Uint8Array(bytes));
    if (packed === undefined) return;
    const { data, peakPages } = unpack(packed, undefined, false);
    assert.equal(data.length, bytes);
    assert.ok(peakPages < 160, `${peakPages} pages`);
  });
}

test('gzip: headers with all fields, and zeros behind the end', () => {
  const { data } = samples()[4];
  const packed = gzipSync(data);
  const extra = [3, 0, 1, 2, 3];
  const header = [0x1f, 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 255, ...extra, 65, 0, 66, 67, 0, 9, 9];
  const whole = Buffer.concat([Buffer.from(header), packed.subarray(10), Buffer.alloc(700)]);
  assert.deepEqual(unpack(whole).data, data);
});

test('zstd: skippable frames are skipped, wherever they are', () => {
  const { data } = samples()[4];
  const packed = pipe(data, 'zstd', '-qc');
  if (packed === undefined) return;
  const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5]);
  assert.deepEqual(unpack(Buffer.concat([skippable, packed, skippable])).data, data);
});

test('text is not taken for something compressed', () => {
  for (const text of ['', 'BZh1,b\n1,2\n', 'a,b\n', 'PK', '\x1f'])
    assert.equal(compressionOf(Buffer.from(text)), undefined);
});
