/** Every function's examples are its tests: bound, evaluated, and shown as text. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatValue } from '../../src/columnar/text.js';
import type { RowContext } from '../../src/expr/calc.js';
import { foldConstants } from '../../src/expr/fold.js';
import { SCALAR_FUNCTIONS } from '../../src/expr/functions/registry.js';
import { evaluate } from '../../src/expr/interpreter.js';
import { specialCalls } from '../../src/expr/special-calls.js';
import { bound, CONSTANTS } from './support/bound.js';

const CONTEXT: RowContext = { ...CONSTANTS, seed: 1n, row: { source: 0, file: 0, offset: 17 } };

describe('scalar functions', () => {
  for (const fn of [...SCALAR_FUNCTIONS, ...specialCalls().map((call) => ({ ...call, id: call.names[0] }))]) {
    it(`${fn.id} does what its examples say`, () => {
      assert.ok(fn.examples.length > 0, 'has no example');
      for (const [text, expected] of fn.examples) {
        const expr = bound(text);
        assert.equal(formatValue(evaluate(expr, [], CONTEXT), expr.type), expected, text);
        const folded = foldConstants(expr, CONSTANTS);
        assert.equal(folded.op === 'literal', !('readsRow' in fn && fn.readsRow), `${text} folds`);
      }
    });
  }

  it('have one owner for each name', () => {
    const names = SCALAR_FUNCTIONS.flatMap((fn) => [fn.id, ...fn.aliases]);
    assert.deepEqual(names, [...new Set(names)]);
  });
});
