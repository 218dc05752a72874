/** Every format that `read` knows, and which one a file's name says. */
import { withoutCompression } from '../../formats/compression/names.js';
import { CSV } from './csv.js';
import { JSON_FILES, JSONL } from './jsonl.js';
import { LINES } from './lines.js';
import { PARQUET } from './parquet.js';
import type { ReadFormat } from './read-format.js';

export const READ_FORMATS: readonly ReadFormat[] = [CSV, JSONL, JSON_FILES, PARQUET, LINES];

/** undefined when the name says none. */
export function readFormatOf(file: string): ReadFormat | undefined {
  const name = withoutCompression(file).toLowerCase();
  return READ_FORMATS.find(({ extensions }) => extensions.some((extension) => name.endsWith(extension)));
}

export function readFormatNamed(name: string): ReadFormat {
  return READ_FORMATS.find((format) => format.name === name)!;
}
