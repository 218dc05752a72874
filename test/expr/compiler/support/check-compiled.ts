/** One batch through a compiled program and through the interpreter: the same rows and values, failing on the same row. */
import assert from 'node:assert/strict';
import { loadPending, type RecordBatch } from '../../../../src/columnar/record-batch.js';
import { LeatError, type RowPosition } from '../../../../src/errors.js';
import type { CalcProgram, RunConstants } from '../../../../src/expr/calc.js';
import { type CalcFailure, interpretCalc } from '../../../../src/expr/calc-interpreter.js';
import { type CompiledCalc, compileCalc, scratchBytes } from '../../../../src/expr/compiler/compile-calc.js';
import { readRow, readValue, selectedRow } from '../../../../src/expr/compiler/row-values.js';
import { walkForError } from '../../../../src/expr/compiler/walk-for-error.js';
import type { ExprKernels } from '../../../../src/kernels/expr-kernels.js';
import type { Heap } from '../../../../src/memory/heap.js';
import { withPendingText } from './pending-text.js';

export const constants: RunConstants = { nowMicros: 1_790_000_000_000_000n, seed: 5n };

/** Memory that each check begins anew: scratch at `base`, inputs `INPUT_OFFSET` above. */
export interface CheckMemory {
  readonly heap: Heap;
  readonly kernels: ExprKernels;
  readonly base: number;
}

export const INPUT_OFFSET = 8 * 1024 * 1024;
const SCRATCH_BYTES = 512 * 1024;

/** What became of the programs of a test. */
export interface Tally {
  programs: number;
  failed: number;
  kept: number;
  fusedLoops: number;
  kernelCalls: number;
  boxedCalls: number;
}

export function newTally(): Tally {
  return { programs: 0, failed: 0, kept: 0, fusedLoops: 0, kernelCalls: 0, boxedCalls: 0 };
}

export function allocator(base: number): { allocate: (bytes: number) => number; used: () => number } {
  let next = base;
  return {
    allocate(bytes) {
      next = Math.ceil(next / 16) * 16 + bytes;
      return next - bytes;
    },
    used: () => next - base,
  };
}

export function show(value: unknown): string {
  return JSON.stringify(value, (_key, part) => (typeof part === 'bigint' ? `${part}n` : part));
}

/** Compiles over memory full of rubbish, and checks that no more is taken than was said. */
export function compileChecked(
  program: CalcProgram,
  { heap, kernels, base }: CheckMemory,
  batchRows: number,
  tally: Tally,
): CompiledCalc {
  heap.u8.fill(0xa5, base, base + SCRATCH_BYTES);
  const memory = allocator(base);
  const compiled = compileCalc(program, { heap, kernels, allocate: memory.allocate, batchRows, constants });
  assert.ok(memory.used() <= scratchBytes(program, batchRows), 'scratchBytes is what compileCalc takes');
  tally.programs++;
  tally.fusedLoops += compiled.counts.fusedLoops;
  tally.kernelCalls += compiled.counts.kernelCalls;
  tally.boxedCalls += compiled.counts.boxedCalls;
  return compiled;
}

export function checkBatch(
  program: CalcProgram,
  compiled: CompiledCalc,
  batch: RecordBatch,
  heap: Heap,
  tally: Tally,
  label: () => string,
): void {
  const rows = Array.from({ length: batch.selectedCount }, (_, k) => selectedRow(heap, batch.selection, k));
  const expected = interpretCalc(
    program,
    rows.map((row) => readRow(heap, batch, row)),
    constants,
    (k) => positionOf(rows[k]),
  );
  batch.origin = { position: positionOf, place: () => undefined };
  withPendingText(heap, batch);
  const result = compiled.process(batch);
  if ('error' in expected) {
    tally.failed++;
    assert.equal(result, 'failed', `${label()}\n${expected.error.message}`);
    checkError(program, expected, batch, rows, heap);
    return;
  }
  assert.notEqual(result, 'failed', label());
  if (result === null) {
    assert.equal(expected.kept.length, 0, label());
    return;
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
      loadPending(batch);
      const context = `row ${row}, ${program.output[column].name}: ${show(readRow(heap, batch, row))}`;
      assert.fail(`${show(value)} instead of ${show(wanted)}\n${context}\n${compiled.source()}\n${label()}`);
    });
  });
}

function positionOf(row: number): RowPosition {
  return { source: 0, file: 0, offset: row };
}

/** The walk reports what the interpreter found, on that row. */
function checkError(
  program: CalcProgram,
  { row, error, step }: CalcFailure,
  batch: RecordBatch,
  rows: readonly number[],
  heap: Heap,
): void {
  const origin = {
    position: positionOf,
    place: (at: number) => ({ file: 'in.csv', line: at + 1 }),
  };
  assert.throws(
    () => walkForError(program, { ...batch, origin }, heap, constants),
    (thrown) => {
      assert.ok(thrown instanceof LeatError);
      assert.equal(thrown.code, error.code);
      assert.ok(thrown.message.includes(error.message));
      assert.equal(thrown.position?.offset, rows[row]);
      const [diagnostic] = thrown.diagnostics;
      assert.equal(diagnostic.place?.column, step.origin.column);
      assert.deepEqual(diagnostic.related?.[0].place, { file: 'in.csv', line: rows[row] + 1 });
      return true;
    },
  );
}
