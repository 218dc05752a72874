/** All rows of a small CSV file that leat has written, but for its header, as texts; a field that is null is null. */
import { readFileSync } from 'node:fs';
import { csvParseSync } from './csv-parse.js';

export function readCsvRows(path: string): (string | null)[][] {
  const cast = (value: string, { quoting }: { readonly quoting: boolean }): string | null =>
    value === '' && !quoting ? null : value;
  return csvParseSync().parse(readFileSync(path), { from: 2, cast }) as unknown as (string | null)[][];
}
