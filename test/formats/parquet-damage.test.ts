/** Parquet files that are cut off, flipped or made up: a clear error or rows, never a crash, and all memory given back. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import {
  CODEC,
  FILE_META_DATA,
  type FileMetaData,
  readStruct,
  writeStruct,
} from '../../src/formats/parquet/metadata.js';
import { random } from '../support/random.js';
import { byTier } from '../support/tier.js';
import { duckdbParquet, type ParquetRows, parquetFolder, readParquet } from './support/parquet-files.js';

const folder = parquetFolder();
const FLIPPED = byTier(250, 10_000);
const CUT = byTier(100, 4000);

const QUERY = `SELECT i::INTEGER AS id, i / 7 AS d, CASE WHEN i % 3 > 0 THEN 'text ' || i END AS t, i % 5 AS few,
  (i * 1.01)::DECIMAL(20,2) AS amount, i % 2 = 0 AS b, ('a0eebc99-9c0b-4ef8-bb6d-' || lpad(i::VARCHAR, 12, '0'))::UUID AS u
  FROM range(2500) r(i)`;

const WRITERS = [
  'PARQUET_VERSION v1, COMPRESSION uncompressed, ROW_GROUP_SIZE 2048',
  'PARQUET_VERSION v2, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1',
  'PARQUET_VERSION v1, COMPRESSION snappy',
  'PARQUET_VERSION v2, COMPRESSION zstd',
];

let files: readonly { readonly bytes: Buffer; readonly rows: number }[];
before(async () => {
  const made: { bytes: Buffer; rows: number }[] = [];
  for (const options of WRITERS) {
    const file = await duckdbParquet(folder, QUERY, options);
    made.push({ bytes: readFileSync(file), rows: readParquet(file).rows.length });
  }
  files = made;
});

function readBytes(bytes: Uint8Array, pages = 160): ParquetRows {
  const file = join(folder, 'damaged.parquet');
  writeFileSync(file, bytes);
  return readParquet(file, { pages });
}

function isTold({ error, rows }: ParquetRows, expected: number, label: string): void {
  if (error === undefined) assert.equal(rows.length, expected, label);
  else assert.match(error.code, /^FORMAT_PARQUET/, `${label}: ${error.stack}`);
}

test('flipped bits anywhere', () => {
  const rng = random(11);
  let told = 0;
  for (let i = 0; i < FLIPPED; i++) {
    const { bytes, rows } = files[i % files.length];
    const broken = Buffer.from(bytes);
    // Half of them in the footer, where they do most.
    const from = rng.chance(0.5) ? Math.floor(broken.length * 0.7) : 0;
    const flips = rng.between(1, 4);
    for (let flip = 0; flip < flips; flip++) broken[rng.between(from, broken.length - 1)] ^= 1 << rng.int(8);
    const result = readBytes(broken);
    if (result.error !== undefined) told++;
    isTold(result, rows, `seed ${rng.seed}, file ${i}`);
  }
  assert.ok(told > FLIPPED / 10, `${told} errors`);
});

test('bytes replaced in heads of pages and dictionaries', () => {
  const rng = random(12);
  for (let i = 0; i < FLIPPED; i++) {
    const { bytes, rows } = files[i % files.length];
    const broken = Buffer.from(bytes);
    const at = rng.int(broken.length - 16);
    for (let b = 0; b < 8; b++) broken[at + b] = rng.pick([0, 0xff, 0x7f, 0x80, 1, 0x15, rng.int(256)]);
    isTold(readBytes(broken), rows, `seed ${rng.seed}, file ${i}`);
  }
});

test('files that are cut off', () => {
  const rng = random(13);
  for (let i = 0; i < CUT; i++) {
    const { bytes } = files[i % files.length];
    const { error } = readBytes(bytes.subarray(0, rng.int(bytes.length)));
    assert.equal(error?.code, 'FORMAT_PARQUET');
    assert.match(error.message, /empty|no Parquet file|cut off/);
  }
});

/** The file with another footer. */
function withFooter(bytes: Buffer, change: (metadata: FileMetaData) => FileMetaData): Buffer {
  const length = bytes.readUInt32LE(bytes.length - 8);
  const start = bytes.length - 8 - length;
  const footer = writeStruct(
    FILE_META_DATA,
    change(readStruct(FILE_META_DATA, new Uint8Array(bytes.subarray(start))).value),
  );
  const tail = Buffer.alloc(8, 'PAR1');
  tail.writeUInt32LE(footer.length, 0);
  tail.write('PAR1', 4);
  return Buffer.concat([bytes.subarray(0, start), footer, tail]);
}

