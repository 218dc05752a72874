/** The parquet kernels against their twins, on bytes that are well formed, and on any. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRuns } from '../../src/formats/parquet/runs.js';
import {
  COPY_8,
  type ParquetKernels,
  RUNS_BYTES,
  RUNS_WIDTH,
  TIME_TEXT_BYTES,
  U64_TO_I128,
  UUID_TEXT_BYTES,
} from '../../src/kernels/parquet-kernels.js';
import type { Heap } from '../../src/memory/heap.js';
import { type Random, random } from '../support/random.js';
import { testMemory } from '../support/task-memory.js';
import { byTier } from '../support/tier.js';
import { highMemory } from './support/csv-files.js';

const ROUNDS = byTier(400, 10_000);
const PAGES = 4;
const INPUT = 16;
const OUT = 65_536;
const OTHER = 131_072;
const STATE = 250_000;

interface Bench {
  readonly heap: Heap;
  readonly kernels: ParquetKernels;
  readonly base: number;
}

const BENCHES: readonly Bench[] = (['wasm', 'twins'] as const).flatMap((which) =>
  [testMemory(PAGES), highMemory()].map((test) => ({
    heap: test.heap,
    kernels: test.kernels(which).parquet,
    base: test.memory.allocate(PAGES, 'a test'),
  })),
);

/** The answers and all memory are the same, addresses counted from the base. */
function agree(input: Uint8Array, label: string, run: (bench: Bench) => readonly number[]): void {
  const results = BENCHES.map((bench) => {
    const { heap, base } = bench;
    heap.u8.fill(0, base, base + PAGES * 65_536);
    heap.u8.set(input, base + INPUT);
    return { answers: run(bench), bytes: heap.u8.slice(base, base + PAGES * 65_536) };
  });
  for (const { answers, bytes } of results.slice(1)) {
    assert.deepEqual(answers, results[0].answers, label);
    assert.equal(Buffer.compare(bytes, results[0].bytes), 0, `${label}: memory`);
  }
}

/** From the base, of an address that a kernel answers or writes; 0 stays. */
const relative = ({ base }: Bench, address: number): number => (address >>> 0 === 0 ? 0 : (address >>> 0) - base);

/** Views written by a kernel, as addresses from the base. */
function relocate({ heap, base }: Bench, views: number, count: number): void {
  for (let i = 0; i < count; i++) heap.u32[(views >>> 2) + 2 * i] -= base;
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}

/** Runs of numbers of so many bits, sometimes cut off or followed by anything. */
function runs(rng: Random, width: number): Uint8Array {
  const bytes: number[] = [];
  for (let run = rng.between(1, 6); run > 0; run--) {
    if (rng.chance(0.5)) {
      bytes.push(...varint(rng.between(0, 60) << 1));
      const value = rng.int(2 ** width);
      for (let b = 0; b < Math.ceil(width / 8); b++) bytes.push(Math.floor(value / 256 ** b) & 255);
    } else {
      const groups = rng.between(1, 9);
      bytes.push(...varint((groups << 1) | 1));
      for (let b = 0; b < groups * width; b++) bytes.push(rng.int(256));
    }
  }
  if (rng.chance(0.2)) bytes.length = rng.int(bytes.length);
  if (rng.chance(0.1)) bytes.push(...Array.from({ length: 8 }, () => rng.int(256)));
  return Uint8Array.from(bytes);
}

test('runs, taken in pieces of any size', () => {
  for (let round = 0; round < ROUNDS; round++) {
    const rng = random(round);
    const width = rng.between(0, 32);
    const input = runs(rng, width);
    const pieces = Array.from({ length: 8 }, () => rng.between(0, 70));
    for (const levels of [false, true]) {
      if (levels && width > 8) continue;
      agree(input, `round ${round}, width ${width}`, ({ heap, kernels, base }) => {
        const [state, from] = [base + STATE, base + INPUT];
        startRuns(heap, state, from, from + input.length, width);
        let out = base + OUT;
        const taken = pieces.map((count) => {
          const there = levels ? kernels.takeLevels(state, count, out) : kernels.takeRuns(state, count, out);
          out += levels ? there : 4 * there;
          return there;
        });
        const total = taken.reduce((sum, count) => sum + count, 0);
        const ones = levels ? kernels.countLevels(base + OUT, total, 1) : 0;
        // The cursor holds addresses, which differ.
        heap.u8.fill(0, state, state + RUNS_BYTES);
        assert.equal(heap.u32[(state + RUNS_WIDTH) >>> 2], 0);
        return [...taken, ones];
      });
    }
  }
});

