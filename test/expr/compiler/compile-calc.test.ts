/** Random programs of several steps, compiled and interpreted: filters, definitions, branches, columns of every type. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordBatch } from '../../../src/columnar/record-batch.js';
import type { Value } from '../../../src/columnar/value.js';
import { loadKernels } from '../../../src/kernels/loader.js';
import { type Heap, heapOf } from '../../../src/memory/heap.js';
import { type Random, random } from '../../support/random.js';
import { testMemory } from '../../support/task-memory.js';
import { byTier } from '../../support/tier.js';
import {
  allocator,
  type CheckMemory,
  checkBatch,
  compileChecked,
  INPUT_OFFSET,
  newTally,
  show,
  type Tally,
} from './support/check-compiled.js';
import { randomSelection, randomValues, vectorOf } from './support/random-columns.js';
import { randomProgram, TYPES } from './support/random-program.js';

function randomBatch(rng: Random, heap: Heap, allocate: (bytes: number) => number, rows: number): RecordBatch {
  const nulls = rng.pick([0, 0.1, 0.5, 1]);
  const vectors = TYPES.map((type) => {
    const isConstant = rng.chance(0.1);
    const isSmall = rng.chance(0.7);
    const some = rng.chance(0.5) ? nulls : 0;
    const values = randomValues(rng, type, isConstant ? 1 : rows, some).map((value): Value => {
      if (!isSmall) return value;
      if (typeof value === 'bigint') return value % 1000n;
      return type.kind === 'int' && value !== null ? (value as number) % 1000 : value;
    });
    return vectorOf(heap, allocate, type, values, isConstant);
  });
  if (rng.chance(0.5)) return { numRows: rows, vectors, selection: 0, selectedCount: rows };
  const selected = randomSelection(rng, rows, rng.pick([0.1, 0.7]));
  const selection = allocate(rows * 4);
  selected.forEach((row, k) => {
    heap.u32[selection / 4 + k] = row;
  });
  return { numRows: rows, vectors, selection, selectedCount: selected.length };
}

function checkPrograms(memory: CheckMemory, seed: number, programs: number, batchRows: number): Tally {
  const tally = newTally();
  for (let i = 0; i < programs; i++) {
    const rng = random(seed + i);
    const program = randomProgram(rng);
    const compiled = compileChecked(program, memory, batchRows, tally);
    const input = allocator(memory.base + INPUT_OFFSET);
    for (let round = 0; round < 4; round++) {
      const batch = randomBatch(rng, memory.heap, input.allocate, rng.between(1, batchRows));
      checkBatch(program, compiled, batch, memory.heap, tally, () => `seed ${rng.seed}\n${show(program)}`);
    }
  }
  return tally;
}

const { heap, kernels } = testMemory(1024);

for (const [batchRows, programs] of [
  [1, byTier(60, 1500)],
  [3, byTier(60, 1500)],
  [100, byTier(40, 700)],
]) {
  for (const which of ['wasm', 'twins'] as const) {
    test(`programs compiled and interpreted agree: batches of ${batchRows}, ${which}`, (context) => {
      const memory = { heap, kernels: kernels(which).expr, base: 65536 };
      const tally = checkPrograms(memory, 1000 * batchRows, programs, batchRows);
      context.diagnostic(JSON.stringify(tally));
      assert.ok(tally.fusedLoops > programs && tally.kernelCalls > programs, 'the compiled path ran');
      assert.ok(tally.failed > programs / 20 && tally.kept > programs, 'programs fail and succeed');
    });
  }
}

test('addresses above 2 GiB are addresses', (context) => {
  const pages = 65536;
  const high = heapOf(new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }));
  for (const which of [undefined, 'twins'] as const) {
    const memory = { heap: high, kernels: loadKernels(high, which).expr, base: 2 ** 32 - 2 * INPUT_OFFSET };
    const tally = checkPrograms(memory, 77, byTier(30, 300), 20);
    context.diagnostic(JSON.stringify(tally));
    assert.ok(tally.kept > byTier(30, 300));
  }
});
