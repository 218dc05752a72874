/** The block reader against csv-parse: the same fields, and an error where csv-parse has one. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { csvReaderMinimumBytes } from '../../src/formats/csv/csv-reader.js';
import { PAGE_BYTES } from '../../src/memory/heap.js';
import { projectRoot } from '../support/project-root.js';
import { random } from '../support/random.js';
import { byTier } from '../support/tier.js';
import { generateCsv, readCsv, scratchFolder, writeCsv } from './support/csv-files.js';

const folder = scratchFolder();

interface OracleField {
  readonly text: string;
  readonly isQuoted: boolean;
}

/** What csv-parse makes of it, with our nulls; undefined when it refuses. */
function oracle(content: string, delimiter: string, columns: number): (string | null)[][] | undefined {
  try {
    const rows = parse(content, {
      delimiter,
      record_delimiter: content.includes('\n') ? ['\r\n', '\n'] : ['\r'],
      skip_empty_lines: columns > 1,
      cast: (text, { quoting }) => ({ text, isQuoted: quoting }) as never,
    }) as unknown as OracleField[][];
    if (rows.some((row) => row.length !== columns)) return undefined;
    return rows.map((row) => row.map(({ text, isQuoted }) => (text === '' && !isQuoted ? null : text)));
  } catch {
    return undefined;
  }
}

const SIZES = [
  { splitBytes: 1 << 20 },
  { splitBytes: 1024 },
  { splitBytes: 64, batchRows: 3 },
  { splitBytes: 7, batchRows: 1 },
  { splitBytes: 300, chunkBytes: 128, batchRows: 5 },
  { splitBytes: 1024, which: 'twins' },
] as const;

function header(columns: number): string[] {
  return Array.from({ length: columns }, (_, i) => `c${i}`);
}

test('generated CSV is read as csv-parse reads it, whatever the sizes', () => {
  for (let seed = 1; seed <= byTier(15, 400); seed++) {
    const rng = random(seed);
    const columns = rng.between(1, 6);
    const delimiter = rng.pick([',', ';', '\t', '|', ':']);
    const newline = rng.pick(['\n', '\r\n', '\n', '\r']);
    const wildness = newline === '\r' ? 0 : rng.pick([0, 0.05, 0.4]);
    const content = generateCsv(rng, { delimiter, newline, columns, rows: rng.between(1, 120), wildness });
    const path = writeCsv(folder, content);
    const expected = oracle(content, delimiter, columns);
    assert.ok(expected, `seed ${rng.seed}: the oracle refuses what was generated`);
    for (const size of SIZES) {
      const { rows, error } = readCsv(path, { delimiter, header: header(columns) }, { chunkBytes: 16384, ...size });
      assert.equal(error, undefined, `seed ${rng.seed} ${JSON.stringify(size)}: ${error?.message}`);
      assert.deepEqual(rows, expected, `seed ${rng.seed} ${JSON.stringify(size)}`);
    }
  }
});

test('damaged CSV is refused exactly when csv-parse refuses it, with the same rows before the error at every size', () => {
  const damaged = byTier(50, 1200);
  let refused = 0;
  for (let seed = 100; seed < 100 + damaged; seed++) {
    const rng = random(seed);
    const columns = rng.between(2, 5);
    let content = generateCsv(rng, { delimiter: ',', newline: '\n', columns, rows: rng.between(2, 40), wildness: 0.1 });
    for (let damage = rng.between(1, 2); damage > 0; damage--) {
      const at = rng.int(content.length);
      content = content.slice(0, at) + rng.pick(['"', '"', ',', '\n', 'x', '""']) + content.slice(at + rng.int(2));
    }
    const expected = oracle(content, ',', columns);
    const path = writeCsv(folder, content);
    const options = { header: header(columns) };
    const results = SIZES.map((size) => readCsv(path, options, { chunkBytes: 16384, ...size }));
    for (const [i, { rows, error }] of results.entries()) {
      const label = `seed ${rng.seed} ${JSON.stringify(SIZES[i])} ${error?.message}`;
      assert.equal(error === undefined, expected !== undefined, label);
      if (expected !== undefined) assert.deepEqual(rows, expected, label);
      assert.deepEqual(rows, results[0].rows, label);
      assert.deepEqual(error?.diagnostics, results[0].error?.diagnostics, label);
      assert.deepEqual(error?.position, results[0].error?.position, label);
    }
    if (expected === undefined) refused++;
  }
  assert.ok(refused > damaged / 4, `only ${refused} of the damaged files were refused`);
});

test('row positions are the byte offsets of the rows', () => {
  const content = 'a,b\r\n1,2\r\n\r\n"x\r\ny",3\r\nå,4';
  const path = writeCsv(folder, content);
  for (const splitBytes of [3, 5, 1000]) {
    const { rows, offsets } = readCsv(path, {}, { splitBytes });
    assert.deepEqual(rows, [
      ['1', '2'],
      ['x\r\ny', '3'],
      ['å', '4'],
    ]);
    assert.deepEqual(offsets, [5, 12, 22]);
  }
});

