/** Files that are no CSV are named as what they are, before anything runs. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LeatError } from '../../src/errors.js';
import { inspectCsvFiles, sampleCsv } from '../../src/formats/csv/infer.js';
import { scratchFolder, writeCsv } from './support/csv-files.js';

const folder = scratchFolder();
const TEXT = 'a,b\n1,2\n';

const FOREIGN: readonly (readonly [name: string, content: Uint8Array, message: RegExp])[] = [
  ['xz', Buffer.from('fd377a585a000004', 'hex'), /compressed with xz/],
  ['a spreadsheet', Buffer.from('PK\u0003\u0004\u0014'), /a zip archive/],
  ['Parquet', Buffer.from('PAR1\u0015\u0004'), /a Parquet file/],
  ['a header in latin1', Buffer.from('navn,bel\xf8p\n1,2\n', 'latin1'), /the header is not UTF-8/],
  ['UTF-16', Buffer.from(`\ufeff${TEXT}`, 'utf16le'), /the header is not UTF-8/],
];

describe('files that are no CSV', () => {
  for (const [name, content, message] of FOREIGN) {
    it(`${name} is FORMAT_CSV_UTF8`, () => {
      const path = writeCsv(folder, content);
      const isRefusal = (error: unknown): boolean =>
        error instanceof LeatError && error.code === 'FORMAT_CSV_UTF8' && message.test(error.message);
      assert.throws(() => sampleCsv({ path }, {}), isRefusal);
      // With a declared schema nothing is sampled; the header is looked at all the same.
      const { dialect, names } = sampleCsv({ path: writeCsv(folder, TEXT) }, {});
      assert.throws(() => inspectCsvFiles([{ path }], dialect, names), isRefusal);
    });
  }

  it('a header that begins like one of them is a header', () => {
    assert.deepEqual(sampleCsv({ path: writeCsv(folder, 'BZh,PAR\n1,2\n') }, {}).names, ['BZh', 'PAR']);
  });
});
