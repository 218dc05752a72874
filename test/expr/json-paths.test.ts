/** Paths into json: what they lead to, for DuckDB too, and what it becomes beside other types. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BOOLEAN, DATE, decimal, INT, JSON_TEXT, STRING, typeName } from '../../src/columnar/data-type.js';
import type { Schema } from '../../src/columnar/schema.js';
import { formatValue } from '../../src/columnar/text.js';
import type { Value } from '../../src/columnar/value.js';
import { EvaluationError } from '../../src/expr/evaluation-error.js';
import { evaluate } from '../../src/expr/interpreter.js';
import { parsePath, pathText } from '../../src/expr/json-path.js';
import { printBound } from '../../src/expr/print.js';
import type { JsonStep } from '../../src/kernels/json-text.js';
import { duckdbRows } from '../support/duckdb.js';
import { random } from '../support/random.js';
import { randomJson } from './compiler/support/random-columns.js';
import { bound as boundOver, CONSTANTS, problemsOf } from './support/bound.js';

const SCHEMA: Schema = [
  { name: 'p', type: JSON_TEXT },
  { name: 'p.dotted', type: INT },
  { name: 's', type: STRING },
  { name: 'i', type: INT },
  { name: 'price', type: decimal(8, 2) },
  { name: 'day', type: DATE },
  { name: 'yes', type: BOOLEAN },
];
const bound = (text: string) => boundOver(text, SCHEMA);

/** The value as text, with the other columns filled in. */
function textOf(text: string, p: Value): string | null {
  const expr = bound(text);
  const value = evaluate(expr, [p, 7, 'x', 2, 1050n, 20000, true], CONSTANTS);
  return value === null ? null : formatValue(value, expr.type);
}

