/**
 * The blocks of one run that may hold keys of a range, one after another, as addresses of records. Blocks of a run in
 * memory are read where they lie, an index as one block; blocks of a file go through the buffers that the caller lends, in
 * turn.
 */

import { leatError } from '../../errors.js';
import { SORT_ENTRY_BYTES } from '../../kernels/assembly/state-layout.js';
import type { SpillExtent } from '../../memory/spill-folder.js';
import type { StateEnv } from '../state-env.js';
import { type BlockList, blockAt, firstKeyAt } from './block-list.js';
import { type FileBytes, type KeyRange, type RunBlock, SAMPLE_KEY_BYTES, type SortedRun } from './sorted-run.js';

/** Bounds of a range, with the bytes in managed memory for the kernels. */
export interface RangeBounds {
  readonly low: Buffer | null;
  readonly high: Buffer | null;
  readonly lowAddress: number;
  readonly highAddress: number;
}

export const UNBOUNDED: RangeBounds = { low: null, high: null, lowAddress: 0, highAddress: 0 };

export function boundBytes(range: KeyRange): number {
  return [range.low, range.high].reduce((sum, bound) => sum + (bound === null ? 0 : bound.length), 0);
}

/** Writes the bounds at `address`; takes at most `boundBytes`. */
export function writeBounds(env: StateEnv, address: number, range: KeyRange): RangeBounds {
  const low = range.low === null ? null : Buffer.from(range.low, 'base64');
  const high = range.high === null ? null : Buffer.from(range.high, 'base64');
  const highAddress = address + (low?.length ?? 0);
  if (low !== null) env.heap.u8.set(low, address);
  if (high !== null) env.heap.u8.set(high, highAddress);
  return { low, high, lowAddress: address, highAddress };
}

/** How many blocks begin with a key that is less than `key`. */
function blocksBelow(blocks: BlockList, key: Buffer): number {
  let from = 0;
  let to = blocks.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (Buffer.compare(firstKeyAt(blocks, middle), key) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}

/**
 * The blocks first..end-1 that may hold keys within the bounds. Sample keys are cut, so that equal beginnings decide
 * nothing: then the block is taken, and searched.
 */
export function blocksWithin(run: SortedRun, bounds: RangeBounds): { readonly first: number; readonly end: number } {
  const { blocks } = run;
  const low = bounds.low?.subarray(0, SAMPLE_KEY_BYTES);
  const isBelow =
    low !== undefined && run.lastKey !== undefined && Buffer.compare(Buffer.from(run.lastKey, 'base64'), low) < 0;
  if (isBelow) return { first: 0, end: 0 };
  const first = low === undefined ? 0 : Math.max(0, blocksBelow(blocks, low) - 1);
  const end = bounds.high === null ? blocks.length : Math.max(first, blocksBelow(blocks, bounds.high));
  return { first, end };
}

/** Reads bytes of a run's file into a buffer. */
export function readBytes(
  { spill, kernels }: StateEnv,
  extent: SpillExtent,
  { at, bytes, checksum }: FileBytes,
  buffer: number,
): void {
  spill.read(extent, at, buffer, bytes);
  if (kernels.checksum(buffer, bytes) >>> 0 === checksum) return;
  throw leatError('SPILL_IO', `a spilled block of ${extent.path} is damaged`, {
    notes: [`offset ${extent.offset + at}, ${bytes} bytes`],
    hint: 'the disk of the spill folder may be failing; run again with another one',
  });
}

export class RunReader {
  readonly #env: StateEnv;
  readonly #run: SortedRun;
  readonly #bounds: RangeBounds;
  readonly #buffers: readonly number[];
  readonly #end: number;
  #next: number;
  #reads = 0;
  /** The records, or entries, of the current block that lie within the bounds. */
  start = 0;
  end = 0;

  /** `buffers`: each with room for the largest block within the bounds, when the run is a file. */
  constructor(env: StateEnv, run: SortedRun, bounds: RangeBounds, buffers: readonly number[]) {
    this.#env = env;
    this.#run = run;
    this.#bounds = bounds;
    this.#buffers = buffers;
    const { first, end } = blocksWithin(run, bounds);
    this.#next = first;
    this.#end = end;
  }

  /** Whether blocks are entries of an index. */
  get isIndexed(): boolean {
    return this.#run.location.kind === 'memory' && this.#run.location.indexed !== undefined;
  }

  /** Leaves out all blocks but the last one. */
  skipToLast(): void {
    this.#next = Math.max(this.#next, this.#end - 1);
  }

  /** Moves to the next block with records; false at the end. */
  advance(): boolean {
    if (this.isIndexed) return this.#takeIndex();
    while (this.#next < this.#end) {
      const block = blockAt(this.#run.blocks, this.#next++);
      this.start = this.#load(block);
      this.end = this.start + block.bytes;
      this.#cut();
      if (this.start < this.end) return true;
    }
    return false;
  }

  /** All entries within the bounds: they follow one another, whatever blocks they were cut into. */
  #takeIndex(): boolean {
    if (this.#next === this.#end) return false;
    const { blocks } = this.#run;
    const last = blockAt(blocks, this.#end - 1);
    this.start = blockAt(blocks, this.#next).at;
    this.end = last.at + last.rows * SORT_ENTRY_BYTES;
    this.#next = this.#end;
    this.#cut();
    return this.start < this.end;
  }

  #load(block: RunBlock): number {
    const { location } = this.#run;
    if (location.kind === 'memory') return block.at;
    const buffer = this.#buffers[this.#reads++ % this.#buffers.length];
    readBytes(this.#env, location.extent, block, buffer);
    return buffer;
  }

  #cut(): void {
    const { low, high, lowAddress, highAddress } = this.#bounds;
    const { kernels } = this.#env;
    const bound = (address: number, bytes: number): number => {
      const lower = this.isIndexed ? kernels.lowerEntry : kernels.lowerBound;
      const found = lower(this.start, this.end, address, bytes);
      // An end at 4 GiB comes back as 0.
      return this.start + ((found - this.start) >>> 0);
    };
    if (low !== null) this.start = bound(lowAddress, low.length);
    if (high !== null && this.start < this.end) this.end = bound(highAddress, high.length);
  }
}
