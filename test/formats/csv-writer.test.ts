/** What is written reads back as what was written, is canonical, and does not depend on sizes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { BIGINT, type DataType, DOUBLE, decimal, INT, STRING } from '../../src/columnar/data-type.js';
import { loadPending, type RecordBatch } from '../../src/columnar/record-batch.js';
import { formatValue } from '../../src/columnar/text.js';
import { createVector, type Vector } from '../../src/columnar/vector.js';
import { blockStateBytes } from '../../src/formats/csv/block-states.js';
import { createCsvReader } from '../../src/formats/csv/csv-reader.js';
import type { CsvOptions } from '../../src/formats/csv/dialect.js';
import { inspectCsvFiles, sampleCsv } from '../../src/formats/csv/infer.js';
import { planSplits } from '../../src/formats/csv/splits.js';
import { CsvBatchWriter, csvHeader } from '../../src/formats/csv/writer.js';
import { random } from '../support/random.js';
import { type TestMemory, testMemory } from '../support/task-memory.js';
import { generateCsv, highMemory, readCsv, scratchFolder, writeCsv } from './support/csv-files.js';

const folder = scratchFolder();

interface RewriteSettings {
  readonly which?: 'wasm' | 'twins';
  readonly memory?: TestMemory;
  readonly chunkBytes?: number;
  readonly delimiter?: string;
  readonly types?: Readonly<Record<string, DataType>>;
  /** Columns by name, in the order in which they are written. */
  readonly only?: readonly string[];
  readonly select?: (batch: RecordBatch) => void;
}

/** Reads a file and writes what it reads. */
function rewrite(path: string, options: CsvOptions, settings: RewriteSettings = {}): string {
  const { heap, memory, kernels } = settings.memory ?? testMemory(256);
  const { dialect, names } = sampleCsv({ path }, options);
  const { files } = inspectCsvFiles([{ path }], dialect, names);
  const splits = planSplits(files, () => false);
  const columns = (settings.only ?? names).map((name) => {
    return { index: names.indexOf(name), name, type: settings.types?.[name] ?? STRING };
  });
  const chunkBytes = settings.chunkBytes ?? 16384;
  const { csv, codec } = kernels(settings.which);
  const states = new SharedArrayBuffer(blockStateBytes(splits.length));
  const shape = { files, dialect, fieldCount: names.length, columns, states, splits, source: 0 };
  const reader = createCsvReader({ ...shape, memory, kernels: csv, codecs: codec, batchRows: 1000, chunkBytes });
  const pieces: Buffer[] = [];
  const delimiter = settings.delimiter ?? ',';
  // Another buffer goes on each time, as where output waits for its turn.
  const flush = (address: number, bytes: number, pages: number) => {
    pieces.push(Buffer.from(heap.u8.slice(address, address + bytes)));
    const other = memory.allocate(pages, 'another buffer');
    memory.free(address, pages);
    return other;
  };
  const writer = new CsvBatchWriter({
    spans: [],
    schema: columns,
    delimiter,
    memory,
    kernels: csv,
    batchRows: 1000,
    chunkBytes,
    flush,
  });
  for (const split of splits) {
    reader.start(split);
    for (let batch = reader.next(); batch !== null; batch = reader.next()) {
      loadPending(batch);
      settings.select?.(batch);
      writer.write(batch);
    }
  }
  writer.finish();
  writer.close();
  reader.close();
  return Buffer.concat(pieces).toString();
}

