/** One column of the batches of a reader. */
import type { Vector } from '../../columnar/vector.js';
import type { ChunkPlace } from './chunk-pages.js';

export interface BatchColumn {
  readonly vector: Vector;
  /** Begins a row group, whose chunks of the column's leaves lie there. */
  start(descriptor: number, chunks: readonly ChunkPlace[]): void;
  /** How many rows can be read at once. */
  available(): number;
  /** Reads the next `rows` rows, at most as many as are available. */
  read(rows: number): void;
  /** Of the page at work in the file. */
  readonly offset: number;
  close(): void;
}
