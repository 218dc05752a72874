/** What readers say about faulty files: code, place, text, and the rows before. Block and sequential reader alike. */
import assert from 'node:assert/strict';
import { utimesSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { BIGINT, BOOLEAN, DATE, type DataType, DOUBLE, decimal, INT, TIMESTAMP } from '../../src/columnar/data-type.js';
import { parseValue } from '../../src/columnar/text.js';
import { LeatError } from '../../src/errors.js';
import { blockStateBytes } from '../../src/formats/csv/block-states.js';
import { createCsvReader } from '../../src/formats/csv/csv-reader.js';
import { type CsvOptions, resolveDialect } from '../../src/formats/csv/dialect.js';
import { inspectCsvFiles, sampleCsv } from '../../src/formats/csv/infer.js';
import { planSplits } from '../../src/formats/csv/splits.js';
import { testMemory } from '../support/task-memory.js';
import { type ReadSettings, readCsv, scratchFolder, writeCsv } from './support/csv-files.js';

const folder = scratchFolder();

interface Expected {
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly message: RegExp;
  /** Rows handed out before. */
  readonly rows: number;
}

function expectFault(
  content: string | Uint8Array,
  expected: Expected,
  options: CsvOptions = {},
  settings: ReadSettings = {},
) {
  const path = writeCsv(folder, content);
  for (const size of [{}, { splitBytes: 5 }, { splitBytes: 3, batchRows: 1 }, { chunkBytes: 64 }]) {
    const { rows, error } = readCsv(path, options, { ...settings, ...size });
    assert.ok(error, 'no error');
    const [{ code, place, message, hint }] = error.diagnostics;
    assert.equal(code, expected.code, message);
    assert.match(message, expected.message);
    assert.deepEqual(
      { line: place?.line, column: place?.column },
      { line: expected.line, column: expected.column },
      message,
    );
    assert.equal(place?.file, path);
    assert.equal(rows.length, expected.rows, message);
    assert.ok(hint, 'no hint');
    assert.equal(error.position?.source, 7);
    assert.equal(error.position?.file, 0);
  }
}

test('FORMAT_CSV_FIELD_COUNT: too many and too few fields', () => {
  const many = {
    code: 'FORMAT_CSV_FIELD_COUNT',
    line: 3,
    column: 1,
    message: /3 fields, expected 2 fields: "3,4,5"/,
    rows: 1,
  };
  expectFault('a,b\n1,2\n3,4,5\n6,7\n', many);
  expectFault('a,b\n1,2\n3\n', { ...many, message: /1 field, expected 2 fields: "3"/ });
  expectFault('a,b\r\n1,2\r\n3,4,5\r\n', many);
  expectFault('a,b\r1,2\r3,4,5\r', many);
});

test('FORMAT_CSV_STRAY_QUOTE: a quote inside a field, or text behind a closing quote', () => {
  expectFault('id,what\n1,5" pipe\n2,y\n3,6" pipe\n', {
    code: 'FORMAT_CSV_STRAY_QUOTE',
    line: 2,
    column: 4,
    message: /inside the unquoted field "5\\" pipe/,
    rows: 0,
  });
  expectFault('a,b\nå,"x"y\n', {
    code: 'FORMAT_CSV_STRAY_QUOTE',
    line: 2,
    column: 5,
    message: /begins at 2:3/,
    rows: 0,
  });
  expectFault(
    'a,b\n1,"x\\"y"z\n',
    { code: 'FORMAT_CSV_STRAY_QUOTE', line: 2, column: 8, message: /begins at 2:3/, rows: 0 },
    { escape: '\\' },
  );
});

test('FORMAT_CSV_UNCLOSED_QUOTE points at the quote that opens', () => {
  const expected = { code: 'FORMAT_CSV_UNCLOSED_QUOTE', line: 3, column: 3, message: /has no end/, rows: 1 };
  expectFault('a,b\n1,2\n3,"x\ny,z\n', expected);
  expectFault('a,b\n1,2\n3,"', expected);
  expectFault('a,b\n1,2\n3,"x\\"', expected, { escape: '\\' });
});

test('FORMAT_CSV_UTF8: also in a column that nobody asked for', () => {
  const content = Buffer.concat([Buffer.from('a,b\n1,ø\n2,x'), Buffer.from([0xe5, 0x72]), Buffer.from('\n')]);
  const expected = { code: 'FORMAT_CSV_UTF8', line: 3, column: 4, message: /e5 72 0a|e5 72/, rows: 1 };
  expectFault(content, expected);
  expectFault(content, expected, {}, { only: ['a'] });
});

test('FORMAT_CSV_VALUE names text, column and type, for every type', () => {
  const types: readonly [DataType, string, string][] = [
    [INT, '2147483648', 'int'],
    [INT, '1.5', 'int'],
    [BIGINT, '9223372036854775808', 'bigint'],
    [DOUBLE, '1,5', 'double'],
    [decimal(4, 2), '100', 'decimal\\(4,2\\)'],
    [decimal(30, 2), 'x', 'decimal\\(30,2\\)'],
    [BOOLEAN, 'maybe', 'boolean'],
    [DATE, '2026-02-30', 'date'],
    [TIMESTAMP, '2026-02-03 25:00', 'timestamp'],
    [INT, '', 'int'],
  ];
  for (const [type, text, name] of types) {
    const message = new RegExp(`^"${text}" in column "b" is not an? ${name}`);
    const content = `a,b\nx,\n"two\nlines","${text}"\nz,1\n`;
    expectFault(
      content,
      { code: 'FORMAT_CSV_VALUE', line: 4, column: 8, message, rows: 1 },
      {},
      { types: { b: type } },
    );
  }
});

test('values in forms that only the exact parser knows are read all the same', () => {
  const path = writeCsv(
    folder,
    'n,d,t\n 1e3 , 2026-1-5 ,2026-01-05 10:00+02\n9999999999999999999.5,2026-01-06,\n,0045-03-15 (BC),2026-01-05T10:00:00Z\n',
  );
  const types = { n: decimal(25, 2), d: DATE, t: TIMESTAMP };
  for (const which of ['wasm', 'twins'] as const) {
    assert.deepEqual(readCsv(path, {}, { types, which }).rows, [
      [100000n, 20458, 1767600000000000n],
      [999999999999999999950n, 20459, null],
      [null, parseValue('0045-03-15 (BC)', DATE), 1767607200000000n],
    ]);
  }
});

test('a row is reported by its lowest fault, and faults of earlier rows win over those of later ones', () => {
  const path = writeCsv(folder, 'a,b\nx,y\n1,2\n3,4,5\n');
  assert.equal(readCsv(path, {}, { types: { a: INT, b: INT } }).error?.code, 'FORMAT_CSV_VALUE');
  const { rows, error } = readCsv(path, {}, { types: { b: INT }, only: ['b'] });
  assert.match(error!.message, /"y" in column "b"/);
  assert.equal(rows.length, 0);
});

test('FORMAT_CSV_ROW_SIZE: a row larger than a quarter of the share', () => {
  const path = writeCsv(folder, `a,b\n1,2\n3,"${'x'.repeat(600_000)}"\n`);
  const { rows, error } = readCsv(path, {}, { pages: 32 });
  assert.equal(error?.code, 'FORMAT_CSV_ROW_SIZE');
  assert.equal(error?.diagnostics[0].place?.line, 3);
  assert.equal(rows.length, 1);
  assert.equal(readCsv(path, {}, { pages: 64 }).rows.length, 2);
});

test('FORMAT_INPUT_CHANGED: another size or time than when the run began', () => {
  for (const change of [
    (path: string) => writeFileSync(path, 'a,b\n1,2,3\n'),
    (path: string) => utimesSync(path, 1, 1),
  ]) {
    const path = writeCsv(folder, 'a,b\n1,2\n');
    const { dialect, names } = sampleCsv({ path }, {});
    const { files } = inspectCsvFiles([{ path }], dialect, names);
    const splits = planSplits(files, () => false);
    const { memory, kernels } = testMemory(64);
    const states = new SharedArrayBuffer(blockStateBytes(1));
    const shape = { files, dialect, fieldCount: 2, columns: [], states, splits, source: 0 };
    const reader = createCsvReader({
      ...shape,
      memory,
      kernels: kernels().csv,
      codecs: kernels().codec,
      batchRows: 10,
      chunkBytes: 16384,
    });
    change(path);
    assert.throws(() => reader.start(splits[0]), { code: 'FORMAT_INPUT_CHANGED' });
    reader.close();
  }
});

test('FORMAT_CSV_DIALECT: what makes no sense', () => {
  const senseless: readonly CsvOptions[] = [
    { delimiter: '' },
    { delimiter: '\n' },
    { delimiter: '"' },
    { quote: "'", delimiter: "'" },
    { escape: ',' },
    { quote: '""' },
    { comment: ',' },
    { skipLines: -1 },
  ];
  for (const options of senseless) {
    assert.throws(() => resolveDialect(options), { code: 'FORMAT_CSV_DIALECT' }, JSON.stringify(options));
  }
});

test('lax quotes, comments, long delimiters: read in sequence, with the same faults', () => {
  const lax = writeCsv(folder, 'a,b\n1,5" pipe\n2,"x"\n');
  assert.deepEqual(readCsv(lax, { quotes: 'lax' }).rows, [
    ['1', '5" pipe'],
    ['2', 'x'],
  ]);
  const long = writeCsv(folder, '# note\na||b\n1||"x||y"\n\n# another\n2||NA\n3||""\n4||"say ""hi"", ok"');
  const options = { delimiter: '||', comment: '#', nulls: ['NA'] };
  for (const size of [{}, { chunkBytes: 8 }, { batchRows: 1 }]) {
    assert.deepEqual(readCsv(long, options, { types: { a: INT }, ...size }).rows, [
      [1, 'x||y'],
      [2, null],
      [3, ''],
      [4, 'say "hi", ok'],
    ]);
  }
  const fault = (content: string | Uint8Array, types: Readonly<Record<string, DataType>> = {}) => {
    const { rows, error } = readCsv(writeCsv(folder, content), options, { types });
    return [error?.code, error?.diagnostics[0].place?.line, rows.length];
  };
  assert.deepEqual(fault('a||b\n1||2\n3\n'), ['FORMAT_CSV_FIELD_COUNT', 3, 1]);
  assert.deepEqual(fault('a||b\n1||2\n3||"x"y\n'), ['FORMAT_CSV_STRAY_QUOTE', 3, 1]);
  assert.deepEqual(fault('a||b\n1||2\n3||"x\n'), ['FORMAT_CSV_UNCLOSED_QUOTE', 3, 1]);
  assert.deepEqual(fault('a||b\n1||2\nx||3\n', { a: INT }), ['FORMAT_CSV_VALUE', 3, 1]);
  assert.deepEqual(fault(Buffer.from('a||b\n1||2\n3||\xe5r\n', 'latin1')), ['FORMAT_CSV_UTF8', 3, 1]);
  for (const between of ['# note\n', '\n#\n\r\n', `${'#'.repeat(70_000)}\n\n`]) {
    const line = 2 + between.split('\n').length;
    assert.deepEqual(fault(`a||b\n1||2\n${between}3\n`), ['FORMAT_CSV_FIELD_COUNT', line, 1]);
    assert.deepEqual(fault(`a||b\n1||2\n${between}3||"x\n`), ['FORMAT_CSV_UNCLOSED_QUOTE', line, 1]);
    assert.deepEqual(fault(`a||b\n1||2\n${between}x||3\n`, { a: INT }), ['FORMAT_CSV_VALUE', line, 1]);
  }
});

test('an error survives a thread boundary', () => {
  const { error } = readCsv(writeCsv(folder, 'a,b\n1\n'));
  const copy = LeatError.fromData(structuredClone(error!.toData()));
  assert.deepEqual(copy.diagnostics, error!.diagnostics);
  assert.deepEqual(copy.position, { source: 7, file: 0, offset: 4 });
});
