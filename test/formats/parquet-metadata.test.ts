/** Thrift in both directions, against footers that DuckDB and others wrote, and against what is no message. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  BOUNDARY_ORDER,
  CODEC,
  COLUMN_INDEX,
  CONVERTED_TYPE,
  ENCODING,
  FILE_META_DATA,
  type FileMetaData,
  OFFSET_INDEX,
  PAGE_HEADER,
  PAGE_TYPE,
  PHYSICAL_TYPE,
  REPETITION,
  readStruct,
  writeStruct,
} from '../../src/formats/parquet/metadata.js';
import { list, optional, STRING, struct } from '../../src/formats/parquet/thrift.js';
import { ThriftError } from '../../src/formats/parquet/thrift-wire.js';
import { duckdbRows } from '../support/duckdb.js';
import { projectRoot } from '../support/project-root.js';
import { random } from '../support/random.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-parquet-'));
after(() => rmSync(folder, { recursive: true }));

const FLIGHTS = join(projectRoot, 'node_modules/vega-datasets/data/flights-3m.parquet');

function footerOf(file: string): Uint8Array {
  const bytes = readFileSync(file);
  const length = bytes.readUInt32LE(bytes.length - 8);
  return Uint8Array.from(bytes.subarray(bytes.length - 8 - length, bytes.length - 8));
}

function nameOf(codes: Readonly<Record<string, number>>, code: number | undefined): string | null {
  return Object.keys(codes).find((name) => codes[name] === code) ?? null;
}

async function duckdbFile(query: string, options: string): Promise<string> {
  const file = join(folder, 'made.parquet');
  await duckdbRows(`COPY (${query}) TO '${file}' (FORMAT parquet, ${options})`);
  return file;
}

test('what DuckDB says of a footer is what was read', async () => {
  const query = `SELECT i::INTEGER AS id, i * 1.5::DOUBLE AS d, 't' || i AS t, [i] AS l FROM range(5000) r(i)`;
  const file = await duckdbFile(query, 'ROW_GROUP_SIZE 2048');
  const { value } = readStruct(FILE_META_DATA, footerOf(file));
  const chunks = value.rowGroups.flatMap(({ columns, numRows }) =>
    columns.map(({ metaData }) => {
      const { pathInSchema, numValues, totalCompressedSize, dataPageOffset } = metaData!;
      return [pathInSchema.join(', '), numRows, numValues, totalCompressedSize, dataPageOffset].map(String);
    }),
  );
  const told = await duckdbRows(
    `SELECT path_in_schema, row_group_num_rows, num_values, total_compressed_size, data_page_offset
     FROM parquet_metadata('${file}') ORDER BY row_group_id, column_id`,
  );
  assert.deepEqual(chunks, told);
  const codes = value.rowGroups[0].columns.map(({ metaData }) => {
    const { type, codec, encodings } = metaData!;
    return [
      nameOf(PHYSICAL_TYPE, type),
      nameOf(CODEC, codec),
      encodings.map((code) => nameOf(ENCODING, code)).join(', '),
    ];
  });
  const named = await duckdbRows(
    `SELECT type, compression, encodings FROM parquet_metadata('${file}') WHERE row_group_id = 0 ORDER BY column_id`,
  );
  assert.deepEqual(codes, named);
  const elements = value.schema.slice(1).map(({ name, type, numChildren }) => [name, type, numChildren]);
  assert.deepEqual(elements, [
    ['id', 1, undefined],
    ['d', 5, undefined],
    ['t', 6, undefined],
    ['l', undefined, 1],
    ['list', undefined, 1],
    ['element', 2, undefined],
  ]);
});

test('the codes of types are those that DuckDB shows', async () => {
  const query = `SELECT 1::UTINYINT AS a, DATE '2026-01-01' AS b, 'x' AS c, 1::DECIMAL(9,2) AS d, [1] AS e, 1::BIGINT AS f`;
  const file = await duckdbFile(query, 'COMPRESSION zstd');
  const { value } = readStruct(FILE_META_DATA, footerOf(file));
  const elements = value.schema
    .slice(1)
    .map(({ type, repetitionType, convertedType }) => [
      nameOf(PHYSICAL_TYPE, type),
      nameOf(REPETITION, repetitionType),
      nameOf(CONVERTED_TYPE, convertedType),
    ]);
  const told = await duckdbRows(
    `SELECT type, repetition_type, converted_type FROM parquet_schema('${file}') WHERE name <> 'duckdb_schema'`,
  );
  assert.deepEqual(elements, told);
});

for (const [name, fileOf] of [
  ['DuckDB', () => duckdbFile('SELECT i, i::VARCHAR AS t FROM range(100) r(i)', "KV_METADATA {a: 'b'}")],
  ['Arrow', async () => FLIGHTS],
] as const) {
  test(`a footer of ${name} written anew reads the same`, async () => {
    const { value, end }: { value: FileMetaData; end: number } = readStruct(FILE_META_DATA, footerOf(await fileOf()));
    const written = writeStruct(FILE_META_DATA, value);
    assert.ok(end > 0);
    assert.deepEqual(readStruct(FILE_META_DATA, written), { value, end: written.length });
  });
}

test('page headers and indexes come back as they were written', () => {
  const statistics = { minValue: Uint8Array.of(1, 2), maxValue: new Uint8Array(300), nullCount: 2 ** 40 };
  const header = {
    type: PAGE_TYPE.DATA_PAGE_V2,
    uncompressedPageSize: 2 ** 31 - 1,
    compressedPageSize: 0,
    crc: -5,
    dataPageHeaderV2: {
      numValues: 1,
      numNulls: 0,
      numRows: 1,
      encoding: ENCODING.RLE_DICTIONARY,
      definitionLevelsByteLength: 0,
      repetitionLevelsByteLength: 0,
      isCompressed: false,
      statistics,
    },
  };
  assert.deepEqual(readStruct(PAGE_HEADER, writeStruct(PAGE_HEADER, header)).value, header);
  const offsets = { pageLocations: [{ offset: 4, compressedPageSize: 70_000, firstRowIndex: 0 }] };
  assert.deepEqual(readStruct(OFFSET_INDEX, writeStruct(OFFSET_INDEX, offsets)).value, offsets);
  const index = {
    nullPages: Array.from({ length: 20 }, (_, i) => i % 3 === 0),
    minValues: [Uint8Array.of(0)],
    maxValues: [Uint8Array.of()],
    boundaryOrder: BOUNDARY_ORDER.ASCENDING,
    nullCounts: [0, 2 ** 52],
  };
  assert.deepEqual(readStruct(COLUMN_INDEX, writeStruct(COLUMN_INDEX, index)).value, index);
});

test('fields of later versions are passed over, whatever they hold', () => {
  const later = struct('Later', {
    nested: optional(20, list(struct('Inner', { texts: optional(3, list(STRING)) }))),
    name: optional(40, STRING),
  });
  const now = struct('Now', { name: optional(40, STRING) });
  const bytes = writeStruct(later, { nested: [{ texts: ['a', 'b'] }, {}], name: 'c' });
  assert.deepEqual(readStruct(now, bytes), { value: { name: 'c' }, end: bytes.length });
});

test('what is no message is refused', () => {
  const refused = (bytes: readonly number[], reason: RegExp, isTruncated = false): void =>
    assert.throws(
      () => readStruct(PAGE_HEADER, Uint8Array.from(bytes)),
      (error) => error instanceof ThriftError && reason.test(error.message) && error.isTruncated === isTruncated,
    );
  refused([], /ends in the middle/, true);
  refused([0x15, 0x00, 0x15], /ends in the middle/, true);
  refused([0x00], /PageHeader without type/);
  refused([0x18, 0x01, 0x41], /PageHeader.type is of kind 8/);
  refused([0x15, ...Array(10).fill(0xff), 1], /more than ten bytes/);
  refused([0x15, ...Array(8).fill(0xff), 1], /beyond 2\^53/);
  refused([0x0f, 0x28], /unknown kind 15/);
  refused([0x09, 0x28, 0xfc, 0xff, 0xff, 0xff, 0x0f], /a list of \d+ where fewer/, true);
  refused([0x09, 0x28, ...Array(100).fill(0x19), 0], /nested deeper/);
});

test('a footer with flipped bits is read or refused, and nothing else', () => {
  const footer = footerOf(FLIGHTS);
  const { int, chance } = random(7);
  for (let i = 0; i < 3000; i++) {
    const broken = footer.slice(0, chance(0.5) ? footer.length : int(footer.length));
    for (let flips = 0; flips < 3; flips++) broken[int(broken.length)] ^= 1 << int(8);
    try {
      readStruct(FILE_META_DATA, broken);
    } catch (error) {
      assert.ok(error instanceof ThriftError, String(error));
    }
  }
});
