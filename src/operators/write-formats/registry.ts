/** Every format that `write` knows, and which one a file's name says. */
import { withoutCompression } from '../../formats/compression/names.js';
import { CSV } from './csv.js';
import { JSON_FILES, JSONL } from './jsonl.js';
import { PARQUET } from './parquet.js';
import type { WriteFormat } from './write-format.js';

export const WRITE_FORMATS: readonly WriteFormat[] = [CSV, JSONL, JSON_FILES, PARQUET];

/** undefined when the name says none. */
export function writeFormatOf(file: string): WriteFormat | undefined {
  const name = withoutCompression(file).toLowerCase();
  return WRITE_FORMATS.find(({ extensions }) => extensions.some((extension) => name.endsWith(extension)));
}

export function writeFormatNamed(name: string): WriteFormat {
  return WRITE_FORMATS.find((format) => format.name === name)!;
}
