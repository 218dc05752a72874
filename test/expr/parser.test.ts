/** Syntax: what binds how tightly, where things stand, and what is said about what does not parse. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BOOLEAN, DATE, DOUBLE, decimal, INT, STRING, TIMESTAMP } from '../../src/columnar/data-type.js';
import type { ExprNode } from '../../src/expr/ast.js';
import { parseExpression } from '../../src/expr/parser.js';
import { printBound } from '../../src/expr/print.js';
import { random } from '../support/random.js';
import { bound, problemsOf } from './support/bound.js';
import { SCHEMA as GENERATED, generateExpression } from './support/generate-expression.js';

const SCHEMA = [
  { name: 'a', type: INT },
  { name: 'c', type: INT },
  { name: 'p', type: BOOLEAN },
  { name: 'q', type: BOOLEAN },
  { name: 's', type: STRING },
  { name: 'x', type: DOUBLE },
  { name: 'm', type: decimal(12, 2) },
  { name: 'd', type: DATE },
  { name: 'at', type: TIMESTAMP },
  { name: 'Order ID', type: INT },
];

function parsed(text: string): ExprNode {
  const result = parseExpression(text);
  assert.ok('expr' in result, text);
  return result.expr;
}

/** The tree without spans, for comparing two ways to write one thing. */
function shape(text: string): string {
  return JSON.stringify(parsed(text), (key, value) => (key.toLowerCase().endsWith('span') ? undefined : value));
}

describe('precedence', () => {
  const pairs: readonly (readonly [string, string])[] = [
    ['a + c * 2', 'a + (c * 2)'],
    ['a - c - 1', '(a - c) - 1'],
    ['-a ^ 2', '(-a) ^ 2'],
    ['-a::double', '-(a::double)'],
    ["s || 'x' = 'y'", "(s || 'x') = 'y'"],
    ["a + c || 'x'", "(a + c) || 'x'"],
    ['NOT p AND q', '(NOT p) AND q'],
    ['NOT a = c', 'NOT (a = c)'],
    ['p OR q AND p', 'p OR (q AND p)'],
    ['a = c IS NULL', '(a = c) IS NULL'],
    ['NOT p IS NULL', 'NOT (p IS NULL)'],
    ['a + c IN (1, 2)', '(a + c) IN (1, 2)'],
    ['a IN (1) = p', '(a IN (1)) = p'],
    ['a BETWEEN 1 AND 2 AND p', '(a BETWEEN 1 AND 2) AND p'],
    ["s || 'a' LIKE 'b' || '%'", "(s || 'a') LIKE ('b' || '%')"],
    ['a IS DISTINCT FROM c + 1', 'a IS DISTINCT FROM (c + 1)'],
    ['a % 3 * 2 // 4', '((a % 3) * 2) // 4'],
    ['a <> c', 'a != c'],
    ['a ** 2', 'a ^ 2'],
    ['CAST(a AS double precision)', 'a::double'],
  ];
  for (const [short, long] of pairs) {
    it(`${short} is ${long}`, () => {
      assert.equal(shape(short), shape(long));
    });
  }

  it('words are words in any case, comments are blanks', () => {
    assert.equal(shape('case When a=1 tHEN 2 else 3 END'), shape('CASE WHEN a = 1 THEN 2 ELSE 3 END'));
    assert.equal(shape('a /* one */ + -- two\n c'), shape('a + c'));
    assert.equal(shape('extract(YEAR from d)'), shape("date_part('year', d)"));
    assert.equal(shape("position('b' in s)"), shape("strpos(s, 'b')"));
  });
});

describe('spans', () => {
  it('hold each node exactly, in UTF-16 units', () => {
    const text = "'😀' || (a +  c)";
    const expr = parsed(text);
    assert.ok(expr.kind === 'binary' && expr.right.kind === 'binary');
    const at = ({ span }: { span: { start: number; end: number } }) => text.slice(span.start, span.end);
    assert.equal(at(expr), text);
    assert.equal(at(expr.left), "'😀'");
    assert.equal(at(expr.right), '(a +  c)');
    assert.equal(at(expr.right.right), 'c');
    assert.equal(at({ span: expr.operatorSpan }), '||');
  });
});

/** Literals are printed in the type that they were brought to, so 2 may be 2.00 the second time. */
function withoutZeros(text: string): string {
  return text.replaceAll(/\.?0+(?![\d.])/g, '');
}

describe('printing', () => {
  const texts = [
    'a + c * 2 - (a - c)',
    '(a + c) * 2',
    '-(-a) - -1',
    'NOT (p AND q) OR NOT p',
    '(p OR q) AND p',
    "CASE a WHEN 1 THEN 'one' ELSE s || '''' END",
    "s LIKE 'a%' AND s NOT ILIKE 'b' AND s LIKE 'c!%' ESCAPE '!'",
    "a IN (1, NULL) AND s NOT IN ('x', 'y')",
    'a IS DISTINCT FROM c AND p IS TRUE AND q IS NOT FALSE AND x IS NULL',
    "d + 1 > date '2026-11-01' OR at < timestamp '2026-11-01 10:00:00'",
    "at + INTERVAL '1 month 3 days' - INTERVAL 2 HOURS",
    'm * 1.10 + 0.5e0 + 3000000000 + CAST(x AS decimal(20,4))',
    'TRY_CAST(s AS date) = current_date AND now() > at AND coalesce(a, c, 0) = 1',
    '"Order ID" / 2',
    "CAST('nan' AS double) = x",
    'nullif(a, 0) = greatest(a, c, 1)',
  ];
  for (const text of texts) {
    it(`of ${text} is stable`, () => {
      const printed = printBound(bound(text, SCHEMA));
      assert.equal(withoutZeros(printBound(bound(printed, SCHEMA))), withoutZeros(printed));
    });
  }

  it('of generated expressions too', () => {
    const numbers = random(5);
    for (let i = 0; i < 400; i++) {
      const text = generateExpression(numbers);
      const printed = printBound(bound(text, GENERATED));
      const again = printBound(bound(printed, GENERATED));
      assert.equal(withoutZeros(again), withoutZeros(printed), `seed ${numbers.seed}: ${text}`);
    }
  });
});

