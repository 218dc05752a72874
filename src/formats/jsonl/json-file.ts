/** JSON files before the run: how rows stand in them, and where the first one begins. */
import { ROWS_ARE_A_LIST, ROWS_ARE_LINES, ROWS_ARE_OBJECTS } from '../../kernels/jsonl-kernels.js';
import { type CsvHead, readHead } from '../csv/head.js';
import type { OpenFile } from '../csv/open-file.js';
import { readBytes } from '../csv/places.js';
import type { CsvFile } from '../csv/splits.js';
import type { InputFile } from '../input-file.js';

/** `jsonl`: a line an object. `json`: that, or one list of objects, or objects over several lines. */
export type JsonFormat = 'jsonl' | 'json';

export interface JsonFile extends CsvFile {
  /** One of ROWS_ARE_…. */
  readonly mode: number;
}

const HEAD_BYTES = 64 << 10;
const PIECE_BYTES = 64 << 10;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** Size, time, and how rows stand in every file. Throws FORMAT_FILE_MISSING, FORMAT_IO, FORMAT_JSON_UTF8. */
export function inspectJsonFiles(inputs: readonly InputFile[], format: JsonFormat): readonly JsonFile[] {
  return inputs.map((input) => jsonFileOf(readHead(input, HEAD_BYTES, 'JSON'), format));
}

export function jsonFileOf(
  { path, bytesAt, compression, size, mtimeMs, bytes, isWhole }: CsvHead,
  format: JsonFormat,
): JsonFile {
  const start = bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
  const lines = { path, bytesAt, compression, size, mtimeMs, dataOffset: start, mode: ROWS_ARE_LINES };
  if (format === 'jsonl') return lines;
  const text = bytes.toString('latin1', start);
  const first = /[^ \t\r\n]/.exec(text);
  if (first?.[0] === '[') return { ...lines, dataOffset: start + first.index + 1, mode: ROWS_ARE_A_LIST };
  return first?.[0] === '{' && !areLines(text, isWhole) ? { ...lines, mode: ROWS_ARE_OBJECTS } : lines;
}

/** Whether the objects that are seen end with their lines. */
function areLines(text: string, isWhole: boolean): boolean {
  const lines = text.split('\n');
  if (!isWhole && lines.length > 1) lines.pop();
  try {
    for (const line of lines) if (/[^ \t\r]/.test(line)) JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** Offset of the first byte from `offset` on that is no white space; the size of the file when there is none. */
export function firstNonWhite(file: OpenFile, offset: number): number {
  for (let at = offset; at < file.size; ) {
    const piece = readBytes(file, at, PIECE_BYTES);
    if (piece.length === 0) break;
    const found = /[^ \t\r\n]/.exec(piece.toString('latin1'));
    if (found !== null) return at + found.index;
    at += piece.length;
  }
  return file.size;
}
