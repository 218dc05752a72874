/** Kernels and twins, each with memory of its own: the same is asked of both. */
import assert from 'node:assert/strict';
import type { CsvKernels } from '../../../src/kernels/csv-kernels.js';
import type { JsonlKernels } from '../../../src/kernels/jsonl-kernels.js';
import type { Random } from '../../support/random.js';
import { type TestMemory, testMemory } from '../../support/task-memory.js';
import { highMemory } from './csv-files.js';

const PAGES = 8;

/** The same bytes for kernel and twin, each in its own memory at the same address. */
export interface Bench {
  readonly test: TestMemory;
  readonly kernels: CsvKernels;
  readonly jsonl: JsonlKernels;
  readonly base: number;
}

const BENCHES: readonly Bench[] = (['wasm', 'twins'] as const).flatMap((which) =>
  [testMemory(PAGES + 1), highMemory()].map((memory) => ({
    test: memory,
    kernels: memory.kernels(which).csv,
    jsonl: memory.kernels(which).jsonl,
    base: memory.memory.allocate(PAGES, 'a test'),
  })),
);

export function agree<T>(run: (bench: Bench) => T, label: string): T {
  const [first, ...others] = BENCHES.map(run);
  for (const other of others) assert.deepEqual(other, first, label);
  return first;
}

/** Any double, NaN and infinities too. */
export function randomDouble(rng: Random): number {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setUint32(0, rng.int(4294967296));
  bits.setUint32(4, rng.int(4294967296));
  return bits.getFloat64(0);
}
