/** How pages can be compressed: the words of the language and those of the files. */
import { CODEC } from './metadata.js';

export type WriteCodec = 'none' | 'snappy' | 'gzip' | 'zstd';

export const CODEC_NUMBERS: Readonly<Record<WriteCodec, number>> = {
  none: CODEC.UNCOMPRESSED,
  snappy: CODEC.SNAPPY,
  gzip: CODEC.GZIP,
  zstd: CODEC.ZSTD,
};
