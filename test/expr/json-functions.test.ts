/** Functions over json and bytes against DuckDB, over generated values. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BYTES, INT, JSON_TEXT, STRING } from '../../src/columnar/data-type.js';
import type { Schema } from '../../src/columnar/schema.js';
import { formatValue } from '../../src/columnar/text.js';
import type { Value } from '../../src/columnar/value.js';
import { evaluate } from '../../src/expr/interpreter.js';
import { duckdbRows } from '../support/duckdb.js';
import { random } from '../support/random.js';
import { randomJson, randomValue } from './compiler/support/random-columns.js';
import { bound, CONSTANTS, problemsOf } from './support/bound.js';

const SCHEMA: Schema = [
  { name: 'p', type: JSON_TEXT },
  { name: 'q', type: JSON_TEXT },
  { name: 's', type: STRING },
  { name: 'b', type: BYTES },
  { name: 'i', type: INT },
];
const TYPES = ['JSON', 'JSON', 'VARCHAR', 'BLOB', 'INT'];

/** In leat and, where it is called otherwise there, in DuckDB. */
const EXPRESSIONS: readonly (readonly [leat: string, duckdb?: string])[] = [
  ['json_type(p)'],
  ["json_type(p, '$.a')"],
  ['json_array_length(p)'],
  ["json_array_length(p, '$.k')"],
  ['json_keys(p)', 'to_json(json_keys(p))'],
  ["json_keys(p, 'a')", "to_json(json_keys(p, 'a'))"],
  ["json_exists(p, '$.a')"],
  ["json_exists(p, '$.k[1]')"],
  ['json_valid(s)'],
  ["json_extract_string(p, '$.k[0]')"],
  ['json_extract(p, \'$.a."a b"\')'],
  ['json_extract(p, i)'],
  ['json(json_extract(p, 1))', 'json_extract(p, 1)'],
  ['json_merge_patch(p, q)', 'CASE WHEN p IS NOT NULL AND q IS NOT NULL THEN json_merge_patch(p, q) END'],
  ["json_object('p', p, 's', s, 'i', i)"],
  ['json_array(s, i, p, b)', 'json_array(s, i, p, CAST(b AS varchar))'],
  ['to_json(s)', "CASE WHEN s IS NOT NULL THEN to_json(s) ->> '$' END"],
  ['to_json(i)'],
  ['hex(b)'],
  ['hex(s)'],
  ['to_base64(b)'],
  ['md5(b)'],
  ['sha256(b)'],
  ['octet_length(b)'],
  ['from_base64(to_base64(b))'],
  ['unhex(hex(b))'],
  ['encode(s)'],
  ['decode(encode(s))'],
  ['b || b'],
  ['decode(b)'],
];

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** DuckDB writes numbers anew, and escapes: keys and texts are compared as what they hold. */
const canonical = (text: string | null): unknown => {
  if (text === null) return null;
  try {
    return JSON.stringify(JSON.parse(text));
  } catch {
    return text;
  }
};

describe('functions over json and bytes mean what they mean to DuckDB', () => {
  const numbers = random(4);
  const rows = Array.from({ length: 300 }, (): Value[] => {
    const part = (): string => randomJson(numbers, 2);
    const json = numbers.chance(0.5) ? randomJson(numbers, 3) : `{"a":${part()},"k":[${part()},${part()}]}`;
    const text = numbers.chance(0.5) ? randomJson(numbers, 2) : randomValue(numbers, STRING);
    // Nulls of a patch are another matter to DuckDB: docs/departures.md.
    const patch = randomJson(numbers, 2).replaceAll('null', '7');
    const row = [json, patch, text, randomValue(numbers, BYTES), numbers.int(3)];
    return row.map((value) => (numbers.chance(0.1) ? null : value));
  });
  const table = rows.map((row, id) => {
    const values = row.map((value, c) => {
      const { type } = SCHEMA[c];
      if (value === null) return `NULL::${TYPES[c]}`;
      return `${quoted(type.kind === 'json' ? String(value) : formatValue(value, type))}::${TYPES[c]}`;
    });
    return `(${[id, ...values].join(', ')})`;
  });
  const from = `(VALUES ${table.join(', ')}) AS t(id, p, q, s, b, i)`;

  for (const [text, other = text] of EXPRESSIONS) {
    it(text, async () => {
      const expr = bound(text, SCHEMA);
      const asked = await duckdbRows(`SELECT CAST(TRY(${other}) AS varchar) FROM ${from} ORDER BY id`);
      rows.forEach((row, id) => {
        let found: string | null;
        try {
          const value = evaluate(expr, row, CONSTANTS);
          found = value === null ? null : formatValue(value, expr.type);
          if (expr.type.kind === 'json' && value !== null && !text.startsWith('to_json(s')) found = String(value);
        } catch (error) {
          assert.equal((error as Error).name, 'EvaluationError', String(error));
          found = null;
        }
        const shown = `seed ${numbers.seed}: ${text} over ${JSON.stringify(row)}`;
        assert.deepEqual(canonical(found), canonical(asked[id][0]), shown);
      });
    });
  }

  it('what is refused', () => {
    const messageOf = (text: string): string => problemsOf(text, SCHEMA)[0].message;
    assert.equal(messageOf("json_extract(s, '$.a')"), 'json_extract takes json, not string');
    assert.equal(messageOf("json_extract(p, '$.[')"), "'$.[' is not a path into json");
    assert.equal(messageOf("json_extract('{', '$.a')"), "'{' is not json");
    assert.match(messageOf("json_object('a')"), /does not take/);
    assert.throws(() => evaluate(bound('json_object(s, 1)', SCHEMA), [null, null, null, null, 1], CONSTANTS), /a key/);
    assert.throws(() => evaluate(bound('to_json(CAST(s AS double))', SCHEMA), [null, null, 'nan', null, 1], CONSTANTS));
  });
});
