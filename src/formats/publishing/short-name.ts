/** A name that leaves room for leat's own prefixes in the 255 bytes that file systems allow. */
import { createHash } from 'node:crypto';

const MOST_BYTES = 150;

/** The name itself, or its beginning and a hash of the whole. */
export function shortName(name: string): string {
  if (Buffer.byteLength(name) <= MOST_BYTES) return name;
  return `${name.slice(0, 30)}-${createHash('sha256').update(name).digest('hex').slice(0, 24)}`;
}
