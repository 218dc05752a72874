/** Placeholder body: see csv-reader.ts for the face. */
import type { RecordBatch } from '../../columnar/record-batch.js';
import { leatError } from '../../errors.js';
import type { CsvReader, CsvReaderOptions } from './csv-reader.js';
import type { CsvSplit } from './splits.js';

export class CsvSequentialReader implements CsvReader {
  constructor(readonly options: CsvReaderOptions) {}
  start(_split: CsvSplit): void {}
  next(): RecordBatch | null {
    throw leatError('INTERNAL', 'not built yet');
  }
  close(): void {}
}
