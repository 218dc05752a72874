/** Reads the splits that it claims from a shared counter; see csv-threads.test.ts. Dies at split `dieAt`, if told to. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Value } from '../../../src/columnar/value.js';
import { type ErrorData, LeatError } from '../../../src/errors.js';
import { type CsvReaderOptions, createCsvReader } from '../../../src/formats/csv/csv-reader.js';
import { testMemory } from '../../support/task-memory.js';
import { batchRowsOf } from './csv-files.js';

export interface ReadingThreadData {
  readonly shape: Omit<CsvReaderOptions, 'memory' | 'kernels' | 'codecs'>;
  /** The next split that nobody has claimed. */
  readonly counter: Int32Array;
  readonly pages: number;
  readonly dieAt: number;
}

export interface SplitResult {
  readonly index: number;
  readonly rows: Value[][];
  readonly error?: ErrorData;
}

const { shape, counter, pages, dieAt } = workerData as ReadingThreadData;
const { memory, kernels, heap } = testMemory(pages);
const reader = createCsvReader({ ...shape, memory, kernels: kernels().csv, codecs: kernels().codec });
const results: SplitResult[] = [];
for (;;) {
  const index = Atomics.add(counter, 0, 1);
  if (index >= shape.splits.length) break;
  if (index === dieAt) process.exit(1);
  const rows: Value[][] = [];
  try {
    reader.start(shape.splits[index]);
    for (let batch = reader.next(); batch !== null; batch = reader.next()) rows.push(...batchRowsOf(heap, batch));
    results.push({ index, rows });
  } catch (error) {
    if (!(error instanceof LeatError)) throw error;
    results.push({ index, rows, error: error.toData() });
  }
}
reader.close();
parentPort!.postMessage(results);
