/** What a look at JSON files tells: keys, types, and what is wrong with a first row. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { typeName } from '../../src/columnar/data-type.js';
import type { LeatError } from '../../src/errors.js';
import { sampleJson } from '../../src/formats/jsonl/infer.js';
import type { JsonFormat } from '../../src/formats/jsonl/json-file.js';
import { scratchFolder } from './support/csv-files.js';
import { writeJson } from './support/json-files.js';

const folder = scratchFolder();

function columnsOf(content: string, format: JsonFormat = 'jsonl'): string {
  const { names, typeOf } = sampleJson([{ path: writeJson(folder, content) }], format);
  return names.map((name, i) => `${name} ${typeName(typeOf(i))}`).join(', ');
}

test('types of values', () => {
  const columns: readonly [values: readonly string[], type: string][] = [
    [['true', 'null', 'false'], 'boolean'],
    [['1', '-20', 'null'], 'int'],
    [['1', '3000000000', '2'], 'bigint'],
    [['1', '9223372036854775808', '2'], 'decimal(38,0)'],
    [['1', '1'.repeat(39), '2'], 'double'],
    [['1', '2.5', '1e3'], 'double'],
    [['1', '2.0', '3'], 'double'],
    [['1', '1e2', '3'], 'double'],
    [['"2026-01-01"', '"2026-12-31"', 'null'], 'date'],
    [['"2026-01-01"', '"2026-01-01T10:00:00Z"', '"2026-01-02"'], 'timestamp'],
    [['"2026-01-01"', '"2023-02-29"', 'null'], 'string'],
    [['"12"', '"13"', '"14"'], 'string'],
    [['"true"', '"false"', '"true"'], 'string'],
    [['1', '"x"', '2'], 'string'],
    [['1', 'true', '2'], 'string'],
    [['{"a":1}', '[]', 'null'], 'json'],
    [['{"a":1}', '"x"', 'null'], 'string'],
    [['null', 'null', 'null'], 'string'],
  ];
  const rows = [0, 1, 2].map((row) => `{${columns.map(([values], i) => `"c${i}":${values[row]}`).join()}}`);
  assert.equal(columnsOf(rows.join('\n')), columns.map(([, type], i) => `c${i} ${type}`).join(', '));
});

test('keys of all rows, in the order in which they first come up, at their own level', () => {
  const rows = ['{"b":{"x":1},"a":"}\\""}', '{"a":null,"c":[{"y":2}]}', '{"\\u00e5":1}'];
  assert.equal(columnsOf(rows.join('\n')), 'b json, a string, c json, å int');
  assert.equal(columnsOf(`[${rows.join(',\n')}]`, 'json'), 'b json, a string, c json, å int');
  assert.equal(columnsOf(rows.join('\n'), 'json'), 'b json, a string, c json, å int');
  assert.equal(columnsOf('{"a":\n1}\n{"b": 2}', 'json'), 'a int, b int');
});

test('keys that JavaScript has other ideas about', () => {
  assert.equal(
    columnsOf('{"b":1,"2":"x","constructor":true}\n{"__proto__":1.5}\n{}'),
    'b int, 2 string, constructor boolean, __proto__ double',
  );
});

test('a row that ends behind the sample does not count; a file without rows is passed over', () => {
  const long = `{"a":1}\n{"b":"${'x'.repeat(300_000)}"}\n`;
  assert.equal(columnsOf(long), 'a int');
  const paths = ['\n', '{"z":1}'].map((content) => ({ path: writeJson(folder, content) }));
  assert.deepEqual(sampleJson(paths, 'jsonl').names, ['z']);
});

test('why a column is text', () => {
  const path = writeJson(folder, '{"a":1}\n{"a":"n/a"}\n{"a":3}\n');
  const sample = sampleJson([{ path }], 'jsonl');
  assert.deepEqual(sample.oddText(0), { text: '"n/a"', place: { file: path, line: 2 } });
});

test('no rows, and a first row that is none, are errors', () => {
  const failing = (content: string, format: JsonFormat = 'jsonl'): LeatError => {
    try {
      columnsOf(content, format);
    } catch (error) {
      return error as LeatError;
    }
    throw new Error('it was taken');
  };
  assert.equal(failing('').code, 'FORMAT_JSON_EMPTY');
  assert.equal(failing('[ ]', 'json').code, 'FORMAT_JSON_EMPTY');
  const { code, diagnostics } = failing('\n{"a":1,"b":tru}\n');
  assert.equal(code, 'FORMAT_JSON_SYNTAX');
  assert.deepEqual([diagnostics[0].place?.line, diagnostics[0].place?.column], [2, 15]);
  assert.match(failing('[{"a":1}]').diagnostics[0].hint ?? '', /format: json/);
  assert.match(failing('{"a":1} x\n').message, /end of the line.*found "x"/);
});
