/** Files that are no text at all, by their first bytes, and headers that are not UTF-8: said before the run. */
import { isUtf8 } from 'node:buffer';
import { leatError } from '../../errors.js';

/** First bytes of files that people hand to CSV readers, in latin1. */
const KINDS: readonly (readonly [start: string, kind: string, mend: string])[] = [
  ['\x1f\x8b', 'compressed with gzip', 'unpack it first: gzip -d'],
  ['\x28\xb5\x2f\xfd', 'compressed with zstd', 'unpack it first: zstd -d'],
  ['BZh', 'compressed with bzip2', 'unpack it first: bzip2 -d'],
  ['\xfd7zXZ\0', 'compressed with xz', 'unpack it first: xz -d'],
  ['PK\x03\x04', 'a zip archive (or a spreadsheet)', 'unpack it first: unzip, or export it as CSV'],
  ['PAR1', 'a Parquet file', 'read it as that: `format: parquet` (on the command line --from parquet)'],
];

/** Throws FORMAT_CSV_UTF8 or FORMAT_JSON_UTF8 when the file is one of those. */
export function refuseForeignFile(path: string, bytes: Buffer, format: 'CSV' | 'JSON'): void {
  const found = foreignKind(bytes);
  if (found === undefined) return;
  throw leatError(`FORMAT_${format}_UTF8`, `the file is ${found.kind}, and is read as ${format}`, {
    place: { file: path },
    hint: found.mend,
  });
}

/** What a file with such first bytes is, if it is no text, and what makes it one. */
export function foreignKind(bytes: Buffer): { readonly kind: string; readonly mend: string } | undefined {
  const start = bytes.toString('latin1', 0, 8);
  const found = KINDS.find(([magic]) => start.startsWith(magic));
  // Three letters may well begin a header; what compresses goes on with bytes that no text has.
  if (found === undefined || (found[0] === 'BZh' && isUtf8(bytes))) return undefined;
  return { kind: found[1], mend: found[2] };
}

/** Throws FORMAT_CSV_UTF8 when the header, the bytes before `end`, is in another encoding. */
export function refuseForeignHeader(path: string, bytes: Buffer, end: number): void {
  if (isUtf8(bytes.subarray(0, end))) return;
  const isWide = bytes.length >= 2 && (bytes.readUInt16LE(0) === 0xfeff || bytes.readUInt16LE(0) === 0xfffe);
  throw leatError('FORMAT_CSV_UTF8', 'the header is not UTF-8', {
    place: { file: path, line: 1 },
    hint: `say what the file is written in, for example \`encoding: ${isWide ? 'utf-16' : 'windows-1252'}\``,
  });
}
