/** Compiled programs against the interpreter: same rows, same values to the bit, failing on the same row. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordBatch } from '../../../src/columnar/record-batch.js';
import type { Value } from '../../../src/columnar/value.js';
import { LeatError } from '../../../src/errors.js';
import type { CalcProgram, RunConstants } from '../../../src/expr/calc.js';
import { interpretCalc } from '../../../src/expr/calc-interpreter.js';
import { compileCalc, scratchBytes } from '../../../src/expr/compiler/compile-calc.js';
import { readRow, readValue, selectedRow } from '../../../src/expr/compiler/row-values.js';
import { walkForError } from '../../../src/expr/compiler/walk-for-error.js';
import type { ExprKernels } from '../../../src/kernels/expr-kernels.js';
import type { Heap } from '../../../src/memory/heap.js';
import { type Random, random } from '../../support/random.js';
import { testMemory } from '../../support/task-memory.js';
import { randomSelection, randomValues, vectorOf } from './support/random-columns.js';
import { randomProgram, TYPES } from './support/random-program.js';

const constants: RunConstants = { nowMicros: 1_790_000_000_000_000n, seed: null };

interface Memory {
  readonly heap: Heap;
  readonly kernels: ExprKernels;
  /** Where allocation begins again for each program. */
  readonly base: number;
}

interface Tally {
  programs: number;
  failed: number;
  kept: number;
  fusedLoops: number;
  kernelCalls: number;
  boxedCalls: number;
}

function allocator(base: number): { allocate: (bytes: number) => number; used: () => number } {
  let next = base;
  return {
    allocate(bytes) {
      next = Math.ceil(next / 16) * 16 + bytes;
      return next - bytes;
    },
    used: () => next - base,
  };
}

function randomBatch(rng: Random, heap: Heap, allocate: (bytes: number) => number, rows: number): RecordBatch {
  const nulls = rng.pick([0, 0.1, 0.5, 1]);
  const vectors = TYPES.map((type) => {
    const isConstant = rng.chance(0.1);
    const some = rng.chance(0.5) ? nulls : 0;
    const isSmall = rng.chance(0.7);
    const values = randomValues(rng, type, isConstant ? 1 : rows, some).map((value): Value => {
      if (!isSmall) return value;
      return typeof value === 'bigint'
        ? value % 1000n
        : type.kind === 'int' && value !== null
          ? (value as number) % 1000
          : value;
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

function show(value: unknown): string {
  return JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? `${part}n` : part));
}

function checkProgram(rng: Random, { heap, kernels, base }: Memory, batchRows: number, tally: Tally): void {
  const program = randomProgram(rng);
  const memory = allocator(base);
  const label = (): string => `seed ${rng.seed}\n${show(program)}`;
  const compiled = compileCalc(program, { heap, kernels, allocate: memory.allocate, batchRows, constants });
  assert.ok(memory.used() <= scratchBytes(program, batchRows) + 1024, label());
  tally.programs++;
  tally.fusedLoops += compiled.counts.fusedLoops;
  tally.kernelCalls += compiled.counts.kernelCalls;
  tally.boxedCalls += compiled.counts.boxedCalls;
  const input = allocator(base + 16 * 1024 * 1024);
  for (let round = 0; round < 4; round++) {
    const batch = randomBatch(rng, heap, input.allocate, rng.between(1, batchRows));
    const rows = Array.from({ length: batch.selectedCount }, (_, k) => selectedRow(heap, batch.selection, k));
    const expected = interpretCalc(
      program,
      rows.map((row) => readRow(heap, batch, row)),
      constants,
    );
    const result = compiled.process(batch);
    if ('error' in expected) {
      tally.failed++;
      assert.equal(result, 'failed', `${label()}\n${expected.error.message}`);
      assert.throws(
        () => walkForError(program, batch, heap, constants),
        (error) => error instanceof LeatError && error.message.includes(expected.error.message),
      );
      continue;
    }
    assert.notEqual(result, 'failed', label());
    if (result === null) {
      assert.equal(expected.kept.length, 0, label());
      continue;
    }
    const found = result as RecordBatch;
    tally.kept += found.selectedCount;
    const kept = Array.from({ length: found.selectedCount }, (_, k) => selectedRow(heap, found.selection, k));
    assert.deepEqual(
      kept,
      expected.kept.map((index) => rows[index]),
      label(),
    );
    kept.forEach((row, k) => {
      found.vectors.forEach((vector, column) => {
        const value = readValue(heap, vector, row);
        const wanted = expected.rows[k][column];
        if (Object.is(value, wanted)) return;
        const context = `row ${row}, ${program.output[column].name}: ${show(readRow(heap, batch, row))}`;
        assert.fail(`${show(value)} instead of ${show(wanted)}\n${context}\n${compiled.source()}\n${label()}`);
      });
    });
  }
}

function checkPrograms(memory: Memory, seed: number, programs: number, batchRows: number): Tally {
  const tally: Tally = { programs: 0, failed: 0, kept: 0, fusedLoops: 0, kernelCalls: 0, boxedCalls: 0 };
  for (let i = 0; i < programs; i++) checkProgram(random(seed + i), memory, batchRows, tally);
  return tally;
}

const memory = testMemory(1024);

for (const batchRows of [1, 3, 100]) {
  for (const which of ['wasm', 'twins'] as const) {
    test(`programs compiled and interpreted agree: batches of ${batchRows}, ${which}`, (context) => {
      const kernels = memory.kernels(which).expr;
      const programs = batchRows === 100 ? 300 : 600;
      const tally = checkPrograms({ heap: memory.heap, kernels, base: 65536 }, 1000 * batchRows, programs, batchRows);
      context.diagnostic(JSON.stringify(tally));
      assert.ok(tally.fusedLoops > programs && tally.kernelCalls > programs, 'the compiled path ran');
      assert.ok(tally.failed > programs / 20 && tally.kept > programs, 'programs fail and succeed');
    });
  }
}
