/** Files of parquetjs-lite, held against what DuckDB reads of them: pages of both versions, repeated fields without lists. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { duckdbRows } from '../support/duckdb.js';
import { parquetFolder, readParquet } from './support/parquet-files.js';

const folder = parquetFolder();

interface Writer {
  appendRow(row: object): Promise<void>;
  close(): Promise<void>;
}
interface ParquetJs {
  readonly ParquetSchema: new (fields: object) => object;
  readonly ParquetWriter: { openFile(schema: object, path: string, options?: object): Promise<Writer> };
}
const { ParquetSchema, ParquetWriter } = createRequire(import.meta.url)('parquetjs-lite') as ParquetJs;

for (const compression of ['UNCOMPRESSED', 'GZIP', 'SNAPPY']) {
  for (const useDataPageV2 of [false, true]) {
    test(`parquetjs-lite, ${compression}, pages of version ${useDataPageV2 ? 2 : 1}`, async () => {
      const file = join(folder, `${compression}${useDataPageV2}.parquet`);
      const schema = new ParquetSchema({
        id: { type: 'INT64', compression },
        name: { type: 'UTF8', compression },
        price: { type: 'DOUBLE', optional: true, compression },
        day: { type: 'DATE', compression },
        at: { type: 'TIMESTAMP_MILLIS', compression },
        fresh: { type: 'BOOLEAN', compression },
        tags: { type: 'UTF8', repeated: true, compression },
        stock: {
          repeated: true,
          fields: { amount: { type: 'INT32', compression }, where: { type: 'UTF8', optional: true, compression } },
        },
      });
      const writer = await ParquetWriter.openFile(schema, file, { useDataPageV2, rowGroupSize: 500, pageSize: 512 });
      for (let i = 0; i < 1300; i++) {
        await writer.appendRow({
          id: i,
          name: `näme ${i % 40}`,
          ...(i % 3 === 0 ? {} : { price: i / 4 }),
          day: new Date(Date.UTC(2026, 0, 1 + (i % 50))),
          at: new Date(Date.UTC(2026, 0, 1, 0, 0, i, i % 1000)),
          fresh: i % 7 === 0,
          tags: Array.from({ length: i % 4 }, (_, k) => `t${k}`),
          stock: Array.from({ length: i % 3 }, (_, k) => ({ amount: i + k, ...(k === 0 ? {} : { where: 'here' }) })),
        });
      }
      await writer.close();
      const { rows, error } = readParquet(file, { batchRows: 300 });
      assert.equal(error, undefined);
      const expected = await duckdbRows(
        `SELECT id, name, price, day::VARCHAR, replace("at"::VARCHAR, '+00', ''), fresh, to_json(tags), to_json(stock) FROM '${file}'`,
      );
      assert.deepEqual(
        rows.map((row) => row.map(number)),
        expected.map((row) => row.map(number)),
      );
    });
  }
}

/** DuckDB shows whole doubles without a point here. */
function number(text: string | null): string | null {
  return text === null ? null : text.replace(/\.0$/, '');
}
