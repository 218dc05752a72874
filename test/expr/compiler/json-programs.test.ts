/** Expressions over json and bytes, compiled and interpreted: the same values, and the same rows that fail. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BYTES, type DataType, INT, JSON_TEXT, STRING } from '../../../src/columnar/data-type.js';
import type { Schema } from '../../../src/columnar/schema.js';
import type { Value } from '../../../src/columnar/value.js';
import type { CalcProgram, ExprOrigin } from '../../../src/expr/calc.js';
import { interpretCalc } from '../../../src/expr/calc-interpreter.js';
import { type Random, random } from '../../support/random.js';
import { testMemory } from '../../support/task-memory.js';
import { bound } from '../support/bound.js';
import { allocator, checkBatch, compileChecked, constants, INPUT_OFFSET, newTally } from './support/check-compiled.js';
import { randomJson, randomValue, vectorOf } from './support/random-columns.js';

const SCHEMA: Schema = [
  { name: 'p', type: JSON_TEXT },
  { name: 's', type: STRING },
  { name: 'i', type: INT },
  { name: 'b', type: BYTES },
];
const ROWS = 40;
const { heap, kernels } = testMemory(1024);

const EXPRESSIONS = [
  'p.a',
  'p.k[0]',
  'p.k[-1].a',
  'p.a.b',
  'p."a b"',
  'p."\\"',
  'CAST(p.a AS string)',
  'CAST(p.k[1] AS string) || s',
  'TRY_CAST(p.a AS int)',
  'TRY_CAST(p.a AS bigint) + i',
  'TRY_CAST(p.a AS double)',
  'TRY_CAST(p.a AS boolean)',
  'TRY_CAST(p.a AS decimal(9,2))',
  'TRY_CAST(p.a AS decimal(30,5))',
  'TRY_CAST(p.a AS date)',
  'TRY_CAST(p.a AS timestamp)',
  'CAST(p.a AS bigint)',
  'CAST(p.a AS double) > 1e0',
  'p.a = i',
  'p.a < 10.5',
  "p.a IN ('a', 'b', s)",
  'p.a IN (0, 12)',
  'p.a = p.b',
  'p.a IS NULL',
  'p.k IS NOT NULL',
  'p IS DISTINCT FROM p.a',
  'coalesce(p.a, p.b)',
  "CASE WHEN p.a IS NULL THEN 'none' ELSE p.a END",
  "CASE WHEN p.b = 'b' THEN CAST(p.a AS int) END",
  'TRY_CAST(s AS json)',
  'CAST(s AS json)',
  'CAST(i AS json)',
  'CAST(CAST(p AS string) AS json)',
  'CAST(p.a AS json)',
  "json_extract(json_array(json_array(p)), '$[0][0]')",
  'json_type(json_array(json_array(p)), 0)',
  'CAST(b AS string)',
  'TRY_CAST(s AS bytes)',
  "b < CAST('\\x80' AS bytes)",
  "b IN (CAST('' AS bytes), CAST('\\xFF' AS bytes))",
  'coalesce(b, CAST(s AS bytes))',
  'greatest(b, CAST(CAST(b AS string) AS bytes))',
  'TRY_CAST(s AS int)',
  'CAST(s AS double)',
];

/** As deep as what comes in may be. */
const DEEP = '['.repeat(1000) + ']'.repeat(1000);

function randomRow(rng: Random): Value[] {
  const part = (): string => randomJson(rng, 2);
  const nullable = (type: DataType): Value => (rng.chance(0.1) ? null : randomValue(rng, type));
  const texts = ['12', '-1.5', '"a"', '{"a":1}', ' [1] ', 'x', '\\x41', '', '2024-02-29', '1e3'];
  const json = rng.chance(0.1)
    ? rng.pick([part(), DEEP])
    : `{"a":${part()},"k" : [${part()}, ${part()}],"b":${part()},"\\u0061":0,"a b":1}`;
  return [
    rng.chance(0.1) ? null : json,
    rng.chance(0.3) ? nullable(STRING) : rng.pick(texts),
    rng.int(5),
    nullable(BYTES),
  ];
}

for (const which of ['wasm', 'twins'] as const) {
  test(`expressions over json and bytes, compiled and interpreted, ${which}`, (context) => {
    const memory = { heap, kernels: kernels(which).expr, base: 65536 };
    const rng = random(20261128);
    const tally = newTally();
    for (const text of EXPRESSIONS) {
      const expr = bound(text, SCHEMA);
      const origin: ExprOrigin = { text, file: 'p.yaml', line: 3, column: 5, step: 'derive' };
      const slot = SCHEMA.length;
      const program: CalcProgram = {
        input: SCHEMA,
        steps: [{ kind: 'define', slot, expr, origin }],
        output: [{ name: 'result', type: expr.type, slot }],
      };
      const compiled = compileChecked(program, memory, ROWS, tally);
      for (let round = 0; round < 4; round++) {
        const rows = Array.from({ length: ROWS }, () => randomRow(rng));
        const good = rows
          .map((_, row) => row)
          .filter((row) => !('error' in interpretCalc(program, [rows[row]], constants)));
        for (const selected of [good, [...rows.keys()], good.slice(0, 1)]) {
          if (selected.length === 0) continue;
          const { allocate } = allocator(65536 + INPUT_OFFSET);
          const vectors = SCHEMA.map(({ type }, i) =>
            vectorOf(
              heap,
              allocate,
              type,
              rows.map((row) => row[i]),
            ),
          );
          const selection = selected.length === ROWS ? 0 : allocate(4 * ROWS);
          if (selection !== 0) heap.u32.set(selected, selection / 4);
          const batch = { numRows: ROWS, vectors, selection, selectedCount: selected.length };
          checkBatch(program, compiled, batch, heap, tally, () => `seed ${rng.seed}: ${text}`);
        }
      }
    }
    context.diagnostic(JSON.stringify(tally));
    assert.ok(tally.kernelCalls > 30 && tally.failed > 10);
  });
}
