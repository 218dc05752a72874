/** What programs become: how many loops, kernels and boxed calls, and that huge ones are cut. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DATE, DOUBLE, decimal, INT, STRING } from '../../../src/columnar/data-type.js';
import type { Field } from '../../../src/columnar/schema.js';
import type { CalcProgram, CalcStep, ExprOrigin } from '../../../src/expr/calc.js';
import { columnLoads } from '../../../src/expr/compiler/column-loads.js';
import type { CompiledCalc } from '../../../src/expr/compiler/compile-calc.js';
import { Lowering } from '../../../src/expr/compiler/lower-chain.js';
import { random } from '../../support/random.js';
import { testMemory } from '../../support/task-memory.js';
import { bound } from '../support/bound.js';
import { allocator, checkBatch, compileChecked, INPUT_OFFSET, newTally } from './support/check-compiled.js';
import { randomValues, vectorOf } from './support/random-columns.js';

const origin: ExprOrigin = { text: '', file: 'p.yaml', line: 1, column: 1, step: 'derive' };
const FIELDS: readonly Field[] = [
  { name: 'x', type: DOUBLE },
  { name: 'y', type: DOUBLE },
  { name: 'd', type: decimal(12, 2) },
  { name: 's', type: STRING },
  { name: 'day', type: DATE },
  { name: 'i', type: INT },
];
const ROWS = 40;
const { heap, kernels } = testMemory(1024);
const memory = { heap, kernels: kernels().expr, base: 65536 };

/** Each text is `name: expression`, or a condition. */
function programOf(...texts: readonly string[]): CalcProgram {
  const fields = [...FIELDS];
  const steps = texts.map((text): CalcStep => {
    const [, name, definition] = /^(\w+): (.*)$/s.exec(text) ?? [];
    if (name === undefined) return { kind: 'filter', condition: bound(text, fields), origin };
    const expr = bound(definition, fields);
    fields.push({ name, type: expr.type });
    return { kind: 'define', slot: fields.length - 1, expr, origin };
  });
  const output = fields.slice(FIELDS.length).map(({ name, type }, i) => ({ name, type, slot: FIELDS.length + i }));
  return { input: FIELDS, steps, output };
}

/** Compiles, and holds the result against the interpreter. */
function check(...texts: readonly string[]): CompiledCalc {
  const program = programOf(...texts);
  const tally = newTally();
  const compiled = compileChecked(program, memory, ROWS, tally);
  const rng = random(5);
  const { allocate } = allocator(memory.base + INPUT_OFFSET);
  for (const nulls of [0, 0.3]) {
    const vectors = FIELDS.map(({ type }) => {
      const values = randomValues(rng, type, ROWS, nulls);
      return vectorOf(heap, allocate, type, values);
    });
    const batch = { numRows: ROWS, vectors, selection: 0, selectedCount: ROWS };
    checkBatch(program, compiled, batch, heap, tally, () => texts.join('; ').slice(0, 500));
  }
  return compiled;
}

/** Which text is loaded for the rows of which scope, by instruction; the last entry is for the output. */
function loadsOf(outputs: readonly string[], ...filters: readonly string[]): string {
  const { input, steps } = programOf(...filters);
  const output = outputs.map((name) => {
    const slot = input.findIndex((field) => field.name === name);
    return { name, type: input[slot].type, slot };
  });
  const loads = columnLoads(new Lowering({ input, steps, output }).lower());
  return loads.map((some) => some.map(({ column, scope }) => `${input[column].name}${scope.index}`).join()).join(' ');
}

test('columns are loaded before their first reader, for the rows of all of them', () => {
  assert.equal(loadsOf(['s', 'x'], 'i > 3'), 'i0 x1,s1');
  assert.equal(loadsOf(['i'], 'i > 3', "s = 'a'"), 'i0 s1  ');
  assert.equal(loadsOf(['s'], "s = 'a'"), 's0  ');
  assert.equal(loadsOf(['s'], "i > 3 AND s = 'a'"), 'i0 s1  ');
  assert.equal(loadsOf([], "CASE WHEN i > 3 THEN s || 'a' ELSE 'b' END = 'b'").includes('s'), true);
});