test('bits as bytes', () => {
  for (let round = 0; round < ROUNDS / 4; round++) {
    const rng = random(round);
    const input = Uint8Array.from({ length: 40 }, () => rng.int(256));
    const [first, count] = [rng.int(100), rng.int(200)];
    agree(input, `round ${round}`, ({ kernels, base }) => {
      kernels.takeBits(base + INPUT, first, count, base + OUT);
      return [];
    });
  }
});

/** A DELTA_BINARY_PACKED sequence with packed rests of any bits. */
function deltas(rng: Random): { readonly bytes: Uint8Array; readonly count: number } {
  const count = rng.between(0, 300);
  const miniblocks = rng.pick([1, 2, 4]);
  const size = rng.pick([8, 32, 64]);
  const bytes = [...varint(size * miniblocks), ...varint(miniblocks), ...varint(count), ...varint(rng.int(2 ** 31))];
  for (let done = 1; done < count; done += size * miniblocks) {
    bytes.push(...varint(rng.int(1000)));
    const widths = Array.from({ length: miniblocks }, () => rng.pick([0, 1, 3, 8, 13, 31, 32, 57, 61, 64]));
    bytes.push(...widths);
    for (const width of widths) for (let b = 0; b < (size * width) / 8; b++) bytes.push(rng.int(256));
  }
  if (rng.chance(0.2)) bytes.length = rng.int(bytes.length);
  for (let flips = rng.chance(0.2) ? 3 : 0; flips > 0; flips--) bytes[rng.int(bytes.length)] = rng.int(256);
  return { bytes: Uint8Array.from(bytes), count };
}

test('deltas', () => {
  for (let round = 0; round < ROUNDS; round++) {
    const rng = random(round);
    const { bytes, count } = deltas(rng);
    const isWide = rng.int(2);
    agree(bytes, `round ${round}`, (bench) => {
      const { kernels, base } = bench;
      const [from, to] = [base + INPUT, base + INPUT + bytes.length];
      const end = relative(bench, kernels.decodeDelta(from, to, count, isWide, base + OUT));
      const told = kernels.deltaCount(from, to);
      // What was written before something was found wrong means nothing.
      if (end === 0) bench.heap.u8.fill(0, base + OUT, base + OTHER);
      return [told, end];
    });
  }
});

test('texts by lengths, by what they share, and by a length before each', () => {
  for (let round = 0; round < ROUNDS; round++) {
    const rng = random(round);
    const count = rng.between(1, 30);
    const most = rng.pick([3, 20, 200]);
    const lengths = Int32Array.from({ length: 2 * count }, () => (rng.chance(0.01) ? -1 : rng.int(most)));
    lengths[0] = rng.chance(0.9) ? 0 : lengths[0];
    const texts = Uint8Array.from({ length: rng.int(4000) }, () => rng.pick([0, 1, 65, 200]));
    const input = new Uint8Array([...new Uint8Array(lengths.buffer), ...texts]);
    agree(input, `round ${round}`, (bench) => {
      const { kernels, base, heap } = bench;
      const [first, second] = [base + INPUT, base + INPUT + 4 * count];
      const [from, to] = [second + 4 * count, base + INPUT + input.length];
      const isJoined = kernels.joinPrefixes(first, second, count, from, to, base + OTHER, base + OUT);
      if (isJoined) relocate(bench, base + OUT, count);
      else heap.u8.fill(0, base + OUT, base + STATE);
      const views = base + OUT + 8192;
      const areViews = kernels.viewsOfLengths(second, count, from, to, views);
      if (areViews) relocate(bench, views, count);
      else heap.u8.fill(0, views, views + 8192);
      const plain = base + OUT + 16_384;
      const end = relative(bench, kernels.plainViews(from, to, count, plain));
      if (end) relocate(bench, plain, count);
      else heap.u8.fill(0, plain, plain + 8192);
      return [isJoined, areViews, end, kernels.sumOfLengths(first, count), kernels.isAscii(from, to)];
    });
  }
});

test('numbers of every form, and streams of bytes', () => {
  for (let round = 0; round < ROUNDS; round++) {
    const rng = random(round);
    const count = rng.int(20);
    const input = Uint8Array.from({ length: 16 * count }, () => rng.pick([0, 0, 255, 128, 127, rng.int(256)]));
    for (let form = COPY_8; form <= U64_TO_I128; form++) {
      agree(input, `round ${round}, form ${form}`, ({ kernels, base, heap }) => {
        const wrong = kernels.convertNumbers(form, base + INPUT, count, base + OUT);
        if (wrong >= 0) heap.u8.fill(0, base + OUT, base + OTHER);
        // One NaN is as good as another.
        for (let i = 0; i < count; i++)
          if (Number.isNaN(heap.f64[(base + OUT) / 8 + i])) heap.f64[(base + OUT) / 8 + i] = 1;
        return [wrong];
      });
    }
    const width = rng.pick([1, 2, 4, 8, 12, 16]);
    agree(input, `round ${round}, streams`, ({ kernels, base }) => {
      kernels.joinStreams(base + INPUT, count, width, base + OUT);
      return [];
    });
  }
});