function problemOf(text: string): string {
  const [{ code, message, hint }] = problemsOf(text, SCHEMA);
  return `${code} ${message} (${hint})`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

describe('paths into json', () => {
  it('lead where DuckDB goes', async () => {
    const numbers = random(77);
    // DuckDB refuses the empty key.
    const keys = ['a', 'b', 'k', 'k.x', 'a b'];
    /** A step that leads somewhere, as a rule. */
    const stepInto = (value: unknown): JsonStep => {
      if (numbers.chance(0.2)) return numbers.chance(0.5) ? numbers.pick(keys) : numbers.between(-3, 3);
      if (Array.isArray(value)) return numbers.between(-value.length, value.length);
      const known = Object.keys((value ?? {}) as object).filter((key) => keys.includes(key));
      return known.length === 0 ? numbers.pick(keys) : numbers.pick(known);
    };
    const cases = Array.from({ length: 1500 }, () => {
      const part = (): string => randomJson(numbers, 3);
      const json = `{"a":${part()}, "k" : [${part()}, ${part()}],"b":${part()},"a":0}`;
      const steps: JsonStep[] = [];
      let value: unknown = JSON.parse(json);
      for (let i = numbers.between(1, 3); i > 0; i--) {
        const step = stepInto(value);
        steps.push(step);
        value = typeof step === 'number' ? (Array.isArray(value) ? value.at(step) : undefined) : Object(value)[step];
      }
      return { json, steps };
    });
    const found = cases.map(({ json, steps }) => {
      const [first, ...rest] = steps;
      const written = [first, ...rest].map((step) => (typeof step === 'number' ? `[${step}]` : `."${step}"`)).join('');
      const value = evaluate(bound(`"p"${written}`), [json], CONSTANTS);
      return value === null ? null : String(value);
    });
    const list = cases.map(({ json, steps }, i) => {
      const path = pathText(steps).replaceAll('[-', '[#-');
      const leat = found[i];
      return `(${i}, ${quoted(json)}::JSON, ${quoted(path)}, ${leat === null ? 'NULL' : quoted(leat)}::JSON)`;
    });
    const rows = await duckdbRows(
      `SELECT i, json(found), CASE json_type(j -> path) WHEN 'NULL' THEN NULL ELSE json(j -> path) END FROM (VALUES ${list.join(', ')}) AS t(i, j, path, found) ORDER BY CAST(i AS int)`,
    );
    for (const [i, leat, duckdb] of rows) {
      const { json, steps } = cases[Number(i)];
      assert.equal(leat, duckdb, `seed ${numbers.seed}: ${pathText(steps)} of ${json}`);
    }
    const count = found.filter((value) => value !== null).length;
    assert.ok(count > 500, `${count} are found`);
  });

  it('name columns first', () => {
    const json = '{"dotted": 1, "P": {"q": [{"a b": null}, "x"]}}';
    assert.equal(textOf('p.dotted', json), '7');
    assert.equal(textOf('P.dotted', json), '7');
    assert.equal(textOf('p."dotted"', json), '7');
    assert.equal(textOf('p.p', json), null, 'keys are exact');
    assert.equal(textOf('p.P.q[1]', json), 'x');
    assert.equal(textOf('p.P.q[-1]', json), 'x');
    assert.equal(textOf('p.P.q[2]', json), null);
    assert.equal(textOf('p.P.q[0]."a b"', json), null, "JSON's null is null");
    assert.equal(textOf('p.P.q[0]."a b" IS NULL', json), 'true');
    assert.equal(textOf('p.P.q.a', json), null, 'an array has no keys');
    assert.equal(textOf('p[0]', json), null, 'an object has no items');
  });

  it('are printed as they are written', () => {
    for (const text of ['p.a', 'p.a[0].b', 'p[-1]', 'p."a b"', 'p.a = s']) {
      assert.equal(printBound(bound(text)).replace(/ AS string\)/, ''), text.replace(/^/, ''));
    }
  });

  it('are texts that are read again', () => {
    for (const steps of [['a'], ['a.b', 0, -1], ['a "b" \\', 'ö', '']])
      assert.deepEqual(parsePath(pathText(steps)), steps);
    for (const text of ['$.', '$[x]', '$.a[*]', '/a', '$a', '$.a.']) assert.equal(parsePath(text), undefined, text);
    assert.deepEqual(parsePath('a.b'), ['a.b'], 'a text without $ is one key');
  });

  it('are refused where they lead into something else', () => {
    assert.match(problemOf('s.name'), /^EXPR_TYPE_MISMATCH s is string, and a path leads into json/);
    assert.match(problemOf('p["a"]'), /EXPR_SYNTAX/);
    assert.match(problemOf("p['a']"), /a key stands behind a dot: payload."a"/);
    assert.match(problemOf('p[1.5]'), /the place of an item/);
    assert.match(problemOf("date_trunc('month', p.at)"), /CAST the json to what it is; it is called so: date_trunc/);
    assert.match(problemOf('p.a + p.b'), /json and json \(say what the json is/);
    assert.match(problemOf('q.a'), /^EXPR_UNKNOWN_COLUMN there is no column q\.a/);
    assert.match(problemOf('q[0].a'), /there is no column q\[0\]\.a/);
  });
});

describe('json beside other types', () => {
  const json =
    '{"n": 10.5, "id": 12345678901234567, "t": "a\\n\\u00e9", "d": "2024-10-04", "b": true, "z": null, "o": {"x": 1}}';
  const cases: readonly (readonly [text: string, value: string | null])[] = [
    ['p.n > 10', 'true'],
    ['p.n = 10.5', 'true'],
    ['p.n > price', 'false'],
    ['10 < p.n AND p.n < 10.51', 'true'],
    ['p.id = 12345678901234567', 'true'],
    ['p.id = 12345678901234568', 'false'],
    ['p.id + 1', '12345678901234568'],
    ['p.n * 2e0', '21.0'],
    ['p.n * price', '110.25'],
    ["p.t = 'a\né'", 'true'],
    ["p.t IN ('b', s)", 'false'],
    ['p.id IN (1, 12345678901234567)', 'true'],
    ['p.n IN (10, 11)', 'false'],
    ['p.n IN (10, p.n)', 'true'],
    ['i IN (p.n, p.id)', 'false'],
    ['p.n NOT IN (10, NULL)', null],
    ['upper(p.t)', 'A\nÉ'],
    ["p.t || '!'", 'a\né!'],
    ['p.t LIKE s', 'false'],
    ['p.d = day', 'true'],
    ["p.d = date '2024-10-04'", 'true'],
    ['NOT p.b', 'false'],
    ['p.b = yes', 'true'],
    ['coalesce(p.z, p.q, 3)', '3'],
    ["coalesce(p.z, 'none')", 'none'],
    ['CASE WHEN p.b THEN p.t END', 'a\né'],
    ['p.z = p.z', null],
    ['p.o = p.o', 'true'],
    ['p.o', '{"x": 1}'],
    ['CAST(p.o AS string)', '{"x": 1}'],
    ['CAST(p.n AS double)', '10.5'],
    ['CAST(p.n AS decimal(5,1))', '10.5'],
    ['TRY_CAST(p.t AS int)', null],
    ['TRY_CAST(p.n AS int)', null],
    ['CAST(p AS string) = CAST(CAST(CAST(p AS string) AS json) AS string)', 'true'],
    ['CAST(i AS json)', '2'],
    ['CAST(price AS json)', '10.50'],
    ['CAST(day AS json)', '2024-10-04'],
    ['CAST(yes AS json) = p.b', 'true'],
  ];
  for (const [text, value] of cases) it(`${text} is ${value}`, () => assert.equal(textOf(text, json), value));

  it('has the type of what it meets', () => {
    const types = { 'coalesce(p.n, i)': 'bigint', 'coalesce(p.n, price)': 'double', 'coalesce(p.n, s)': 'string' };
    for (const [text, type] of Object.entries(types)) assert.equal(typeName(bound(text).type), type, text);
  });

  it('fails where it does not fit', () => {
    for (const text of ['p.t > 1', 'p.n + 1', 'p.t AND yes', 'CAST(p.o AS int)', 'p.n = day']) {
      assert.throws(() => textOf(text, json), EvaluationError, text);
    }
  });
});