test('a file of one column has a null row for a blank line', () => {
  const path = writeCsv(folder, 'a\n1\n\n""\n\r\n2');
  assert.deepEqual(readCsv(path).rows, [['1'], [null], [''], [null], ['2']]);
});

test('escapes that are not the quote', () => {
  const path = writeCsv(folder, 'a,b\n"x\\"y",1\n"\\\\",2\n"line\\\nbreak, comma",3\nplain\\,4\n');
  for (const splitBytes of [1, 2, 3, 4, 5, 11, 1000]) {
    for (const which of ['wasm', 'twins'] as const) {
      const { rows, error } = readCsv(path, { escape: '\\' }, { splitBytes, which });
      assert.equal(error, undefined);
      assert.deepEqual(rows, [
        ['x"y', '1'],
        ['\\', '2'],
        ['line\nbreak, comma', '3'],
        ['plain\\', '4'],
      ]);
    }
  }
});

test('without a quote character quotes are characters', () => {
  const path = writeCsv(folder, 'a,b\n5" pipe,"x\n');
  assert.deepEqual(readCsv(path, { quote: null }).rows, [['5" pipe', '"x']]);
});

test('byte order mark, skipped lines, no header, names given', () => {
  const path = writeCsv(folder, '\ufeffreport of today\n\na,b\n1,2\n');
  assert.deepEqual(readCsv(path, { skipLines: 1 }), {
    names: ['a', 'b'],
    rows: [['1', '2']],
    offsets: [28 - 4],
    batches: 1,
  });
  assert.deepEqual(readCsv(path, { skipLines: 1, header: false }).rows.length, 2);
  assert.deepEqual(readCsv(path, { skipLines: 3, header: ['x', 'y'] }, { only: ['y'] }).rows, [['2']]);
});

test('nulls: texts that mean null when they are not quoted; the empty one also when it is', () => {
  const path = writeCsv(folder, 'a,b\nNA,"NA"\n-,""\n,x\n');
  const expected = [
    [null, 'NA'],
    [null, ''],
    [null, 'x'],
  ];
  assert.deepEqual(readCsv(path, { nulls: ['NA', '-'] }).rows, expected);
  expected[1] = [null, null];
  assert.deepEqual(readCsv(path, { nulls: ['NA', '-', ''] }).rows, expected);
});

test('rows far larger than a chunk, at addresses above 2 GiB', () => {
  const long = 'long "quoted" text, '.repeat(4000);
  const content = `a,b\n1,"${long.replaceAll('"', '""')}"\n2,${'y'.repeat(50000)}\n3,z\n`;
  const path = writeCsv(folder, content);
  for (const which of ['wasm', 'twins'] as const) {
    const { rows, error } = readCsv(path, {}, { chunkBytes: 16384, splitBytes: 5000, isHigh: true, which });
    assert.equal(error, undefined);
    assert.deepEqual(rows, [
      ['1', long],
      ['2', 'y'.repeat(50000)],
      ['3', 'z'],
    ]);
  }
});

test('the minimum that a reader asks for is enough, and 1 MiB is enough for many columns', () => {
  const rng = random(9);
  for (const columns of [1, 3, 40, 300]) {
    const content = generateCsv(rng, {
      delimiter: ',',
      newline: '\n',
      columns,
      rows: 30_000 / columns,
      wildness: 0.05,
    });
    const path = writeCsv(folder, content);
    const options = { header: header(columns) };
    const sizes = { chunkBytes: 16384, batchRows: 1024 };
    const pages = csvReaderMinimumBytes({ columns, formed: 0 }, sizes) / PAGE_BYTES;
    assert.ok(pages <= 12, `${pages} pages for ${columns} columns`);
    const { rows, error } = readCsv(path, options, { ...sizes, pages });
    assert.equal(error, undefined, `${columns} columns: ${error?.message}`);
    assert.deepEqual(rows, readCsv(path, options).rows);
  }
});

/** The oracle takes seconds for the larger ones. */
const LARGEST_KIB = byTier(250, 2000);

test(`the CSV files of vega-datasets of at most ${LARGEST_KIB} KiB are read as csv-parse reads them`, () => {
  const data = join(projectRoot, 'node_modules/vega-datasets/data');
  const names = readdirSync(data).filter(
    (name) => name.endsWith('.csv') && statSync(join(data, name)).size <= LARGEST_KIB << 10,
  );
  assert.ok(names.length > 10);
  for (const name of names) {
    const path = join(data, name);
    const content = readFileSync(path, 'utf8').replace(/^\ufeff/, '');
    const columns = (parse(content, { to: 1 }) as string[][])[0].length;
    const expected = oracle(content, ',', columns)!.slice(1);
    const sizes = content.length < 200_000 ? [64, 1024, 1 << 20] : [1 << 20];
    for (const splitBytes of sizes) {
      const { rows, error } = readCsv(path, {}, { splitBytes, batchRows: 16384, chunkBytes: 65536 });
      assert.equal(error, undefined, `${name}: ${error?.message}`);
      assert.deepEqual(rows, expected, name);
    }
  }
});