function withChunks(
  metadata: FileMetaData,
  change: Partial<NonNullable<FileMetaData['rowGroups'][0]['columns'][0]['metaData']>>,
): FileMetaData {
  const rowGroups = metadata.rowGroups.map((group) => ({
    ...group,
    columns: group.columns.map((chunk) => ({ ...chunk, metaData: { ...chunk.metaData!, ...change } })),
  }));
  return { ...metadata, rowGroups };
}

function withElement(metadata: FileMetaData, name: string, change: Partial<FileMetaData['schema'][0]>): FileMetaData {
  return { ...metadata, schema: metadata.schema.map((one) => (one.name === name ? { ...one, ...change } : one)) };
}

const LIES: readonly (readonly [string, string, (metadata: FileMetaData) => FileMetaData])[] = [
  ['chunks behind the end of the file', 'FORMAT_PARQUET', (all) => withChunks(all, { totalCompressedSize: 2 ** 40 })],
  ['chunks of no bytes', 'FORMAT_PARQUET', (all) => withChunks(all, { totalCompressedSize: 0 })],
  [
    'a chunk that begins elsewhere',
    'FORMAT_PARQUET',
    (all) => withChunks(all, { dataPageOffset: 1, dictionaryPageOffset: 0 }),
  ],
  ['another codec', 'FORMAT_PARQUET', (all) => withChunks(all, { codec: CODEC.GZIP })],
  ['a codec that leat does not read', 'FORMAT_PARQUET_UNSUPPORTED', (all) => withChunks(all, { codec: CODEC.LZO })],
  [
    'more rows than values',
    'FORMAT_PARQUET',
    (all) => ({ ...all, numRows: 2 ** 50, rowGroups: [{ ...all.rowGroups[0], numRows: 2 ** 50 }] }),
  ],
  ['rows that do not add up', 'FORMAT_PARQUET', (all) => ({ ...all, numRows: 7 })],
  ['encryption', 'FORMAT_PARQUET_UNSUPPORTED', (all) => ({ ...all, encryptionAlgorithm: {} })],
  [
    'too long a decimal',
    'FORMAT_PARQUET_UNSUPPORTED',
    (all) => withElement(all, 'amount', { precision: 60, logicalType: { decimal: { precision: 60, scale: 2 } } }),
  ],
  [
    'decimals of one digit',
    'FORMAT_PARQUET_VALUE',
    (all) =>
      withElement(all, 'amount', { precision: 1, scale: 1, logicalType: { decimal: { precision: 1, scale: 1 } } }),
  ],
  [
    'deep schemas',
    'FORMAT_PARQUET',
    (all) => ({ ...all, schema: all.schema.map((one) => ({ ...one, numChildren: 1, type: undefined })) }),
  ],
  [
    'more children than elements',
    'FORMAT_PARQUET',
    (all) => withElement(all, all.schema[0].name, { numChildren: 2 ** 31 - 1 }),
  ],
];

for (const [name, code, change] of LIES) {
  test(`a footer with ${name}`, () => {
    const { error } = readBytes(withFooter(files[0].bytes, change));
    assert.equal(error?.code, code, error?.message);
    assert.ok(error.diagnostics[0].hint);
    assert.match(error.diagnostics[0].place!.file, /damaged\.parquet$/);
  });
}

test('bytes that are called text', async () => {
  const file = await duckdbParquet(folder, `SELECT '\\xff'::BLOB AS raw FROM range(3)`);
  const { error } = readBytes(
    withFooter(readFileSync(file), (all) => withElement(all, 'raw', { convertedType: 0, logicalType: { string: {} } })),
  );
  assert.equal(error?.code, 'FORMAT_PARQUET_VALUE');
  assert.match(error.message, /not UTF-8 \(column raw, row group 0, page at byte 4\)/);
});

test('a page larger than the memory', async () => {
  const file = await duckdbParquet(folder, `SELECT hash(i) AS h FROM range(100000) r(i)`, 'COMPRESSION uncompressed');
  const { error } = readParquet(file, { pages: 8 });
  assert.equal(error?.code, 'FORMAT_PARQUET_PAGE_SIZE');
  assert.match(error.diagnostics[0].hint!, /--memory/);
  assert.equal(readParquet(file, { pages: 40 }).rows.length, 100_000);
});
