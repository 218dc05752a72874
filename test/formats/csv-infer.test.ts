/** What a look at a file tells: names, types, line ends, and what is wrong with headers. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { typeName } from '../../src/columnar/data-type.js';
import { inspectCsvFiles, sampleCsv } from '../../src/formats/csv/infer.js';
import { expandInputs } from '../../src/formats/globs.js';
import { scratchFolder, writeCsv } from './support/csv-files.js';

const folder = scratchFolder();

function typesOf(content: string, options = {}): string {
  const { names, typeOf } = sampleCsv({ path: writeCsv(folder, content) }, options);
  return names.map((_, column) => typeName(typeOf(column))).join(' ');
}

test('types of columns', () => {
  const columns: readonly [string, string][] = [
    ['true|FALSE||true', 'boolean'],
    ['1|-20||3', 'int'],
    ['1|3000000000|2|3', 'bigint'],
    ['1|99999999999999999999|2|3', 'string'],
    ['1|2.5||1e3', 'double'],
    ['0.5|nan|-.5|7', 'double'],
    ['2026-01-01|2026-12-31||2024-02-29', 'date'],
    ['2026-01-01|2023-02-29||2024-02-29', 'string'],
    ['2026-01-01 10:00|2026-01-01||2026-01-01T10:00:00Z', 'timestamp'],
    ['007|1|2|3', 'string'],
    ['+4712345678|1|2|3', 'string'],
    ['1|x|2|3', 'string'],
    ['1|true|1|0', 'string'],
    ['|||', 'string'],
    [' 1| 2|3 |4', 'int'],
    ['1|2026-01-01|2|3', 'string'],
  ];
  const rows = [0, 1, 2, 3].map((row) => columns.map(([values]) => values.split('|')[row]).join(','));
  const header = columns.map((_, i) => `c${i}`).join(',');
  assert.equal(typesOf([header, ...rows].join('\n')), columns.map(([, type]) => type).join(' '));
});

test('a type does not depend on which column is asked for first, nor on what became of the file', () => {
  const path = writeCsv(folder, 'a,b,c\n1,x,2.5\n2,y,3\n');
  const forwards = sampleCsv({ path }, {});
  const backwards = sampleCsv({ path }, {});
  const types = [0, 1, 2].map(forwards.typeOf);
  writeFileSync(path, 'a,b,c\nx,y,z\n');
  assert.deepEqual([2, 1, 0].map(backwards.typeOf).reverse(), types);
  assert.deepEqual(types.map(typeName), ['int', 'string', 'double']);
});

test('quoted values have types too, except the empty one; nulls do not count', () => {
  assert.equal(typesOf('a,b,c\n"1","",NA\n"2",,4\n', { nulls: ['NA'] }), 'int string int');
  assert.equal(typesOf('a,b\n"",1\n2,1\n', { nulls: [''] }), 'int int');
  assert.equal(typesOf('a||b\n1||"x"\n', { delimiter: '||' }), 'int string');
});

test('names, line ends and where the data begins', () => {
  const sample = (content: string, options = {}) => {
    const path = writeCsv(folder, content);
    const { names, dialect } = sampleCsv({ path }, options);
    const [{ dataOffset, size }] = inspectCsvFiles([{ path }], dialect, names);
    return [names.join(' '), dialect.newline, content.slice(dataOffset, size)];
  };
  assert.deepEqual(sample('a,b\r\n1,2\r\n'), ['a b', 'lf', '1,2\r\n']);
  assert.deepEqual(sample('a,b\r1,2\r'), ['a b', 'cr', '1,2\r']);
  assert.deepEqual(sample('"a\nx","b ""q"""\n1,2'), ['a\nx b "q"', 'lf', '1,2']);
  assert.deepEqual(sample('\n\na,b\n1,2'), ['a b', 'lf', '1,2']);
  assert.deepEqual(sample('1,2\n3,4', { header: false }), ['column0 column1', 'lf', '1,2\n3,4']);
  assert.deepEqual(sample('', { header: ['x'] }), ['x', 'lf', '']);
  assert.deepEqual(sample('a,b'), ['a b', 'lf', '']);
  const long = 'x'.repeat(400_000);
  assert.deepEqual(sample(`${long},b\n1,2\n`), [`${long} b`, 'lf', '1,2\n']);
});

test('FORMAT_CSV_HEADER: empty and double names, no header, another header', () => {
  const refused = (content: string, message: RegExp, first?: string) => {
    const paths = [first ?? content, content].map((text) => writeCsv(folder, text));
    const inspect = () => {
      const { dialect, names } = sampleCsv({ path: paths[0] }, {});
      inspectCsvFiles(
        paths.map((path) => ({ path })),
        dialect,
        names,
      );
    };
    assert.throws(inspect, { code: 'FORMAT_CSV_HEADER', message });
  };
  refused('a,,b\n1,2,3\n', /column 2 of the header has no name/);
  refused('a,b,a\n1,2,3\n', /"a" twice/);
  refused('', /no header/);
  refused('b,a\n1,2\n', /the header is b, a, that of the first file a, b/, 'a,b\n1,2\n');
  refused('', /no header/, 'a,b\n1,2\n');
});

test('FORMAT_FILE_MISSING and FORMAT_IO', () => {
  assert.throws(() => sampleCsv({ path: join(folder, 'none.csv') }, {}), { code: 'FORMAT_FILE_MISSING' });
  assert.throws(() => sampleCsv({ path: folder }, {}), { code: 'FORMAT_IO' });
});

test('a delimiter that looks wrong is pointed out', () => {
  assert.deepEqual(sampleCsv({ path: writeCsv(folder, 'a;b\n1;2\n3;4\n') }, {}).hint, {
    message: 'the file has one column, and ";" stands once in every row',
    hint: 'if it is the delimiter, write `delimiter: ";"`',
  });
  assert.equal(sampleCsv({ path: writeCsv(folder, 'a\n1\n3;4\n') }, {}).hint, undefined);
  assert.equal(sampleCsv({ path: writeCsv(folder, 'a,b;c\n1,2;3\n') }, {}).hint, undefined);
});

test('patterns stand for files, sorted by the bytes of their paths', () => {
  const root = join(folder, 'globs');
  const paths = [
    'a.csv',
    'b.csv',
    'B.csv',
    'é.csv',
    'c.txt',
    '.hidden.csv',
    'in/a.csv',
    'in/deep/x.csv',
    'in/.git/y.csv',
    'out/a.csv',
    'a[1].csv',
    '～.tab',
    '😀.tab',
  ];
  for (const path of paths) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), '');
  }
  const found = (pattern: string) => expandInputs(pattern, root).map((path) => path.slice(root.length + 1));
  assert.deepEqual(found('*.csv'), ['B.csv', 'a.csv', 'a[1].csv', 'b.csv', 'é.csv']);
  assert.deepEqual(found('?.csv'), ['B.csv', 'a.csv', 'b.csv', 'é.csv']);
  // By their UTF-16 the second would come first.
  assert.deepEqual(found('*.tab'), ['～.tab', '😀.tab']);
  assert.deepEqual(found('[ab].csv'), ['a.csv', 'b.csv']);
  assert.deepEqual(found('[!ab].csv'), ['B.csv', 'é.csv']);
  assert.deepEqual(found('{b,a}.csv'), ['a.csv', 'b.csv']);
  assert.deepEqual(found('**/*.csv').slice(-3), ['in/deep/x.csv', 'out/a.csv', 'é.csv']);
  assert.deepEqual(found('{in,out}/**/?.csv'), ['in/a.csv', 'in/deep/x.csv', 'out/a.csv']);
  assert.deepEqual(found('*/a.csv'), ['in/a.csv', 'out/a.csv']);
  assert.deepEqual(found('nothing-here.csv'), ['nothing-here.csv']);
  assert.throws(() => found('x*.csv'), { code: 'FORMAT_NO_FILES' });
});
