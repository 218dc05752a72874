/** How a file is compressed, by its first bytes: names lie. */

export const COMPRESSIONS = ['gzip', 'zstd', 'bzip2', 'lz4', 'snappy'] as const;
export type Compression = (typeof COMPRESSIONS)[number];

/** First bytes in latin1. Those of bzip2 are text, so it takes what follows them: a block, or the end of an empty stream. */
const MAGIC: readonly (readonly [start: RegExp, compression: Compression])[] = [
  [/^\x1f\x8b\x08/, 'gzip'],
  [/^\x28\xb5\x2f\xfd/, 'zstd'],
  [/^[\x50-\x5f]\x2a\x4d\x18/, 'zstd'],
  [/^BZh[1-9](?:\x31\x41\x59\x26\x53\x59|\x17\x72\x45\x38\x50\x90)/, 'bzip2'],
  [/^\x04\x22\x4d\x18/, 'lz4'],
  [/^\xff\x06\x00\x00sNaPpY/, 'snappy'],
];

/** Bytes that `compressionOf` looks at. */
const MAGIC_BYTES = 10;

/** undefined: it is not compressed, or in a way that leat does not know. */
export function compressionOf(bytes: Uint8Array): Compression | undefined {
  const start = Buffer.from(bytes.subarray(0, MAGIC_BYTES)).toString('latin1');
  return MAGIC.find(([magic]) => magic.test(start))?.[1];
}
