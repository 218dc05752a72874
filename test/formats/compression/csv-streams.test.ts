/** CSV out of compressed files: rows, offsets and errors are those of the plain file, for every dialect and every size of memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { BIGINT, DOUBLE, STRING } from '../../../src/columnar/data-type.js';
import type { LeatError } from '../../../src/errors.js';
import type { CsvOptions } from '../../../src/formats/csv/dialect.js';
import { sampleCsv } from '../../../src/formats/csv/infer.js';
import { random } from '../../support/random.js';
import { type ReadSettings, readCsv, scratchFolder, writeCsv } from '../support/csv-files.js';

const folder = scratchFolder();

function content(rows: number, newline: string, endsInNewline: boolean): string {
  const rng = random(rows);
  const lines = ['id,name,score'];
  for (let i = 0; i < rows; i++) {
    const name = rng.chance(0.2) ? `"a ""quoted""${rng.chance(0.3) ? newline : ','} text"` : `name ${rng.int(1000)}`;
    lines.push(`${i},${name},${rng.chance(0.1) ? '' : rng.int(1000) / 8}`);
  }
  return lines.join(newline) + (endsInNewline ? newline : '');
}

/** What is to be seen of an error, but for the name of the file. */
function told(error: LeatError | undefined): unknown {
  return error?.diagnostics.map(({ code, message, place, hint }) => ({
    code,
    message,
    hint,
    place: place && { ...place, file: '' },
  }));
}

function assertSame(text: string, options: CsvOptions = {}, settings: ReadSettings = {}): void {
  const plain = readCsv(writeCsv(folder, text), options, settings);
  const members = [text.slice(0, 20), text.slice(20, 21), text.slice(21)].map((part) => gzipSync(part));
  const packed = readCsv(writeCsv(folder, Buffer.concat(members)), options, settings);
  assert.deepEqual(packed.names, plain.names);
  assert.deepEqual(packed.rows, plain.rows);
  assert.deepEqual(packed.offsets, plain.offsets);
  assert.deepEqual(told(packed.error), told(plain.error));
}

test('rows are those of the plain file', () => {
  for (const newline of ['\n', '\r\n', '\r']) {
    for (const rows of [0, 1, 7, 3000]) {
      for (const endsInNewline of [true, false]) {
        const text = content(rows, newline, endsInNewline);
        // One split, as the compressed file has: batches end where splits do.
        assertSame(text, {}, { splitBytes: 1 << 24, types: { id: BIGINT, score: DOUBLE } });
        assertSame(text, {}, { splitBytes: 1 << 24, batchRows: 100, only: ['score'], types: { score: STRING } });
        assertSame(text, { quotes: 'lax' }, { types: { id: BIGINT } });
        assertSame(text, { comment: '#', skipLines: 1, header: false });
      }
    }
  }
});

test('errors are told with the places of the decompressed bytes', () => {
  const good = content(2000, '\n', true);
  const settings = { types: { id: BIGINT }, splitBytes: 1 << 24 };
  for (const [name, row] of [
    ['a value', '12x,b,1'],
    ['a field too many', '1,2,3,4'],
    ['a stray quote', '1,a"b,2'],
    ['no end', '1,"abc,2'],
  ]) {
    for (const options of [{}, { quotes: 'lax' as const }]) {
      const text = `${good}${row}\n${content(500, '\n', true).split('\n').slice(1).join('\n')}`;
      const plain = readCsv(writeCsv(folder, text), options, settings);
      const packed = readCsv(writeCsv(folder, gzipSync(text)), options, settings);
      assert.deepEqual(told(packed.error), told(plain.error), name);
    }
  }
});

test('a row that is too large is told', () => {
  const text = `id,name\n1,a\n2,"${'x'.repeat(3_000_000)}"\n`;
  const error = readCsv(writeCsv(folder, gzipSync(text)), {}, { pages: 128 }).error;
  assert.equal(error?.code, 'FORMAT_CSV_ROW_SIZE');
  assert.equal(error?.diagnostics[0].place?.line, 3);
});

test('a file that is cut off is an error behind the rows before', () => {
  const packed = gzipSync(content(30_000, '\n', true));
  const path = writeCsv(folder, packed.subarray(0, packed.length - 30));
  const { rows, error } = readCsv(path);
  assert.equal(error?.code, 'FORMAT_COMPRESSION');
  assert.match(error?.message ?? '', /ends in the middle, at byte \d+/);
  assert.ok(rows.length > 10_000, `${rows.length} rows`);
});

test('the look at a file sees through its compression', () => {
  const text = content(100_000, '\n', true);
  const plain = sampleCsv({ path: writeCsv(folder, text) }, {});
  const packed = sampleCsv({ path: writeCsv(folder, gzipSync(text)) }, {});
  assert.deepEqual(packed.names, plain.names);
  for (const i of [0, 1, 2]) assert.deepEqual(packed.typeOf(i), plain.typeOf(i));
  const long = `${'x'.repeat(400_000)},b\n1,2\n`;
  assert.deepEqual(sampleCsv({ path: writeCsv(folder, gzipSync(long)) }, {}).names.length, 2);
});

test('what the pipeline says goes before what the bytes say', () => {
  const path = writeCsv(folder, gzipSync('a\n1\n'));
  assert.throws(() => sampleCsv({ path, compression: 'none' }, {}), /compressed with gzip/);
  assert.throws(() => sampleCsv({ path, compression: 'zstd' }, {}), /is not sound zstd/);
  assert.throws(() => sampleCsv({ path: writeCsv(folder, 'a\n1\n'), compression: 'gzip' }, {}), /is not sound gzip/);
});
