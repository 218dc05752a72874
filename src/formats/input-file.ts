/** One input of a read: the name that messages use, and where its bytes are. Plain data. */

/** In place of a path: standard input. A file of this name is `./stdin`. */
export const STDIN = 'stdin';

export interface InputFile {
  /** Absolute, or STDIN. */
  readonly path: string;
  /** The file that holds the bytes, when it is another one. */
  readonly bytesAt?: string;
}

/** What is to be opened. */
export function bytesPath({ path, bytesAt }: InputFile): string {
  return bytesAt ?? path;
}
