/** Reads JSON through the reader into plain values. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DataType, STRING } from '../../../src/columnar/data-type.js';
import type { Value } from '../../../src/columnar/value.js';
import { LeatError } from '../../../src/errors.js';
import { planSplits } from '../../../src/formats/csv/splits.js';
import { inspectJsonFiles, type JsonFormat } from '../../../src/formats/jsonl/json-file.js';
import { JsonReader } from '../../../src/formats/jsonl/reader.js';
import { ROWS_ARE_LINES } from '../../../src/kernels/jsonl-kernels.js';
import { testMemory } from '../../support/task-memory.js';
import { batchRowsOf, highMemory } from './csv-files.js';

export interface JsonReadSettings {
  readonly format?: JsonFormat;
  readonly splitBytes?: number;
  readonly chunkBytes?: number;
  readonly batchRows?: number;
  readonly pages?: number;
  /** Hand out addresses above 2 GiB only. */
  readonly isHigh?: boolean;
  readonly which?: 'wasm' | 'twins';
}

export interface JsonReadResult {
  readonly rows: readonly (readonly Value[])[];
  readonly offsets: readonly number[];
  /** What ended the reading, if it did not get to the end. */
  readonly error?: LeatError;
}

let files = 0;

export function writeJson(folder: string, content: string | Uint8Array): string {
  const path = join(folder, `${files++}.jsonl`);
  writeFileSync(path, content);
  return path;
}

/** Columns by key: a type each. Splits in order, one reader; the rows before an error are in the result. */
export function readJson(
  path: string,
  columns: Readonly<Record<string, DataType>> | readonly string[],
  settings: JsonReadSettings = {},
): JsonReadResult {
  const test = settings.isHigh ? highMemory() : testMemory(settings.pages ?? 256);
  const before = test.pagesInUse();
  const inputs = inspectJsonFiles([{ path }], settings.format ?? 'jsonl');
  const splits = planSplits(inputs, ({ mode }) => mode !== ROWS_ARE_LINES, settings.splitBytes);
  const typed = Array.isArray(columns)
    ? (columns as readonly string[]).map((key) => ({ key, name: key, type: STRING }))
    : Object.entries(columns as Readonly<Record<string, DataType>>).map(([key, type]) => ({ key, name: key, type }));
  const reader = new JsonReader({
    files: inputs,
    columns: typed,
    source: 7,
    memory: test.memory,
    kernels: test.kernels(settings.which),
    batchRows: settings.batchRows ?? 1024,
    chunkBytes: settings.chunkBytes ?? 16384,
  });
  const rows: Value[][] = [];
  const offsets: number[] = [];
  try {
    for (const split of splits) {
      reader.start(split);
      for (let batch = reader.next(); batch !== null; batch = reader.next()) {
        rows.push(...batchRowsOf(test.heap, batch));
        for (let row = 0; row < batch.numRows; row++) offsets.push(batch.origin!.position(row).offset);
      }
    }
    return { rows, offsets };
  } catch (error) {
    if (error instanceof LeatError) return { rows, offsets, error };
    throw error;
  } finally {
    reader.close();
    assert.equal(test.pagesInUse(), before, 'pages were not given back');
  }
}
