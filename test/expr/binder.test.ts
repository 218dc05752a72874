/** Names, types and coercions; what is said about expressions that parse and mean nothing. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  decimal,
  INT,
  STRING,
  TIMESTAMP,
  typeName,
} from '../../src/columnar/data-type.js';
import { formatValue } from '../../src/columnar/text.js';
import type { ErrorCode } from '../../src/errors.js';
import { bindCondition } from '../../src/expr/binder.js';
import { evaluate } from '../../src/expr/interpreter.js';
import { parseType } from '../../src/expr/parse-type.js';
import { scopeOf } from '../../src/expr/scope.js';
import { bound, CONSTANTS, problemsOf } from './support/bound.js';

const SCHEMA = [
  { name: 'a', type: INT },
  { name: 'n', type: BIGINT },
  { name: 'x', type: DOUBLE },
  { name: 'm', type: decimal(12, 2) },
  { name: 'wide', type: decimal(38, 30) },
  { name: 's', type: STRING },
  { name: 'p', type: BOOLEAN },
  { name: 'd', type: DATE },
  { name: 'at', type: TIMESTAMP },
  { name: 'Country', type: STRING },
  { name: 'amount', type: decimal(12, 2) },
  { name: 'Id', type: INT },
  { name: 'ID', type: INT },
  { name: 'side.column', type: INT },
];

describe('names', () => {
  it('are exact first, then the only one that differs in case', () => {
    const slot = (text: string) => {
      const expr = bound(text, SCHEMA);
      return expr.op === 'column' ? SCHEMA[expr.slot].name : expr.op;
    };
    assert.equal(slot('country'), 'Country');
    assert.equal(slot('"COUNTRY"'), 'Country');
    assert.equal(slot('ID'), 'ID');
    assert.equal(slot('Id'), 'Id');
    assert.equal(slot('side.column'), 'side.column');
  });

  it('parameters are typed values', () => {
    const params = new Map([['floor', { type: decimal(12, 2), value: 150n }]]);
    const expr = bound('m >= $floor', SCHEMA, params);
    assert.equal(evaluate(expr, [null, null, null, 151n], CONSTANTS), true);
    assert.ok(expr.op === 'call' && expr.args[1].op === 'literal');
  });

  it('current_date and now() are the same for every row', () => {
    const show = (text: string) => {
      const expr = bound(text);
      return formatValue(evaluate(expr, [], CONSTANTS), expr.type);
    };
    assert.equal(show('current_date'), '2026-11-17');
    assert.equal(show('now()'), '2026-11-17 10:20:30.5');
    assert.equal(show('current_timestamp'), '2026-11-17 10:20:30.5');
  });
});

describe('literals take the type of what they meet', () => {
  for (const [text, value] of [
    ["date '2026-11-01' = '2026-11-01'", true],
    ["'2026-11-02' > date '2026-11-01'", true],
    ["timestamp '2026-11-01 00:00:00' = '2026-11-01'", true],
    ["1 = '1'", true],
    ["1.5 BETWEEN '1' AND 2", true],
    ["TRUE = 'yes'", true],
    ["date '2026-11-01' IN ('2026-11-01', NULL)", true],
    ["coalesce(NULL, '2026-11-01', date '2026-11-02') = date '2026-11-01'", true],
    ['CASE WHEN TRUE THEN NULL ELSE 1.5 END IS NULL', true],
    ['NULL + 1 IS NULL', true],
    ['length(NULL) IS NULL', true],
  ] as const) {
    it(text, () => assert.equal(evaluate(bound(text), [], CONSTANTS), value));
  }
});

describe('types', () => {
  const types: readonly (readonly [string, string])[] = [
    ['NULL', 'int'],
    ['-2147483648', 'bigint'],
    ['-9223372036854775808', 'bigint'],
    ['9223372036854775808', 'decimal(19,0)'],
    ['12345678901234567890123456789012345678901', 'double'],
    ['.5', 'decimal(1,1)'],
    ['5.', 'decimal(1,0)'],
    ['0.10', 'decimal(3,2)'],
    ['1e5', 'double'],
    ['a + n', 'bigint'],
    ['a / a', 'double'],
    ['m * 2', 'decimal(18,2)'],
    ['m * n', 'decimal(31,2)'],
    ['m + n', 'decimal(22,2)'],
    ['m % 7', 'decimal(12,2)'],
    ['m * m', 'decimal(18,4)'],
    ['d + 1', 'date'],
    ['d - d', 'bigint'],
    ["d + INTERVAL '1 day'", 'timestamp'],
    ["date_trunc('month', d)", 'timestamp'],
    ['CASE WHEN p THEN a ELSE m END', 'decimal(12,2)'],
    ['coalesce(a, n, x)', 'double'],
    ['nullif(a, 2.5)', 'int'],
    ['round(m)', 'decimal(12,0)'],
    ['round(m, 1)', 'decimal(12,1)'],
    ['s || 1', 'string'],
    ['if(p, 1, 2.5)', 'decimal(11,1)'],
    ["ifnull(s, '')", 'string'],
  ];
  for (const [text, type] of types) {
    it(`${text} is ${type}`, () => assert.equal(typeName(bound(text, SCHEMA).type), type));
  }

  it('have names', () => {
    const named: readonly (readonly [string, string])[] = [
      ['INTEGER', 'int'],
      ['Double Precision', 'double'],
      ['varchar(20)', 'string'],
      ['numeric(9, 4)', 'decimal(9,4)'],
      ['decimal(5)', 'decimal(5,0)'],
      ['decimal', 'decimal(18,3)'],
      ['datetime', 'timestamp'],
    ];
    for (const [text, type] of named) {
      const result = parseType(text);
      assert.equal('type' in result ? typeName(result.type) : 'none', type, text);
    }
    for (const [text, message, hint] of [
      ['float', /float is not a type/, /did you mean double/],
      ['strng', /strng is not a type/, /did you mean string/],
      ['money', /money is not a type/, /the types are boolean, int/],
      ['decimal(39,2)', /decimal\(39,2\) is not a type/, /p digits, 1 to 38/],
      ['decimal(5,6)', /decimal\(5,6\) is not a type/, /p digits/],
      ['int(11)', /int takes nothing in parentheses/, /^$/],
      ['toString', /toString is not a type/, /did you mean string/],
    ] as const) {
      const result = parseType(text);
      assert.ok('problems' in result, text);
      assert.equal(result.problems[0].code, 'EXPR_UNKNOWN_TYPE');
      assert.match(result.problems[0].message, message);
      assert.match(result.problems[0].hint ?? '', hint);
    }
  });
});

describe('what does not bind', () => {
  const cases: readonly (readonly [string, ErrorCode, RegExp, RegExp?])[] = [
    ['»amonut« > 1', 'EXPR_UNKNOWN_COLUMN', /there is no column amonut/, /did you mean `amount`/],
    ['a = »"text"«', 'EXPR_UNKNOWN_COLUMN', /there is no column text/, /text is written 'text'/],
    ['»id« = 1', 'EXPR_AMBIGUOUS_COLUMN', /id could be Id, ID/, /exactly/],
    ['a = »$flor«', 'EXPR_UNKNOWN_PARAM', /there is no parameter \$flor/, /there are no parameters/],
    ['»lenght«(s)', 'EXPR_UNKNOWN_FUNCTION', /there is no function lenght/, /did you mean `length`/],
    ['»constructor«(s)', 'EXPR_UNKNOWN_FUNCTION', /there is no function constructor/],
    ['CAST(a AS »itn«)', 'EXPR_UNKNOWN_TYPE', /itn is not a type/, /did you mean int/],
    ['»s = 1«', 'EXPR_TYPE_MISMATCH', /string and int cannot be compared/, /CAST\(s AS int\)/],
    ['»d = 1«', 'EXPR_TYPE_MISMATCH', /date and int cannot be compared/],
    ['»p = 1«', 'EXPR_TYPE_MISMATCH', /boolean and int cannot be compared/],
    ['»s IN (1, 2)«', 'EXPR_TYPE_MISMATCH', /string and int cannot be compared/, /CAST\(s AS int\)/],
    ["»s + 'x'«", 'EXPR_TYPE_MISMATCH', /\+ does not take string and string/, /joined with \|\|/],
    ['»s + 1«', 'EXPR_TYPE_MISMATCH', /\+ does not take string and int/, /CAST\(s AS int\)/],
    ['»at - at«', 'EXPR_TYPE_MISMATCH', /- does not take timestamp and timestamp/, /date_diff/],
    ['»at + 1«', 'EXPR_TYPE_MISMATCH', /\+ does not take timestamp and int/, /INTERVAL '1 day'/],
    ['»-s«', 'EXPR_TYPE_MISMATCH', /- does not take string/],
    ['»p + 1«', 'EXPR_TYPE_MISMATCH', /\+ does not take boolean and int/, /CASE WHEN/],
    ['»m // 2«', 'EXPR_ARGUMENTS', /\/\/ divides integers/, /floor\(a \/ b\)/],
    ['»wide * wide«', 'EXPR_ARGUMENTS', /60 digits after the point, and 38 is the most/, /CAST/],
    ['»p || p«', 'EXPR_ARGUMENTS', /\|\| joins texts/, /OR/],
    ['»a = NULL«', 'EXPR_TYPE_MISMATCH', /= NULL is never true/, /IS NULL/],
    ['»a <> NULL«', 'EXPR_TYPE_MISMATCH', /<> NULL is never true/, /IS NOT NULL/],
    ["d = »'2026-02-30'«", 'EXPR_TYPE_MISMATCH', /'2026-02-30' is not a date/, /looks like this/],
    ["a = »'one'«", 'EXPR_TYPE_MISMATCH', /'one' is not an int/],
    ["»date 'soon'«", 'EXPR_TYPE_MISMATCH', /'soon' is not a date/],
    ['»CASE WHEN p THEN a ELSE d END«', 'EXPR_TYPE_MISMATCH', /the results of CASE have different types: int, date/],
    ['»coalesce(s, a)«', 'EXPR_TYPE_MISMATCH', /the arguments of coalesce have different types/, /CAST them/],
    ['»CAST(a AS date)«', 'EXPR_TYPE_MISMATCH', /int cannot be cast to date/, /date '1970-01-01' \+ n/],
    ["»INTERVAL '1 day'«", 'EXPR_TYPE_MISMATCH', /an interval is not a value/],
    ["»a + INTERVAL '1 day'«", 'EXPR_TYPE_MISMATCH', /an interval can be added to a date or a timestamp only/],
    ["d + »INTERVAL '1 fortnight'«", 'EXPR_TYPE_MISMATCH', /fortnight is not a unit/, /the units are/],
    ["d + »INTERVAL '1.5 months'«", 'EXPR_TYPE_MISMATCH', /a fraction of months has no fixed length/],
    ["d + »INTERVAL ''«", 'EXPR_TYPE_MISMATCH', /the interval is empty/],
    ["d + »INTERVAL 'soon'«", 'EXPR_TYPE_MISMATCH', /'soon' is not part of an interval/],
    ['d + »INTERVAL 3000000000 DAY«', 'EXPR_TYPE_MISMATCH', /the interval is too long/],
    ['d + INTERVAL »1.5« DAY', 'EXPR_TYPE_MISMATCH', /a whole number of its unit/],
    ['d + INTERVAL »(n)« DAY', 'EXPR_TYPE_MISMATCH', /takes an int/],
    ['NOT »a«', 'EXPR_NOT_BOOLEAN', /the operand of NOT is int, not boolean/, /x <> 0/],
    ['p AND »s«', 'EXPR_NOT_BOOLEAN', /an operand of AND is string, not boolean/, /'yes'/],
    ['CASE WHEN »a« THEN 1 END', 'EXPR_NOT_BOOLEAN', /the condition of WHEN is int/],
    ['»sum«(a) > 1', 'EXPR_AGGREGATE_PLACE', /sum is an aggregate function and cannot stand here/, /aggregate step/],
    [
      'abs(a) FILTER (WHERE »p«)',
      'EXPR_AGGREGATE_PLACE',
      /FILTER stands only with an aggregate function, and abs is none/,
    ],
    ['abs(»DISTINCT« a)', 'EXPR_AGGREGATE_PLACE', /DISTINCT stands only with an aggregate/],
    ['abs(a ORDER BY »a«)', 'EXPR_AGGREGATE_PLACE', /ORDER BY stands only with an aggregate/],
    ['»abs(*)«', 'EXPR_ARGUMENTS', /abs\(\*\) means nothing/, /only count/],
    ['»abs(s)«', 'EXPR_ARGUMENTS', /abs does not take \(string\)/, /abs\(number\)/],
    ['»lower()«', 'EXPR_ARGUMENTS', /lower does not take no arguments/, /lower\(text\)/],
    ['»nullif(a)«', 'EXPR_ARGUMENTS', /nullif has the wrong number of arguments/, /nullif\(a, b\)/],
    ['»round(m, a)«', 'EXPR_ARGUMENTS', /needs its digits as a number/, /round\(x, 2\)/],
    ["»s LIKE 'a' ESCAPE 'xy'«", 'EXPR_ARGUMENTS', /ESCAPE takes one character/],
    ["»date_trunc('mnth', d)«", 'EXPR_ARGUMENTS', /'mnth' is not a unit of time/, /did you mean `month`/],
    ['»date_trunc(s, d)«', 'EXPR_ARGUMENTS', /must be a text as such/],
    ["date_part(»'yeer'«, d)", 'EXPR_ARGUMENTS', /'yeer' is not a part of a date/, /did you mean `year`/],
    ['date_part(»s«, d)', 'EXPR_ARGUMENTS', /the part must be a text/],
    ["»strftime(d, '%Q')«", 'EXPR_ARGUMENTS', /%Q is not a part of a format/, /%%/],
    ['»strftime(d, s)«', 'EXPR_ARGUMENTS', /the format must be a text/],
    ["strptime(s, »'%Q'«)", 'EXPR_ARGUMENTS', /%Q is not a part of a format that can be read/, /%%/],
    ["strptime(s, »''«)", 'EXPR_ARGUMENTS', /the format is empty/],
    ["regexp_matches(s, »'a(b'«)", 'EXPR_ARGUMENTS', /'a\(b' is not a regular expression: missing closing \)/, /RE2/],
    ["regexp_matches(s, »'x(?=a)'«)", 'EXPR_ARGUMENTS', /'\(\?=' in 'x\(\?=a\)' is not/, /no looking ahead/],
    ["regexp_matches(s, »'(a)\\1'«)", 'EXPR_ARGUMENTS', /'\\1' in/, /cannot refer to its own groups/],
    ["regexp_matches(s, »'a{2000}'«)", 'EXPR_ARGUMENTS', /repeat count/, /1000/],
    ["regexp_matches(s, 'a', »'g'«)", 'EXPR_ARGUMENTS', /'g' is not an option/, /'i' ignores case/],
    ["regexp_matches(s, 'a', »s«)", 'EXPR_ARGUMENTS', /the options must be a text as such/],
    ["regexp_replace(s, '(a)', »'\\2'«)", 'EXPR_ARGUMENTS', /the pattern has one group, not 2/],
    ["regexp_replace(s, 'a', »'\\n'«)", 'EXPR_ARGUMENTS', /neither a digit nor a backslash/, /first group/],
    ["regexp_extract(s, '(a)(b)', »3«)", 'EXPR_ARGUMENTS', /the pattern has 2 groups, not 3/, /0 is the whole match/],
    ["at AT TIME ZONE »'Europe/Olso'«", 'EXPR_ARGUMENTS', /no time zone 'Europe\/Olso'/, /did you mean `Europe\/Oslo`/],
    ["at AT TIME ZONE »'new york'«", 'EXPR_ARGUMENTS', /no time zone/, /did you mean `America\/New_York`/],
    ['to_utc_timestamp(at, »s«)', 'EXPR_ARGUMENTS', /the time zone must be a text as such/],
    ['»INTERVAL 1 DAY« * 2', 'EXPR_TYPE_MISMATCH', /an interval is not a value/],
    ['»to_days(3)«', 'EXPR_TYPE_MISMATCH', /an interval is not a value/],
    ['d + INTERVAL 1 DAY * »2.5«', 'EXPR_TYPE_MISMATCH', /multiplied with a whole number/],
    ['d + INTERVAL 1 DAY * »n«', 'EXPR_TYPE_MISMATCH', /in days takes an int/, /CAST it to int/],
    ['»date_add(d, 3)«', 'EXPR_ARGUMENTS', /date_add takes a date and an interval/, /INTERVAL 1 DAY/],
    ["»time_bucket('1 day', d)«", 'EXPR_ARGUMENTS', /takes an interval and a date or timestamp/],
    [
      "time_bucket(»INTERVAL '1 month 1 day'«, d)",
      'EXPR_TYPE_MISMATCH',
      /positive, and of one kind/,
      /no fixed number/,
    ],
    ['time_bucket(»INTERVAL (a) DAY«, d)', 'EXPR_TYPE_MISMATCH', /must be written as such/],
  ];
  for (const [marked, code, message, hint] of cases) {
    it(marked, () => {
      const start = marked.indexOf('»');
      const [problem] = problemsOf(marked.replace('»', '').replace('«', ''), SCHEMA);
      assert.equal(problem.code, code, problem.message);
      assert.match(problem.message, message);
      if (hint !== undefined) assert.match(problem.hint ?? '', hint);
      assert.deepEqual(problem.span, { start, end: marked.indexOf('«') - 1 });
    });
  }

  it('all mistakes of an expression are found at once', () => {
    const problems = problemsOf('foo + bar > 1 AND lenght(s) = 2 AND a', SCHEMA);
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['EXPR_UNKNOWN_COLUMN', 'EXPR_UNKNOWN_COLUMN', 'EXPR_UNKNOWN_FUNCTION', 'EXPR_NOT_BOOLEAN'],
    );
  });

  it('a condition that is not boolean', () => {
    const result = bindCondition('a + 1', scopeOf(SCHEMA));
    assert.ok('problems' in result);
    assert.equal(result.problems[0].code, 'EXPR_NOT_BOOLEAN');
    assert.ok('expr' in bindCondition('NULL', scopeOf(SCHEMA)));
  });
});