test('what is written reads back the same, by us and by csv-parse, in every dialect', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const rng = random(seed);
    const columns = rng.between(1, 5);
    const [delimiter, other] = [rng.pick([',', ';', '\t']), rng.pick([',', ';', '|'])];
    const path = writeCsv(
      folder,
      generateCsv(rng, { delimiter, newline: '\n', columns, rows: 60, wildness: rng.pick([0, 0.3]) }),
    );
    const options = { delimiter, header: Array.from({ length: columns }, (_, i) => `c${i}`) };
    const written = rewrite(path, options, { delimiter: other });
    for (const settings of [{ which: 'twins' as const }, { chunkBytes: 100 }, { memory: highMemory() }]) {
      assert.equal(rewrite(path, options, { ...settings, delimiter: other }), written, `seed ${rng.seed}`);
    }
    const again = readCsv(writeCsv(folder, written), { ...options, delimiter: other });
    const { rows } = readCsv(path, options);
    assert.deepEqual(again.rows, rows, `seed ${rng.seed}`);
    if (columns > 1) {
      const parsed = parse(written, { delimiter: other, record_delimiter: '\n' });
      assert.deepEqual(
        parsed,
        rows.map((row) => row.map((value) => value ?? '')),
        `seed ${rng.seed}`,
      );
    }
  }
});

test('fields that pass through next to each other are copied in one go and still come out right', () => {
  const path = writeCsv(folder, 'a,b,c,d\n1,,x,y\n,,,\nNA,2,NA,"q"\n3,4,5,6');
  const options = { nulls: ['NA'] };
  const expected = '1,,x,y\n,,,\n,2,,q\n3,4,5,6\n';
  for (const which of ['wasm', 'twins'] as const) {
    assert.equal(rewrite(path, options, { which }), expected);
    assert.equal(rewrite(path, options, { which, only: ['b', 'c'] }), ',x\n,\n2,\n4,5\n');
    assert.equal(rewrite(path, options, { which, only: ['c', 'b', 'a'] }), 'x,,1\n,,\n,2,\n5,4,3\n');
    assert.equal(rewrite(path, options, { which, only: ['a', 'a'] }), '1,1\n,\n,\n3,3\n');
    assert.equal(rewrite(path, options, { which, delimiter: ';' }), expected.replaceAll(',', ';'));
    assert.equal(rewrite(path, { ...options, delimiter: ',' }, { which, types: { b: INT } }), expected);
  }
});

test('a carriage return that needed no quotes to be read gets them when it is written', () => {
  const path = writeCsv(folder, 'a,b\nx\ry,z\n1,2\r\n');
  for (const which of ['wasm', 'twins'] as const) assert.equal(rewrite(path, {}, { which }), '"x\ry",z\n1,2\n');
});

test('plain texts that are neighbours in memory by accident are not copied in one go', () => {
  const { heap, memory, kernels } = testMemory(20);
  const page = memory.allocate(1, 'values');
  heap.u8.set(Buffer.from('abzcd'), page + 64);
  heap.u32.set([page + 64, 2, page + 67, 2], page / 4);
  const vectors = [createVector(STRING, page), createVector(STRING, page + 8)];
  for (const vector of vectors) vector.plainDelimiter = 44;
  let text = '';
  const flush = (address: number, bytes: number) => {
    text += Buffer.from(heap.u8.slice(address, address + bytes)).toString();
    return address;
  };
  const schema = vectors.map(({ type }, i) => ({ name: `c${i}`, type }));
  const shape = {
    schema,
    spans: [],
    delimiter: ',',
    memory,
    kernels: kernels().csv,
    batchRows: 10,
    chunkBytes: 16384,
    flush,
  };
  const writer = new CsvBatchWriter(shape);
  writer.write({ numRows: 1, vectors, selection: 0, selectedCount: 1 });
  writer.finish();
  assert.equal(text, 'ab,cd\n');
});

test('typed values are written canonically', () => {
  const path = writeCsv(folder, 'a,b,c,d\n+007,1.50,2,1e3\n -0 ,"-0",.5,\n');
  const types = { a: BIGINT, b: DOUBLE, c: decimal(20, 3), d: DOUBLE };
  assert.equal(rewrite(path, {}, { types }), '7,1.5,2.000,1000.0\n0,-0.0,0.500,\n');
});

test('only the selected rows are written', () => {
  const path = writeCsv(folder, 'a,b\n0,x\n1,y\n2,z\n3,w\n');
  const test = testMemory(256);
  const list = test.memory.allocate(1, 'selection');
  const select = (batch: RecordBatch) => {
    test.heap.u32.set([0, 2, 3], list / 4);
    batch.selection = list;
    batch.selectedCount = 3;
  };
  assert.equal(rewrite(path, {}, { memory: test, select }), '0,x\n2,z\n3,w\n');
});

