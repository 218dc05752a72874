/** Values that lie in memory as texts: their bytes, and back. */
import type { DataType } from './data-type.js';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** UTF-8; bytes are a string of one character each. */
export function textBytes(value: string, { kind }: DataType): Buffer {
  return Buffer.from(value, kind === 'bytes' ? 'latin1' : 'utf8');
}

/** `bytes` must not be a view of shared memory, which TextDecoder refuses. */
export function textValue(bytes: Uint8Array, { kind }: DataType): string {
  return kind === 'bytes' ? Buffer.from(bytes).toString('latin1') : decoder.decode(bytes);
}
