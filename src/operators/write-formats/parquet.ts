/** Parquet files. */
import type { ParquetSinkConfig } from '../parquet-sink.js';
import type { WriteFormat, WriteRequest } from './write-format.js';

export const PARQUET: WriteFormat = {
  name: 'parquet',
  called: 'Parquet files',
  extensions: ['.parquet'],
  options: ['compression'],
  isCut: false,
  plan({ target, options }: WriteRequest) {
    const config: Omit<ParquetSinkConfig, 'schema' | 'isOnlyOutput'> = {
      ...target,
      compression: options.compression ?? 'snappy',
    };
    return { factory: 'parquet-sink', config, typed: true };
  },
};