test('constant vectors, and text at the very end of memory', () => {
  const { heap, memory, kernels } = testMemory(20);
  const last = 21 * 65536;
  const page = memory.allocate(1, 'values');
  heap.u8.set(Buffer.from('abc"d'), last - 5);
  heap.u32.set([last - 5, 3], page / 4);
  heap.u32.set([last - 5, 5], page / 4 + 2);
  heap.f64[page / 8 + 2] = 2.5;
  const vectors: Vector[] = [
    createVector(STRING, page, 0, true),
    createVector(STRING, page + 8, 0, true),
    createVector(DOUBLE, page + 16, 0, true),
    createVector(DOUBLE, page + 16, page + 32, true),
  ];
  heap.u8[page + 32] = 0;
  for (const which of ['wasm', 'twins'] as const) {
    let text = '';
    const flush = (address: number, bytes: number) => {
      text += Buffer.from(heap.u8.slice(address, address + bytes)).toString();
      return address;
    };
    const schema = vectors.map(({ type }, i) => ({ name: `c${i}`, type }));
    const writer = new CsvBatchWriter({
      spans: [],
      schema,
      delimiter: ',',
      memory,
      kernels: kernels(which).csv,
      batchRows: 10,
      chunkBytes: 16384,
      flush,
    });
    writer.write({ numRows: 2, vectors, selection: 0, selectedCount: 2 });
    vectors[0].plainDelimiter = 44;
    writer.write({ numRows: 1, vectors, selection: 0, selectedCount: 1 });
    vectors[0].plainDelimiter = -1;
    writer.finish();
    writer.close();
    assert.equal(text, 'abc,"abc""d",2.5,\n'.repeat(3));
  }
});

test('a row larger than the buffer makes the buffer grow', () => {
  const long = 'x'.repeat(300_000);
  const path = writeCsv(folder, `a,b\n1,${long}\n2,"${long}"\n`);
  assert.equal(rewrite(path, {}), `1,${long}\n2,${long}\n`);
});

test('the header is quoted where it must be', () => {
  const schema = ['a', 'b c', 'd,e', 'f"g', ''].map((name) => ({ name, type: STRING }));
  assert.equal(
    Buffer.from(
      csvHeader(
        schema.map(({ name }) => name),
        ',',
      ),
    ).toString(),
    'a,b c,"d,e","f""g",""\n',
  );
  assert.equal(
    Buffer.from(
      csvHeader(
        schema.map(({ name }) => name),
        '^',
      ),
    ).toString(),
    'a^b c^d,e^"f""g"^""\n',
  );
});

test('doubles are written as DuckDB writes them', async () => {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const values: number[] = [
    0, -0, 1, 100, 1e15, 1e16, 123456789012345680, 1e-4, 1e-5, 1.5e-7, 5e-324, 1.7976931348623157e308,
  ];
  for (let seed = 1; seed <= 3000; seed++) {
    const rng = random(seed);
    values.push(Number(((rng.next() - 0.5) * 10 ** rng.between(-20, 25)).toPrecision(rng.between(1, 17))));
  }
  const list = values.map((value) => `CAST('${Object.is(value, -0) ? '-0' : value}' AS DOUBLE)`).join(',');
  const reader = await connection.runAndReadAll(`SELECT CAST(unnest([${list}]) AS VARCHAR)`);
  const expected = reader.getRowsJS().map(([text]) => String(text));
  const path = writeCsv(
    folder,
    `a,b\n${values.map((value, i) => `${Object.is(value, -0) ? '-0' : value},${i}\n`).join('')}`,
  );
  const written = rewrite(path, {}, { types: { a: DOUBLE }, only: ['a'] });
  assert.deepEqual(written.trimEnd().split('\n'), expected);
  assert.deepEqual(
    expected,
    values.map((value) => formatValue(value, DOUBLE)),
  );
});
