/** Reads CSV through the readers into plain values, and makes CSV to read. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type DataType, STRING } from '../../../src/columnar/data-type.js';
import { loadPending, type RecordBatch } from '../../../src/columnar/record-batch.js';
import type { Value } from '../../../src/columnar/value.js';
import type { Vector } from '../../../src/columnar/vector.js';
import { LeatError } from '../../../src/errors.js';
import { blockStateBytes } from '../../../src/formats/csv/block-states.js';
import { createCsvReader } from '../../../src/formats/csv/csv-reader.js';
import { type CsvOptions, isBlockDialect } from '../../../src/formats/csv/dialect.js';
import { inspectCsvFiles, sampleCsv } from '../../../src/formats/csv/infer.js';
import { planSplits } from '../../../src/formats/csv/splits.js';
import type { Heap } from '../../../src/memory/heap.js';
import type { Random } from '../../support/random.js';
import { type TestMemory, testMemory } from '../../support/task-memory.js';

export interface ReadSettings {
  readonly splitBytes?: number;
  readonly chunkBytes?: number;
  readonly batchRows?: number;
  readonly pages?: number;
  /** Hand out addresses above 2 GiB only. */
  readonly isHigh?: boolean;
  readonly which?: 'wasm' | 'twins';
  /** Types by column name; string when not given. */
  readonly types?: Readonly<Record<string, DataType>>;
  /** Columns to decode; all when not given. */
  readonly only?: readonly string[];
}

export interface ReadResult {
  readonly names: readonly string[];
  readonly rows: readonly (readonly Value[])[];
  readonly offsets: readonly number[];
  readonly batches: number;
  /** What ended the reading, if it did not get to the end. */
  readonly error?: LeatError;
}

/** A folder that goes when the tests of the file are through. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'leat-csv-'));
  after(() => rmSync(folder, { recursive: true }));
  return folder;
}

let files = 0;

export function writeCsv(folder: string, content: string | Uint8Array): string {
  const path = join(folder, `${files++}.csv`);
  writeFileSync(path, content);
  return path;
}

/** Splits in order, one reader; the rows before an error are in the result. */
export function readCsv(path: string, options: CsvOptions = {}, settings: ReadSettings = {}): ReadResult {
  const memory = settings.isHigh ? highMemory() : testMemory(settings.pages ?? 256);
  const before = memory.pagesInUse();
  const result = readWith(memory, path, options, settings);
  assert.equal(memory.pagesInUse(), before, 'pages were not given back');
  return result;
}

/** Its first 2 GiB are taken. */
export function highMemory(): TestMemory {
  const test = testMemory(33_000);
  test.memory.allocate(32_768, 'the lower half');
  return test;
}

function readWith(test: TestMemory, path: string, options: CsvOptions, settings: ReadSettings): ReadResult {
  const { dialect, names } = sampleCsv({ path }, options);
  const { files: inputs } = inspectCsvFiles([{ path }], dialect, names);
  const splits = planSplits(inputs, () => !isBlockDialect(dialect), settings.splitBytes);
  const wanted = settings.only ?? names;
  const columns = wanted.map((name) => {
    return { index: names.indexOf(name), name, type: settings.types?.[name] ?? STRING };
  });
  const reader = createCsvReader({
    files: inputs,
    dialect,
    fieldCount: names.length,
    columns,
    states: new SharedArrayBuffer(blockStateBytes(splits.length)),
    splits,
    source: 7,
    memory: test.memory,
    kernels: test.kernels(settings.which).csv,
    codecs: test.kernels(settings.which).codec,
    batchRows: settings.batchRows ?? 1024,
    chunkBytes: settings.chunkBytes ?? 16384,
  });
  const rows: Value[][] = [];
  const offsets: number[] = [];
  let batches = 0;
  try {
    for (const split of splits) {
      reader.start(split);
      for (let batch = reader.next(); batch !== null; batch = reader.next()) {
        rows.push(...batchRowsOf(test.heap, batch));
        for (let row = 0; row < batch.numRows; row++) offsets.push(batch.origin!.position(row).offset);
        batches++;
      }
    }
    return { names, rows, offsets, batches };
  } catch (error) {
    if (error instanceof LeatError) return { names, rows, offsets, batches, error };
    throw error;
  } finally {
    reader.close();
  }
}

export function batchRowsOf(heap: Heap, batch: RecordBatch): Value[][] {
  loadPending(batch);
  const { numRows, vectors } = batch;
  return Array.from({ length: numRows }, (_, row) => vectors.map((vector) => vectorValue(heap, vector, row)));
}

const decoder = new TextDecoder();

/** The value as the interpreter would hold it. */
export function vectorValue(heap: Heap, { type, physical, values, validity, isConstant }: Vector, at: number): Value {
  const row = isConstant ? 0 : at;
  if (validity !== 0 && heap.u8[validity + row] === 0) return null;
  switch (physical) {
    case 'u8':
      return heap.u8[values + row] !== 0;
    case 'i32':
      return heap.i32[values / 4 + row];
    case 'f64':
      return heap.f64[values / 8 + row];
    case 'i64':
      return heap.i64[values / 8 + row];
    case 'i128':
      return (heap.i64[values / 8 + 2 * row + 1] << 64n) | heap.u64[values / 8 + 2 * row];
    case 'text': {
      const [start, length] = [heap.u32[values / 4 + 2 * row], heap.u32[values / 4 + 2 * row + 1]];
      return decoder.decode(heap.u8.slice(start, start + length));
    }
    default:
      throw new Error(`${type.kind} in ${physical}`);
  }
}

export interface CsvShape {
  readonly delimiter: string;
  readonly newline: string;
  readonly columns: number;
  readonly rows: number;
  /** How often fields hold what must be quoted. */
  readonly wildness: number;
}

const PLAIN = ['', 'a', '0', '12', '-3.5', 'word', 'two words', 'Åse', '日本', '🙂', 'x'.repeat(70), ' ', '#'];
const WILD = ['"', '""', '\n', '\r\n', '\r', ',', ';', '\t', '|', 'say "hi"', 'a\nb\nc', '",\n"', `${'q"'.repeat(40)}`];

/** Well-formed CSV; quotes are used where they must be, and sometimes where they need not be. */
export function generateCsv(rng: Random, { delimiter, newline, columns, rows, wildness }: CsvShape): string {
  const field = (): string => {
    let text = rng.pick(PLAIN);
    while (rng.chance(wildness)) text += rng.pick(WILD);
    const mustQuote = text.includes(delimiter) || /["\r\n]/.test(text);
    return mustQuote || rng.chance(0.1) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines: string[] = [];
  for (let row = 0; row < rows; row++) {
    lines.push(Array.from({ length: columns }, field).join(delimiter));
    if (columns > 1 && rng.chance(0.03)) lines.push('');
  }
  return lines.join(newline) + (rng.chance(0.7) ? newline : '');
}
