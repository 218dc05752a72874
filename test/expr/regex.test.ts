/** Regular expressions beyond their examples: bad patterns out of columns, and time that stays linear. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { STRING } from '../../src/columnar/data-type.js';
import { canFail } from '../../src/expr/can-fail.js';
import { EvaluationError } from '../../src/expr/evaluation-error.js';
import { evaluate } from '../../src/expr/interpreter.js';
import { bound, CONSTANTS } from './support/bound.js';

const FIELDS = [
  { name: 's', type: STRING },
  { name: 'p', type: STRING },
];

describe('regular expressions', () => {
  it('take time linear in the text where going back would take exponential time', () => {
    const text = 'a'.repeat(30_000);
    for (const pattern of ['(a*)*b', '(a|aa)+$', '(.*)(.*)(.*)(.*)(.*)[^a]']) {
      const started = performance.now();
      const expr = bound(`regexp_matches(s || '!', '${pattern}')`, FIELDS);
      evaluate(expr, [text, null], CONSTANTS);
      evaluate(bound(`regexp_replace(s, '${pattern}', '-', 'g')`, FIELDS), [text, null], CONSTANTS);
      assert.ok(performance.now() - started < 5000, pattern);
    }
  });

  it('out of a column are compiled when they turn up, and a bad one fails on its row', () => {
    const expr = bound('regexp_matches(s, p)', FIELDS);
    assert.equal(evaluate(expr, ['abc', 'b.'], CONSTANTS), true);
    assert.throws(
      () => evaluate(expr, ['abc', 'b('], CONSTANTS),
      (error) => error instanceof EvaluationError && error.code === 'EXPR_DOMAIN' && /'b\('/.test(error.message),
    );
  });

  it('cannot fail where the pattern is written as such', () => {
    assert.equal(canFail(bound("regexp_matches(s, 'a')", FIELDS)), false);
    assert.equal(canFail(bound("regexp_extract(s, '(a)', 1)", FIELDS)), false);
    assert.equal(canFail(bound("regexp_replace(s, 'a', 'b', 'g')", FIELDS)), false);
    assert.equal(canFail(bound("regexp_replace(s, 'a', p)", FIELDS)), true);
    assert.equal(canFail(bound('regexp_matches(s, p)', FIELDS)), true);
  });

  it('with different options are different, even in odd texts', () => {
    const matches = (pattern: string, options: string): unknown =>
      evaluate(bound(`regexp_matches(s, p, '${options}')`, FIELDS), ['B', pattern], CONSTANTS);
    assert.equal(matches('b', 'i'), true);
    assert.equal(matches('b', 'c'), false);
    assert.equal(matches('i\0b', ''), false);
    assert.equal(matches('.', 'l'), false);
  });
});