describe('what does not parse', () => {
  /** Text with the problem's place between » and «, message, hint. */
  const cases: readonly (readonly [string, RegExp, RegExp?])[] = [
    ['»«', /the expression is empty/],
    ['a »==« 1', /== is not SQL/, /SQL compares with =/],
    ['p »&&« q', /&& is not SQL/, /AND/],
    ['»!«p', /! is not SQL/, /NOT/],
    ['p »?« 1 : 2', /\? is not SQL/, /CASE WHEN/],
    ['»`«a`', /` is not SQL/, /double quotes/],
    ['a = »“«x”', /is not SQL/, /straight quotes/],
    ['»{«a}', /\{ is not SQL/, /\$name/],
    ['a »~« 1', /~ is not SQL/, /regexp_matches/],
    ["a »similar« to 'b'", /SIMILAR is not an operator/, /regexp_full_match/],
    ['a at time »at«', /found at where ZONE/i],
    ['a »\\« 1', /unexpected character \\/],
    ['»$« = 1', /unexpected character \$/, /\$name/],
    ["s = »'abc«", /the quoted text has no end/, /close it with '/],
    ['»"abc«', /the quoted name has no end/],
    ['a + »/* c«', /the comment has no end/],
    ['»12abc«', /12abc is not a number/],
    ['»1_000«', /1_000 is not a number/, /without _/],
    ['»(«a + c', /this parenthesis is never closed/, /add a \)/],
    ['a + c»)«', /this parenthesis was never opened/],
    ['round»(«a', /this parenthesis is never closed/],
    ['a +»«', /found the end of the expression where a value was expected/],
    ['a »c«', /found c where an operator or the end was expected/, /double quotes/],
    ['a = »=« c', /found = where a value was expected/],
    ['1 < a »<« 3', /< cannot follow another of its kind/, /a < b AND b < c/],
    ["s LIKE 'a' »LIKE« 'b'", /LIKE cannot follow another of its kind/, /parentheses/],
    ['a IS »1«', /found 1 where NULL, TRUE, FALSE or DISTINCT FROM was expected/, /=/],
    ['a BETWEEN 1 »OR« 2', /found OR where AND between the bounds of BETWEEN was expected/],
    ['a IN »1«', /found 1 where \( after IN was expected/, /IN \('a', 'b'\)/],
    ['a IN »()«', /the list of IN is empty/],
    ['a = (1»,« 2)', /a list can stand only after IN/],
    ['»CASE« WHEN p THEN 1', /this CASE is never closed/, /add END/],
    ['CASE »END«', /found END where a value was expected/],
    ['CASE WHEN p »ELSE« 1 END', /found ELSE where THEN after the condition of WHEN was expected/],
    ['CAST(a»,« int)', /found , where AS and a type was expected/, /CAST\(x AS int\)/],
    ['CAST(a AS »1«)', /found 1 where a type was expected/],
    ['a :: decimal(»x«)', /found x where a whole number was expected/],
    ['»SELECT« 1', /a SELECT cannot stand inside an expression/, /join/],
    ['a IN (»SELECT« 1)', /a SELECT cannot stand inside/],
    ['first(a ORDER »c«)', /found c where BY after ORDER was expected/],
    ['first(a ORDER BY c NULLS »b«)', /found b where LAST after NULLS was expected/],
    ['first(a ORDER BY c »d«)', /found d where/],
    ['sum(a) »OVER« ()', /OVER cannot stand in an expression/],
    ['sum(a) FILTER (»p«)', /found p where WHERE after FILTER \( was expected/],
    ['a »AS« total', /AS cannot stand here/, /name: expression/],
    ['a »desc«', /a direction cannot stand here/],
    ['»end« + 1', /found end where a value was expected/, /"end"/],
    ['a.»1«', /found .1 where an operator/],
    ['s[»x«]', /found x where the place of an item/, /payload.items/],
    ["»'a' 'b'«", /two texts side by side/, /\|\|/],
    ['»*« 2', /found \* where a value was expected/, /count\(\*\)/],
    ['extract(»5« FROM d)', /found 5 where a part such as YEAR was expected/],
    ['INTERVAL 3 »+« 1', /found \+ where a unit such as DAY was expected/],
  ];
  for (const [marked, message, hint] of cases) {
    it(marked, () => {
      const start = marked.indexOf('»');
      const text = marked.replace('»', '').replace('«', '');
      const result = parseExpression(text);
      assert.ok('problems' in result, 'it parses');
      const [problem] = result.problems;
      assert.equal(problem.code, 'EXPR_SYNTAX');
      assert.match(problem.message, message);
      if (hint !== undefined) assert.match(problem.hint ?? '', hint);
      if (!marked.startsWith('a.')) {
        assert.deepEqual(problem.span, { start, end: marked.indexOf('«') - 1 }, JSON.stringify(problem.span));
      }
    });
  }

  it('deep nesting, before the stack ends', () => {
    for (const text of [
      `${'('.repeat(5000)}1`,
      `${'-'.repeat(5000).replaceAll('-', '- ')}1`,
      `1${' + 1'.repeat(5000)}`,
    ]) {
      assert.match(problemsOf(text)[0].message, /nested too deeply/);
    }
    assert.ok(bound(`p${' AND p'.repeat(5000)}`, SCHEMA));
  });
});
