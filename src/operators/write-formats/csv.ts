/** CSV files. */
import { csvRowText } from '../../formats/csv/dialect.js';
import type { CsvSinkConfig } from '../csv-sink.js';
import type { WriteFormat, WriteRequest } from './write-format.js';

const TAB_FILE = /\.(tsv|tab)$/;

export const CSV: WriteFormat = {
  name: 'csv',
  called: 'CSV files',
  extensions: ['.csv', '.txt', '.tsv', '.tab'],
  options: ['header', 'delimiter'],
  isCut: true,
  plan({ target, name, options }: WriteRequest) {
    const delimiter = options.delimiter ?? (TAB_FILE.test(name) ? '\t' : ',');
    const config: Omit<CsvSinkConfig, 'schema' | 'isOnlyOutput'> = { ...target, delimiter, header: options.header };
    return {
      factory: 'csv-sink',
      config,
      typed: false,
      rawText: target.partitions === undefined ? csvRowText(delimiter) : undefined,
    };
  },
};
