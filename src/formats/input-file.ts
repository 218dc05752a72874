/** One input of a read: the name that messages use, and where its bytes are. Plain data. */

import type { Compression } from './compression/detect.js';

/** In place of a path: standard input. A file of this name is `./stdin`. */
export const STDIN = 'stdin';

export interface InputFile {
  /** Absolute, or STDIN. */
  readonly path: string;
  /** The file that holds the bytes, when it is another one. */
  readonly bytesAt?: string;
  /** As the pipeline says it; when it does not, the first bytes do. */
  readonly compression?: Compression | 'none';
}

/** What is to be opened. */
export function bytesPath({ path, bytesAt }: InputFile): string {
  return bytesAt ?? path;
}
