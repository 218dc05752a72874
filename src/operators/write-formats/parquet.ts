/** Parquet files. */
import type { ParquetSinkConfig } from '../parquet-sink.js';
import type { WriteFormat, WriteRequest } from './write-format.js';

export const PARQUET: WriteFormat = {
  name: 'parquet',
  called: 'Parquet files',
  extensions: ['.parquet'],
  options: [],
  packsItself: true,
  isCut: false,
  plan({ target, options }: WriteRequest) {
    const config: Omit<ParquetSinkConfig, 'schema' | 'isOnlyOutput'> = {
      ...target,
      compression: options.compression === 'auto' ? 'snappy' : options.compression,
    };
    return { factory: 'parquet-sink', config, typed: true };
  },
};
