/** Laziness, errors and folding of expressions, and calc programs row by row. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decimal, INT, STRING } from '../../src/columnar/data-type.js';
import type { Value } from '../../src/columnar/value.js';
import type { ErrorCode } from '../../src/errors.js';
import { bindExpression } from '../../src/expr/binder.js';
import type { CalcProgram } from '../../src/expr/calc.js';
import { interpretCalc } from '../../src/expr/calc-interpreter.js';
import { canFail } from '../../src/expr/can-fail.js';
import { EvaluationError } from '../../src/expr/evaluation-error.js';
import { foldConstants } from '../../src/expr/fold.js';
import { evaluate } from '../../src/expr/interpreter.js';
import { printBound } from '../../src/expr/print.js';
import { scopeOf } from '../../src/expr/scope.js';
import { bound, CONSTANTS } from './support/bound.js';

const SCHEMA = [
  { name: 'a', type: INT },
  { name: 's', type: STRING },
  { name: 'm', type: decimal(12, 2) },
];

describe('TRY_CAST', () => {
  const TYPES = ['boolean', 'int', 'bigint', 'double', 'decimal(9,2)', 'string', 'date', 'timestamp'];
  /** Of each type a text that other types cannot take, and one that most can. */
  const VALUES: Readonly<Record<string, readonly string[]>> = {
    boolean: ['true'],
    int: ['2147483647', '7'],
    bigint: ['9223372036854775807', '7'],
    double: ['inf', '7'],
    'decimal(9,2)': ['1234567.89', '7'],
    string: ['soon', '7', '2026-11-01'],
    date: ['5877641-06-22', '2026-11-01'],
    timestamp: ['294247-01-01 00:00:00', '2026-11-01 10:00:00'],
  };

  it('is CAST for every pair of types, with NULL for its errors', () => {
    let nulls = 0;
    for (const from of TYPES) {
      for (const to of TYPES) {
        for (const value of VALUES[from]) {
          const operand = `CAST('${value}' AS ${from})`;
          const cast = bindExpression(`CAST(${operand} AS ${to})`, scopeOf([]));
          const tried = bindExpression(`TRY_CAST(${operand} AS ${to})`, scopeOf([]));
          if ('problems' in cast || 'problems' in tried) {
            assert.ok('problems' in cast && 'problems' in tried, `${from} to ${to}`);
            continue;
          }
          let expected: Value = null;
          try {
            expected = evaluate(cast.expr, [], CONSTANTS);
          } catch (error) {
            assert.ok(error instanceof EvaluationError);
            nulls++;
          }
          assert.equal(evaluate(tried.expr, [], CONSTANTS), expected, `${value} as ${from} to ${to}`);
          assert.equal(canFail(tried.expr), false);
        }
      }
    }
    assert.ok(nulls > 10, String(nulls));
  });
});

describe('errors of a row', () => {
  const failing: readonly (readonly [string, ErrorCode, RegExp, RegExp?])[] = [
    ['a + 2147483647', 'EXPR_OVERFLOW', /1 \+ 2147483647 does not fit int/, /CAST an operand to bigint/],
    ['m * 99999999.99 * 99999999.99', 'EXPR_OVERFLOW', /does not fit decimal/, /wider decimal/],
    ['9223372036854775807 + a', 'EXPR_OVERFLOW', /does not fit bigint/, /decimal\(38,0\)/],
    ['-(CAST(-2147483648 AS int) + 0 * a)', 'EXPR_OVERFLOW', /-\(-2147483648\) does not fit int/],
    ['(CAST(-2147483648 AS int) + 0 * a) // -1', 'EXPR_OVERFLOW', /does not fit int/],
    ['(CAST(-2147483648 AS int) + 0 * a) % -1', 'EXPR_OVERFLOW', /does not fit int/],
    ['abs(CAST(-2147483648 AS int) + 0 * a)', 'EXPR_OVERFLOW', /abs\(-2147483648\) does not fit int/],
    ['round(2147483646 + a, -1)', 'EXPR_OVERFLOW', /2147483647, rounded, does not fit int/],
    ["date '2026-11-01' + 2147483646 * a", 'EXPR_OVERFLOW', /is not a date/],
    ["timestamp '294247-01-01 00:00:00' + INTERVAL (a) YEAR", 'EXPR_OVERFLOW', /is not a timestamp/],
    ['repeat(s, 1000000000)', 'EXPR_OVERFLOW', /repeat would make a text of more than/],
    ['CAST(s AS int)', 'EXPR_CAST', /'x,y' cannot be cast to int/, /TRY_CAST/],
    ["CAST(s || '' AS decimal(5,2))", 'EXPR_CAST', /'x,y' cannot be cast to decimal\(5,2\)/],
    ["CAST(replace(s, 'x,y', '1.5') AS int)", 'EXPR_CAST', /'1.5' cannot be cast to int/, /rounded to int/],
    ["CAST(replace(s, 'x,y', '2026-11-01 10:00') AS date)", 'EXPR_CAST', /cannot be cast to date/, /timestamp first/],
    ['CAST(m * 1000 AS decimal(4,2))', 'EXPR_CAST', /1500.00 cannot be cast to decimal\(4,2\)/],
    ['sqrt(-a)', 'EXPR_DOMAIN', /no square root of a negative number/],
    ['ln(a - 1)', 'EXPR_DOMAIN', /no logarithm of zero/],
    ['log10(-a)', 'EXPR_DOMAIN', /no logarithm of a negative number/],
    ["lpad(s, 10, '')", 'EXPR_DOMAIN', /nothing to fill up with/],
    ['make_date(2026, 2, 29 + a)', 'EXPR_DOMAIN', /there is no date 2026-2-30/],
  ];
  for (const [text, code, message, hint] of failing) {
    it(text, () => {
      const expr = bound(text, SCHEMA);
      assert.ok(canFail(expr), 'it says that it may fail');
      assert.throws(
        () => evaluate(expr, [1, 'x,y', 150n], CONSTANTS),
        (error) => {
          assert.ok(error instanceof EvaluationError);
          assert.equal(error.code, code);
          assert.match(error.message, message);
          if (hint !== undefined) assert.match(error.hint ?? '', hint);
          return true;
        },
      );
    });
  }

  it('are not raised by what is not needed', () => {
    for (const text of [
      'a = 1 OR CAST(s AS int) = 1',
      'NOT (a = 2 AND CAST(s AS int) = 1)',
      'CASE WHEN a = 1 THEN TRUE ELSE CAST(s AS int) = 1 END',
      'coalesce(a, CAST(s AS int)) = 1',
      'TRY_CAST(s AS int) IS NULL',
      'a IN (1, CAST(s AS int))'.replace('CAST(s AS int)', 'a'),
    ]) {
      assert.equal(evaluate(bound(text, SCHEMA), [1, 'x', 0n], CONSTANTS), true, text);
    }
  });
});