test('big-endian numbers of any length, and their limits', () => {
  for (let round = 0; round < ROUNDS; round++) {
    const rng = random(round);
    const count = rng.int(12);
    const width = rng.between(1, 18);
    const limit = 10n ** BigInt(rng.between(18, 38));
    const input = Uint8Array.from({ length: 18 * 12 }, (_, i) =>
      i % width < 6 ? rng.pick([0, 255, 255 * (round % 2)]) : rng.int(256),
    );
    agree(input, `round ${round}, width ${width}`, (bench) => {
      const { kernels, base, heap } = bench;
      const views = base + OTHER;
      kernels.fixedViews(base + INPUT, count, width, views);
      const narrow = kernels.bigEndian64(views, count, base + OUT);
      const outside = narrow < 0 ? kernels.outside64(base + OUT, count, 10n ** 17n) : 0;
      if (narrow >= 0) heap.u8.fill(0, base + OUT, base + OTHER);
      const wide = kernels.bigEndian128(views, count, base + OUT + 4096);
      const beyond =
        wide < 0 ? kernels.outside128(base + OUT + 4096, count, BigInt.asIntN(64, limit), limit >> 64n) : 0;
      if (wide >= 0) heap.u8.fill(0, base + OUT + 4096, base + OTHER);
      relocate(bench, views, count);
      return [narrow, outside, wide, beyond];
    });
  }
});

test('dictionaries, and values spread over rows', () => {
  for (let round = 0; round < ROUNDS; round++) {
    const rng = random(round);
    const rows = rng.int(60);
    const size = rng.between(1, 20);
    const width = rng.pick([4, 8, 16]);
    const validity = Uint8Array.from({ length: 60 }, () => Number(rng.chance(0.7)));
    const dense = validity.subarray(0, rows).reduce((sum, bit) => sum + bit, 0);
    const places = Uint32Array.from({ length: 60 }, () => rng.int(size + Number(rng.chance(0.002))));
    const values = Uint8Array.from({ length: 16 * 21 }, () => rng.int(256));
    const input = new Uint8Array([...validity, 0, 0, 0, 0, ...new Uint8Array(places.buffer), ...values]);
    agree(input, `round ${round}`, ({ kernels, base, heap }) => {
      const [valid, at, dictionary] = [base + INPUT, base + INPUT + 64, base + INPUT + 64 + 240];
      const found = kernels.gather(at, dense, width, dictionary, size, base + OUT);
      if (!found) heap.u8.fill(0, base + OUT, base + OTHER);
      kernels.spread(base + OUT, rows, dense, width, valid);
      heap.u8.copyWithin(base + OTHER, dictionary, dictionary + rows);
      kernels.spread(base + OTHER, rows, dense, 1, valid);
      return [found];
    });
  }
});

test('texts that are made, and texts that are none', () => {
  for (let round = 0; round < ROUNDS; round++) {
    const rng = random(round);
    const count = rng.between(1, 6);
    const perSecond = rng.pick([1000, 1_000_000, 1_000_000_000]);
    const times = BigInt64Array.from(
      { length: count },
      () => BigInt(rng.int(86_400)) * BigInt(perSecond) + (rng.chance(0.5) ? BigInt(rng.int(perSecond)) : 0n),
    );
    if (rng.chance(0.1))
      times[rng.int(count)] = rng.pick([-1n, 86_400n * BigInt(perSecond), 86_401n * BigInt(perSecond)]);
    const texts = Buffer.from(rng.pick(['plain', 'Å', '日本🙂', '\u0000']).repeat(rng.between(1, 9)));
    const cut = texts.subarray(rng.int(2), texts.length - rng.int(2));
    const input = new Uint8Array([...new Uint8Array(times.buffer), ...cut]);
    agree(input, `round ${round}`, (bench) => {
      const { kernels, base, heap } = bench;
      const made = kernels.timeTexts(base + INPUT, count, 1, perSecond, base + OTHER, base + OUT);
      if (made < 0) relocate(bench, base + OUT, count);
      else heap.u8.fill(0, base + OUT, base + STATE);
      const views = base + OUT + 4096;
      kernels.fixedViews(base + INPUT, 1, 16, views);
      kernels.uuidTexts(views, 1, base + OTHER + 10 * TIME_TEXT_BYTES, base + OUT + 5000);
      relocate(bench, base + OUT + 5000, 1);
      kernels.fixedViews(base + INPUT + 8 * count, 1, cut.length, views);
      const invalid = kernels.firstInvalidText(views, 1);
      relocate(bench, views, 1);
      return [made, invalid, UUID_TEXT_BYTES];
    });
  }
});
