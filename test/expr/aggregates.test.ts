/** Aggregate expressions: calls to accumulate, what is computed from them, and what cannot stand where. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AccumulatorSpec } from '../../src/columnar/accumulator.js';
import { BIGINT, BOOLEAN, DATE, DOUBLE, decimal, INT, STRING, typeName } from '../../src/columnar/data-type.js';
import type { ErrorCode } from '../../src/errors.js';
import { type AggregateKey, type BoundAggregates, bindAggregates } from '../../src/expr/aggregates/bind-aggregates.js';
import type { BoundAggregateCall } from '../../src/expr/aggregates/bound-aggregate.js';
import { evaluate } from '../../src/expr/interpreter.js';
import { printBound } from '../../src/expr/print.js';
import { scopeOf } from '../../src/expr/scope.js';
import { bound, CONSTANTS } from './support/bound.js';

const SCHEMA = [
  { name: 'country', type: STRING },
  { name: 'amount', type: decimal(12, 2) },
  { name: 'day', type: DATE },
  { name: 'n', type: BIGINT },
  { name: 'x', type: DOUBLE },
  { name: 'paid', type: BOOLEAN },
  { name: 'i', type: INT },
];
const KEYS: readonly AggregateKey[] = [
  { name: 'land', expr: bound('country', SCHEMA) },
  { name: 'month', expr: bound("date_trunc('month', day)", SCHEMA) },
];

function aggregates(...texts: string[]): BoundAggregates {
  const result = bindAggregates(texts, scopeOf(SCHEMA), KEYS);
  if ('problems' in result) assert.fail(JSON.stringify(result.problems));
  return result;
}

function accumulatorOf({ how }: BoundAggregateCall): AccumulatorSpec {
  return how.kind === 'accumulate' ? how.accumulator : assert.fail('no accumulator');
}

describe('aggregate expressions', () => {
  it('become calls over the input and expressions over keys and calls', () => {
    const { calls, post } = aggregates('sum(amount)', 'sum(amount) / count(*)', 'count(n + 1)');
    assert.deepEqual(
      calls.map((call) => [call.text, call.arg && printBound(call.arg), accumulatorOf(call).kind]),
      [
        ['sum(amount)', 'amount', 'sum'],
        ['count(*)', null, 'count'],
        ['count(n + 1)', 'n + 1', 'count'],
      ],
      'equal calls are accumulated once',
    );
    const slots = ['NO', 0n, 1000n, 4n, 3n];
    assert.deepEqual(
      post.map((expr) => evaluate(expr, slots, CONSTANTS)),
      [1000n, 2.5, 3n],
    );
  });

  it('have the types of their accumulators', () => {
    const texts = ['count(*)', 'sum(i)', 'sum(n)', 'sum(amount)', 'sum(x)', 'avg(i)', 'min(country)', 'max(day)'];
    const { calls } = aggregates(...texts);
    assert.deepEqual(
      calls.map(({ type }) => typeName(type)),
      ['bigint', 'decimal(38,0)', 'decimal(38,0)', 'decimal(38,2)', 'double', 'double', 'string', 'date'],
    );
    assert.deepEqual(
      calls.map(({ arg }) => (arg === null ? '*' : typeName(arg.type))),
      ['*', 'int', 'bigint', 'decimal(12,2)', 'double', 'int', 'string', 'date'],
    );
  });

  it('FILTER becomes CASE', () => {
    const { calls } = aggregates('sum(amount) FILTER (WHERE paid)', 'count(*) FILTER (WHERE amount > 10)');
    assert.deepEqual(
      calls.map(({ arg }) => arg && printBound(arg)),
      ['CASE WHEN paid THEN amount END', 'CASE WHEN amount > 10.00 THEN TRUE END'],
    );
    assert.deepEqual(accumulatorOf(calls[1]).input, BOOLEAN);
  });

  it('keys can be used by name, as their column, and as their expression', () => {
    const texts = ['land', 'COUNTRY', "date_trunc('month', day)", 'month', 'land || count(*)', 'year(month) + 1'];
    const { post, calls } = aggregates(...texts);
    assert.equal(calls.length, 1);
    const slots = ['NO', 0n, 7n];
    assert.deepEqual(
      post.map((expr) => evaluate(expr, slots, CONSTANTS)),
      ['NO', 'NO', 0n, 0n, 'NO7', 1971n],
    );
  });

  it('names made above are the results, outside of aggregate functions', () => {
    const names = ['errors', 'all_rows', 'amount'];
    const texts = ['count_if(paid)', 'count(*) + 0', 'sum(amount)', 'errors * 100 / all_rows', 'amount + 1'];
    const result = bindAggregates(texts, scopeOf(SCHEMA), [], [...names, 'share', 'more']);
    if ('problems' in result) assert.fail(JSON.stringify(result.problems));
    assert.equal(result.calls.length, 3, 'each is computed once');
    const values = result.post.map((expr) => evaluate(expr, [2n, 8n, 500n], CONSTANTS));
    assert.deepEqual(values, [2n, 8n, 500n, 25, 600n]);
    const wrong = bindAggregates(['errors + 1', 'count(*)'], scopeOf(SCHEMA), [], ['more', 'errors']);
    assert.ok('problems' in wrong, 'not those below');
  });

  const refused: readonly (readonly [string, ErrorCode, RegExp, RegExp?])[] = [
    ['»amount« + 1', 'EXPR_NOT_AGGREGATED', /amount is not a key of this aggregate/, /add it to by/],
    ['sum(amount) + »n«', 'EXPR_NOT_AGGREGATED', /n is not a key/],
    ['sum(»max«(n))', 'EXPR_AGGREGATE_PLACE', /max cannot stand inside sum/, /two steps/],
    ['sum(n) FILTER (WHERE »sum«(n) > 1)', 'EXPR_AGGREGATE_PLACE', /sum cannot stand inside sum/],
    ['sum(»country«)', 'EXPR_ARGUMENTS', /sum takes numbers, not string/, /CAST/],
    ['avg(»paid«)', 'EXPR_ARGUMENTS', /avg takes numbers, not boolean/, /count_if/],
    ['»sum(*)«', 'EXPR_ARGUMENTS', /sum\(\*\) means nothing/, /only count/],
    ['»sum()«', 'EXPR_ARGUMENTS', /sum takes 1 argument/, /sum\(\[DISTINCT\] number\)/],
    ['»count(n, x)«', 'EXPR_ARGUMENTS', /count takes 1 argument/],
    ['»stddev(n, x)«', 'EXPR_ARGUMENTS', /stddev takes 1 argument/],
    ['»string_agg(country, land, n)«', 'EXPR_ARGUMENTS', /string_agg takes 1 to 2 arguments/],
    ["string_agg(country, »country || ','«)", 'EXPR_ARGUMENTS', /separator of string_agg is a text, not an expression/],
    ['string_agg(DISTINCT country, »1«)', 'EXPR_ARGUMENTS', /is a text, not int/],
    ['string_agg(DISTINCT country ORDER BY »n«)', 'EXPR_ARGUMENTS', /ordered by its argument only/, /leave DISTINCT/],
    ['count(»DISTINCT« *)', 'EXPR_ARGUMENTS', /DISTINCT means nothing in count\(\*\)/, /count\(DISTINCT x\)/],
    ['first(»DISTINCT« n)', 'EXPR_ARGUMENTS', /DISTINCT means nothing in first/, /leave DISTINCT out/],
    ['sum(n ORDER BY »x«)', 'EXPR_ARGUMENTS', /the order of the rows means nothing to sum/, /leave ORDER BY out/],
    ['quantile_cont(n, »x«)', 'EXPR_ARGUMENTS', /a number between 0 and 1/, /quantile_cont\(x, 0.95\)/],
    ['quantile_cont(n, »2«)', 'EXPR_ARGUMENTS', /a number between 0 and 1/],
    ['median(»country«)', 'EXPR_ARGUMENTS', /median takes numbers, dates and timestamps, not string/, /mode/],
    ['bool_and(»n«)', 'EXPR_NOT_BOOLEAN', /the argument of bool_and is bigint/],
    ['corr(x, »country«)', 'EXPR_ARGUMENTS', /corr takes numbers/],
    ['median(»sum«(n))', 'EXPR_AGGREGATE_PLACE', /sum cannot stand inside median/],
    ['first(n ORDER BY »sum«(n))', 'EXPR_AGGREGATE_PLACE', /sum cannot stand inside first/],
    ['count(*) FILTER (WHERE »n«)', 'EXPR_NOT_BOOLEAN', /the condition of FILTER is bigint/],
    ['sum(»amont«)', 'EXPR_UNKNOWN_COLUMN', /there is no column amont/, /`amount`/],
  ];
  for (const [marked, code, message, hint] of refused) {
    it(marked, () => {
      const start = marked.indexOf('»');
      const text = marked.replace('»', '').replace('«', '');
      const result = bindAggregates(['count(*)', text], scopeOf(SCHEMA), KEYS);
      assert.ok('problems' in result, 'it binds');
      const [none, [problem]] = result.problems;
      assert.deepEqual(none, []);
      assert.equal(problem.code, code);
      assert.match(problem.message, message);
      if (hint !== undefined) assert.match(problem.hint ?? '', hint);
      assert.deepEqual(problem.span, { start, end: marked.indexOf('«') - 1 });
    });
  }
});