describe('folding', () => {
  const folds: readonly (readonly [string, string])[] = [
    ['1 + 2 * 3', '7'],
    ['a + (1 + 1)', 'a + 2'],
    ['a > 1 AND TRUE', 'a > 1'],
    ['a > 1 AND FALSE AND CAST(s AS int) = 1', 'FALSE'],
    ['CAST(s AS int) = 1 AND FALSE', 'CAST(s AS int) = 1 AND FALSE'],
    ['FALSE OR a > 1 OR FALSE', 'a > 1'],
    ['FALSE OR FALSE', 'FALSE'],
    ['a > 1 AND NULL', 'a > 1 AND NULL'],
    ['CASE WHEN FALSE THEN a WHEN a = 1 THEN 2 WHEN TRUE THEN 3 ELSE a END', 'CASE WHEN a = 1 THEN 2 ELSE 3 END'],
    ['CASE WHEN 1 = 2 THEN a END', 'NULL'],
    ['coalesce(NULL, a, 1, 2)', 'coalesce(a, 1)'],
    ['coalesce(NULL, a)', 'a'],
    ['a IN (1, 2) OR 1 IN (1)', 'TRUE'],
    ['a + CAST(-2147483648 AS int) // -1', 'a + -2147483648 // -1'],
    ["CAST('x' AS int) + a", "CAST('x' AS int) + a"],
    ["now() > timestamp '2026-01-01 00:00:00'", 'TRUE'],
  ];
  for (const [text, expected] of folds) {
    it(text, () => assert.equal(printBound(foldConstants(bound(text, SCHEMA), CONSTANTS)), expected));
  }
});

describe('a calc program', () => {
  const origin = { text: '', file: 'pipeline.yaml', line: 1, column: 1, step: 'step' };
  const withSlots = [...SCHEMA, { name: 'b', type: INT }];
  const program: CalcProgram = {
    input: SCHEMA,
    steps: [
      { kind: 'filter', condition: bound('a > 0', SCHEMA), origin },
      { kind: 'define', slot: 3, expr: bound('CAST(s AS int) + a', SCHEMA), origin },
      { kind: 'filter', condition: bound('b < 10', withSlots), origin },
    ],
    output: [
      { name: 's', type: STRING, slot: 1 },
      { name: 'b', type: INT, slot: 3 },
    ],
  };

  it('filters, defines and puts out row by row', () => {
    const rows = [
      [1, '2', null],
      [0, 'never read', null],
      [null, 'never read', null],
      [5, '6', null],
      [2, '3', null],
    ];
    assert.deepEqual(interpretCalc(program, rows, CONSTANTS), {
      rows: [
        ['2', 3],
        ['3', 5],
      ],
      kept: [0, 4],
    });
  });

  it('reports the lowest row that fails, and the step', () => {
    const result = interpretCalc(
      program,
      [
        [1, '2', null],
        [0, 'x', null],
        [1, 'x', null],
        [1, 'y', null],
      ],
      CONSTANTS,
    );
    assert.ok('error' in result);
    assert.equal(result.row, 2);
    assert.equal(result.step, program.steps[1]);
    assert.equal(result.error.code, 'EXPR_CAST');
  });
});

describe('the order of texts', () => {
  it('is that of their UTF-8 bytes, not of JavaScript', () => {
    const texts = ['', 'B', 'a', 'aa', 'é', '\uff21', '\ufffd', '\u{1f600}', '\u{1f600}a'];
    const bytes = texts.map((text) => Buffer.from(text));
    for (const [i, left] of texts.entries()) {
      for (const [j, right] of texts.entries()) {
        const less = evaluate(bound(`'${left}' < '${right}'`), [], CONSTANTS);
        assert.equal(less, Buffer.compare(bytes[i], bytes[j]) < 0, `${left} < ${right}`);
      }
    }
  });
});
