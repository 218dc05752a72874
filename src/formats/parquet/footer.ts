/**
 * The end of a Parquet file: its metadata.
 *
 *     ... FileMetaData   u32 its length   PAR1
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { leatError } from '../../errors.js';
import { bytesPath, type InputFile } from '../input-file.js';
import { damaged, ParquetFault } from './fault.js';
import { FILE_META_DATA, type FileMetaData, readStruct } from './metadata.js';
import { columnsOf, type ParquetColumn } from './schema.js';
import { ThriftError } from './thrift-wire.js';

export const MAGIC_BYTES = 4;
const TAIL_BYTES = 8;
const MAGIC = 'PAR1';
const ENCRYPTED_MAGIC = 'PARE';

/** One input as it was when the run began; plain data. */
export interface ParquetFile extends InputFile {
  readonly size: number;
  readonly mtimeMs: number;
}

export interface ParquetFooter {
  readonly file: ParquetFile;
  readonly metadata: FileMetaData;
  readonly columns: readonly ParquetColumn[];
}

/** Reads the footer; throws what is wrong with the file. */
export function readFooter(input: InputFile): ParquetFooter {
  const { path } = input;
  const descriptor = openInput(input);
  try {
    const { size, mtimeMs } = fstatSync(descriptor);
    const metadata = readStruct(FILE_META_DATA, footerBytes(descriptor, size)).value;
    if (metadata.encryptionAlgorithm !== undefined) throw encrypted();
    return { file: { ...input, size, mtimeMs }, metadata, columns: columnsOf(metadata.schema) };
  } catch (error) {
    if (error instanceof ParquetFault) throw error.at(path);
    if (error instanceof ThriftError) {
      throw new ParquetFault(`the metadata at its end is damaged: ${error.message}`).at(path);
    }
    throw readFailure(path, error);
  } finally {
    closeSync(descriptor);
  }
}

export function openInput(input: InputFile): number {
  try {
    return openSync(bytesPath(input), 'r');
  } catch (cause) {
    throw readFailure(input.path, cause);
  }
}

/** Of the operating system. */
export function readFailure(path: string, cause: unknown): Error {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === undefined) return cause as Error;
  const reported = code === 'ENOENT' ? 'FORMAT_FILE_MISSING' : 'FORMAT_IO';
  return leatError(reported, `${path} cannot be read: ${message}`, { place: { file: path }, cause });
}

function footerBytes(descriptor: number, size: number): Uint8Array {
  if (size === 0) damaged('the file is empty');
  const tail = read(descriptor, Math.max(0, size - TAIL_BYTES), Math.min(TAIL_BYTES, size));
  const magic = tail.toString('latin1', tail.length - MAGIC_BYTES);
  if (magic === ENCRYPTED_MAGIC) throw encrypted();
  if (magic !== MAGIC || size < MAGIC_BYTES + TAIL_BYTES) {
    const begin = read(descriptor, 0, Math.min(MAGIC_BYTES, size)).toString('latin1');
    damaged(
      begin === MAGIC
        ? 'it ends before its metadata: it was cut off, or is not written to the end yet'
        : 'it is no Parquet file',
    );
  }
  const length = tail.readUInt32LE(0);
  const room = size - TAIL_BYTES - MAGIC_BYTES;
  if (length > room) damaged(`its metadata are said to take ${length} bytes, and there are ${room}`);
  return new Uint8Array(read(descriptor, size - TAIL_BYTES - length, length));
}

function encrypted(): ParquetFault {
  return new ParquetFault('it is encrypted', 'FORMAT_PARQUET_UNSUPPORTED', 'decrypt it first');
}

function read(descriptor: number, offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const count = readSync(descriptor, bytes, done, length - done, offset + done);
    if (count === 0) damaged('it became shorter while it was read');
    done += count;
  }
  return bytes;
}
