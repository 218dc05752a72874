/** Makes Parquet files with DuckDB, and reads them through the reader into texts of values. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { formatValue } from '../../../src/columnar/text.js';
import type { Vector } from '../../../src/columnar/vector.js';
import { LeatError } from '../../../src/errors.js';
import { readFooter } from '../../../src/formats/parquet/footer.js';
import { RowGroupReader } from '../../../src/formats/parquet/row-group-reader.js';
import { rowGroupSplits } from '../../../src/formats/parquet/row-groups.js';
import type { Heap } from '../../../src/memory/heap.js';
import { duckdbRows } from '../../support/duckdb.js';
import { testMemory } from '../../support/task-memory.js';
import { highMemory, vectorValue } from './csv-files.js';

export interface ParquetSettings {
  readonly batchRows?: number;
  readonly pages?: number;
  /** Hand out addresses above 2 GiB only. */
  readonly isHigh?: boolean;
  readonly which?: 'wasm' | 'twins';
  /** Columns to read; all when not given. */
  readonly only?: readonly string[];
}

export interface ParquetRows {
  readonly rows: readonly (readonly (string | null)[])[];
  readonly offsets: readonly number[];
  readonly error?: LeatError;
}

/** A folder that goes when the tests of the file are through. */
export function parquetFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'leat-parquet-'));
  after(() => rmSync(folder, { recursive: true }));
  return folder;
}

let files = 0;

/** The path of a new file with the rows of a query. */
export async function duckdbParquet(folder: string, query: string, options = ''): Promise<string> {
  const file = join(folder, `${files++}.parquet`);
  await duckdbRows(`COPY (${query}) TO '${file}' (FORMAT parquet${options === '' ? '' : `, ${options}`})`);
  return file;
}

/** All row groups in order, one reader; the rows before an error are in the result. */
export function readParquet(path: string, settings: ParquetSettings = {}): ParquetRows {
  const test = settings.isHigh ? highMemory() : testMemory(settings.pages ?? 512);
  const before = test.pagesInUse();
  const rows: (string | null)[][] = [];
  const offsets: number[] = [];
  let reader: RowGroupReader | undefined;
  try {
    const footer = readFooter({ path });
    const columns = footer.columns.filter(({ name }) => settings.only?.includes(name) ?? true);
    for (const { fault } of columns) if (fault !== undefined) throw fault.at(path);
    reader = new RowGroupReader({
      files: [footer.file],
      columns,
      source: 7,
      memory: test.memory,
      kernels: test.kernels(settings.which),
      batchRows: settings.batchRows ?? 1000,
    });
    for (const split of rowGroupSplits(footer, 0, columns, () => true, 0)) {
      reader.start(split);
      for (let batch = reader.next(); batch !== null; batch = reader.next()) {
        for (let row = 0; row < batch.numRows; row++) {
          rows.push(batch.vectors.map((vector) => valueText(test.heap, vector, row)));
          offsets.push(batch.origin!.position(row).offset);
        }
      }
    }
    return { rows, offsets };
  } catch (error) {
    if (error instanceof LeatError) return { rows, offsets, error };
    throw error;
  } finally {
    reader?.close();
    assert.equal(test.pagesInUse(), before, 'pages were not given back');
  }
}

function valueText(heap: Heap, vector: Vector, row: number): string | null {
  const value = vectorValue(heap, vector, row);
  if (value === null) return null;
  if (vector.type.kind === 'json') return value as string;
  if (vector.type.kind !== 'bytes') return formatValue(value, vector.type);
  const [start, length] = [heap.u32[vector.values / 4 + 2 * row], heap.u32[vector.values / 4 + 2 * row + 1]];
  return formatValue(Buffer.from(heap.u8.slice(start, start + length)).toString('latin1'), vector.type);
}
