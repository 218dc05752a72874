/** What the end of a file's name says about compression: for writing, and to see the end before it, which says the format. */
import type { Compression } from './detect.js';

const EXTENSIONS: Readonly<Record<string, Compression>> = {
  gz: 'gzip',
  zst: 'zstd',
  bz2: 'bzip2',
  lz4: 'lz4',
  sz: 'snappy',
};

const END = /\.([a-z0-9]+)$/i;

/** undefined when it says none. */
export function compressionOfName(path: string): Compression | undefined {
  const extension = END.exec(path)?.[1].toLowerCase();
  return extension !== undefined && Object.hasOwn(EXTENSIONS, extension) ? EXTENSIONS[extension] : undefined;
}

/** `orders.csv` of `orders.csv.gz`. */
export function withoutCompression(path: string): string {
  return compressionOfName(path) === undefined ? path : path.replace(END, '');
}
