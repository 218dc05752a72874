/** Generated SQL expressions, bound, compiled and interpreted, over rows with edge values. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { RecordBatch } from '../../../../src/columnar/record-batch.js';
import type { Value } from '../../../../src/columnar/value.js';
import { bindExpression } from '../../../../src/expr/binder.js';
import type { BoundExpr } from '../../../../src/expr/bound.js';
import type { CalcProgram, ExprOrigin } from '../../../../src/expr/calc.js';
import { interpretCalc } from '../../../../src/expr/calc-interpreter.js';
import { scopeOf } from '../../../../src/expr/scope.js';
import { random } from '../../../support/random.js';
import { testMemory } from '../../../support/task-memory.js';
import { generateExpression, generateRows, SCHEMA } from '../../support/generate-expression.js';
import { allocator, checkBatch, compileChecked, constants, INPUT_OFFSET, newTally } from './check-compiled.js';
import { vectorOf } from './random-columns.js';

const ROWS = 24;
const scope = scopeOf(SCHEMA);
const { heap, kernels } = testMemory(1024);

function programOf(text: string, expr: BoundExpr): CalcProgram {
  const origin: ExprOrigin = { text, file: 'p.yaml', line: 3, column: 5, step: 'derive' };
  const slot = SCHEMA.length;
  return {
    input: SCHEMA,
    steps: [
      { kind: 'define', slot, expr, origin },
      ...(expr.type.kind === 'boolean' ? [{ kind: 'filter' as const, condition: expr, origin }] : []),
    ],
    output: [{ name: 'result', type: expr.type, slot }],
  };
}

/** A batch of the rows; `selected` are row numbers, or all. */
function batchOf(rows: readonly Value[][], selected: readonly number[]): RecordBatch {
  const { allocate } = allocator(65536 + INPUT_OFFSET);
  const vectors = SCHEMA.map(({ type }, i) =>
    vectorOf(
      heap,
      allocate,
      type,
      rows.map((row) => row[i]),
    ),
  );
  const selection = selected.length === rows.length ? 0 : allocate(rows.length * 4);
  if (selection !== 0) heap.u32.set(selected, selection / 4);
  return { numRows: rows.length, vectors, selection, selectedCount: selected.length };
}

/** Checks `count` expressions of a seed. */
export function checkGenerated(which: 'wasm' | 'twins', seed: number, count: number, context: TestContext): void {
  const memory = { heap, kernels: kernels(which).expr, base: 65536 };
  const rng = random(seed);
  const tally = newTally();
  let onlyBoxed = 0;
  for (let i = 0; i < count; i++) {
    const text = generateExpression(rng);
    const bound = bindExpression(text, scope);
    if ('problems' in bound) continue;
    const program = programOf(text, bound.expr);
    const rows = generateRows(rng, ROWS);
    const fails = rows.map((row) => 'error' in interpretCalc(program, [row], constants));
    const compiled = compileChecked(program, memory, ROWS, tally);
    if (compiled.counts.fusedLoops + compiled.counts.kernelCalls === 0) onlyBoxed++;
    const label = (): string => `seed ${rng.seed}, expression ${i}: ${text}`;
    const good = rows.map((_, row) => row).filter((row) => !fails[row]);
    // without the rows that fail, with them, and one by one
    if (good.length > 0) checkBatch(program, compiled, batchOf(rows, good), heap, tally, label);
    if (good.length < ROWS) checkBatch(program, compiled, batchOf(rows, [...rows.keys()]), heap, tally, label);
    for (const row of [0, 5]) checkBatch(program, compiled, batchOf([rows[row]], [0]), heap, tally, label);
  }
  context.diagnostic(`${JSON.stringify(tally)}, nothing compiled: ${onlyBoxed}`);
  assert.ok(tally.programs > count * 0.8 && tally.failed > count * 0.1 && tally.kept > 6 * count);
  assert.ok(tally.kernelCalls > tally.programs / 3 && tally.fusedLoops > tally.programs / 3, 'the compiled path ran');
}
