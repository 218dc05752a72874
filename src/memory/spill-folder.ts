/**
 * Files for what does not fit into managed memory, all in one folder per job that is removed when the job ends and
 * swept by the next start after a kill.
 */

/** Where bytes of a spilled run lie. Plain data. */
export interface SpillExtent {
  readonly path: string;
  readonly offset: number;
  readonly bytes: number;
}

export interface SpillWriter {
  /** Appends bytes from managed memory. */
  write(address: number, bytes: number): void;
  /** Flushes; the file stays until the job ends or `SpillFolder.remove`. */
  close(): SpillExtent;
}

export interface SpillFolder {
  /** A new file of this attempt. */
  create(purpose: string): SpillWriter;
  /** Reads `bytes` at `offset` within the extent into managed memory; SPILL_IO when they are not there. */
  read(extent: SpillExtent, offset: number, address: number, bytes: number): void;
  remove(extent: SpillExtent): void;
  /** Bytes written so far by this attempt. */
  readonly bytesWritten: number;
}