test('arithmetic of doubles is one loop', () => {
  assert.deepEqual(check('p: x * (1 - y) * (1 + y)').counts, { fusedLoops: 1, kernelCalls: 0, boxedCalls: 0 });
});

test('a filter on dates and what follows it are two loops', () => {
  const { counts } = check("day <= date '1998-09-02'", 'p: x * y');
  assert.deepEqual(counts, { fusedLoops: 2, kernelCalls: 0, boxedCalls: 0 });
});

test('exact arithmetic is a kernel an operation, and widening a decimal is none', () => {
  const { counts } = check('p: TRY_CAST(d AS decimal(14,2)) + CAST(d AS decimal(15,2))');
  assert.equal(counts.boxedCalls, 0);
  assert.equal(counts.kernelCalls, 1);
});

test('an infallible comparison of text inside AND needs no row list', () => {
  assert.deepEqual(check("p: x > 0 AND s LIKE 'a%' AND s <> 'ab'").counts, {
    fusedLoops: 1,
    kernelCalls: 2,
    boxedCalls: 0,
  });
});

test('a branch that fails does not fail the rows of the other', () => {
  const { counts } = check('p: CASE WHEN abs(i // 2) < 40000 THEN CAST(i AS bigint) * 1000000 ELSE 0 END');
  assert.ok(counts.kernelCalls > 0);
  check("p: coalesce(TRY_CAST(s AS int), CASE WHEN s LIKE '%.%' THEN 1 ELSE length(s) END)");
});

test('what has no code is computed by the interpreter', () => {
  assert.equal(check("p: reverse(s) || 'x'").counts.boxedCalls, 1);
});

test('a common sub-expression is loaded and computed once', () => {
  const source = check('p: (x + y) * (x + y)', 'q: (x + y) / 2').source();
  assert.equal(source.match(/ \+ t/g)?.length, 1, source);
});

test('texts outgrow the first chunk of the text area', () => {
  const long = `repeat('0123456789', ${700})`;
  const compiled = check(`p: upper(s || ${long})`, 'q: lower(p) || p');
  assert.equal(compiled.counts.boxedCalls, 1);
});

test('huge expressions and long chains are cut into loops', () => {
  const sumOf = (from: number, to: number): string => {
    const middle = (from + to) >> 1;
    return to - from === 1 ? `(x * ${from} + y)` : `(${sumOf(from, middle)} + ${sumOf(middle, to)})`;
  };
  const sum = sumOf(0, 1500);
  assert.ok(check(`p: ${sum}`).counts.fusedLoops > 3);
  const conditions = Array.from({ length: 800 }, (_, i) => `x <> ${i} + y`).join(' AND ');
  assert.ok(check(conditions, 'p: x').counts.fusedLoops > 3);
  const squares = Array.from(
    { length: 60 },
    (_, i) => `q${i}: ${i === 0 ? 'x' : `q${i - 1}`} * ${i === 0 ? 'x' : `q${i - 1}`}`,
  );
  check(...squares);
  const branches = Array.from({ length: 400 }, (_, i) => `WHEN i = ${i} THEN i + ${i}`).join(' ');
  check(`p: CASE ${branches} ELSE 0 END`);
});

test('600 columns are many small loops', () => {
  const { counts } = check(...Array.from({ length: 600 }, (_, i) => `q${i}: x * ${i} + y`));
  assert.ok(counts.fusedLoops >= 50 && counts.fusedLoops <= 200, String(counts.fusedLoops));
});

test('the rows that a text column is loaded for are known until it is loaded', () => {
  // s is loaded for all rows of the second branch and of ELSE, when those lists have been read for the last time.
  check(`p: CASE WHEN d > 1000 THEN CAST(day AS string)
              WHEN d > -1000 OR d IN (1) THEN CASE WHEN x > 0 THEN s WHEN y > 0 THEN s WHEN i > 0 THEN s ELSE s END
              ELSE s END`);
  check(`p: CASE WHEN d IN (1) THEN CAST(day AS string)
              WHEN d NOT IN (2) THEN CASE WHEN x > 0 THEN s WHEN y > 0 THEN s WHEN i > 0 THEN s ELSE s END
              ELSE s END`);
});
