/** Chunks in the spill folder: what leaves memory together is one file, which goes when nobody asks for any of it. */
import { leatError } from '../../errors.js';
import type { StateKernels } from '../../kernels/state-kernels.js';
import type { SpillExtent, SpillFolder } from '../../memory/spill-folder.js';

/** Pages that are written, and read into others, as they are. */
export interface Fileable {
  readonly runs: readonly { readonly address: number; readonly usedBytes: number }[];
  copy: ChunkCopy | undefined;
}

/** Where a chunk begins in its file, and a checksum of each of its runs. */
export interface ChunkCopy {
  readonly file: ChunkFile;
  readonly offset: number;
  readonly checksums: readonly number[];
}

interface ChunkFile {
  extent: SpillExtent | undefined;
  /** Those that may still be asked for. */
  chunks: number;
}

export class ChunkFiles {
  files = 0;
  bytes = 0;
  readonly #spill: SpillFolder;
  readonly #kernels: StateKernels;

  constructor(spill: SpillFolder, kernels: StateKernels) {
    this.#spill = spill;
    this.#kernels = kernels;
  }

  /** Writes what will not change. */
  write(chunks: readonly Fileable[]): void {
    const writer = this.#spill.create('window');
    const file: ChunkFile = { extent: undefined, chunks: chunks.length };
    let bytes = 0;
    for (const chunk of chunks) {
      const checksums = chunk.runs.map(({ address, usedBytes }) => this.#kernels.checksum(address, usedBytes) >>> 0);
      chunk.copy = { file, offset: bytes, checksums };
      for (const { address, usedBytes } of chunk.runs) {
        writer.write(address >>> 0, usedBytes);
        bytes += usedBytes;
      }
    }
    file.extent = writer.close();
    this.files++;
    this.bytes += bytes;
  }

  /** Reads the runs of a chunk that was written, into their pages. */
  read({ copy, runs }: Fileable): void {
    const { file, checksums, offset } = copy!;
    const extent = file.extent!;
    let from = offset;
    runs.forEach(({ address, usedBytes }, run) => {
      this.#spill.read(extent, from, address >>> 0, usedBytes);
      if (this.#kernels.checksum(address, usedBytes) >>> 0 !== checksums[run]) {
        throw leatError('SPILL_IO', `spilled rows in ${extent.path} are damaged`, {
          notes: [`offset ${from}, ${usedBytes} bytes`],
          hint: 'the disk of the spill folder may be failing; run again with another one',
        });
      }
      from += usedBytes;
    });
  }

  /** Nobody asks for the chunk any more. */
  forget({ copy }: Fileable): void {
    if (copy === undefined) return;
    copy.file.chunks--;
    if (copy.file.chunks === 0) this.#spill.remove(copy.file.extent!);
  }
}
