/**
 * A run of a keyed store, in which probes are looked up: sorted ones, so that each block is read once for all of them. Records of a
 * run in a file are copied to where they can stay; those of a run in memory stay where they are.
 */

import { SORT_ENTRY_BYTES, SORT_ENTRY_RECORD } from '../../kernels/assembly/state-layout.js';
import { blockAt } from '../runs/block-list.js';
import { readBytes } from '../runs/run-reader.js';
import { SAMPLE_KEY_BYTES } from '../runs/sorted-run.js';
import type { StateEnv } from '../state-env.js';
import type { KeyedControl } from './keyed-control.js';
import type { KeyedRun } from './keyed-format.js';
import type { RunFilter } from './run-filter.js';
import { RunIndex } from './run-index.js';

/** Memory that a lookup works with. */
export interface LookupRoom {
  /** For a block of a file; 0: there is none. */
  block(bytes: number): number;
  /** Copies what was found for the control's hits; false: there is no room for that. */
  keepHits(): boolean;
}

export class StoredRun {
  readonly stored: KeyedRun;
  readonly filter: RunFilter | undefined;
  blocksRead = 0;
  readonly #env: StateEnv;
  readonly #control: KeyedControl;
  readonly #index: RunIndex;

  constructor(env: StateEnv, control: KeyedControl, stored: KeyedRun, filter: RunFilter | undefined) {
    this.stored = stored;
    this.filter = filter;
    this.#env = env;
    this.#control = control;
    this.#index = new RunIndex(stored.run.blocks);
  }

  get rows(): number {
    return this.stored.run.rows;
  }

  /**
   * Looks up the probes of `count` sorted entries. `missing`: only those that have not been found. False: there is no memory for
   * what was found.
   */
  find(count: number, missing: boolean, room: LookupRoom): boolean {
    const { kernels } = this.#env;
    const { entries, candidates, hashes, found, hits } = this.#control;
    const { address, lines } = this.filter ?? { address: 0, lines: 0 };
    const passed = kernels.passFilter(address, lines, entries, count, hashes, found, missing ? 1 : 0, candidates) >>> 0;
    const { location, blocks } = this.stored.run;
    if (passed === 0 || blocks.length === 0) return true;
    if (location.kind === 'file') return this.#findInFile(passed, room);
    const last = blockAt(blocks, blocks.length - 1);
    kernels.matchEntries(
      candidates,
      passed,
      blockAt(blocks, 0).at,
      last.at + last.rows * SORT_ENTRY_BYTES,
      found,
      hits,
    );
    return true;
  }

  #findInFile(count: number, room: LookupRoom): boolean {
    const { kernels } = this.#env;
    const { candidates, found, hits } = this.#control;
    const { blocks } = this.stored.run;
    let read = -1;
    let start = 0;
    let block = 0;
    for (let at = 0; at < count; ) {
      const key = this.#keyAt(at);
      block = this.#index.firstFor(key, block);
      if (read !== block) {
        start = this.#read(block, room);
        if (start === 0) return false;
        read = block;
      }
      const end = start + blockAt(blocks, block).bytes;
      const reached = kernels.matchRecords(candidates, at, count, start, end, found, hits) >>> 0;
      if (!room.keepHits()) return false;
      if (reached > at) at = reached;
      else if (this.#index.mayBegin(block + 1, key)) block++;
      else at++;
    }
    return true;
  }

  /** The beginning of the key of a probe. */
  #keyAt(candidate: number): Uint8Array {
    const { u8, u32 } = this.#env.heap;
    const probe = u32[(this.#control.candidates + candidate * SORT_ENTRY_BYTES + SORT_ENTRY_RECORD) >>> 2];
    return u8.subarray(probe + 8, probe + 8 + Math.min(u32[probe >>> 2], SAMPLE_KEY_BYTES));
  }

  #read(block: number, room: LookupRoom): number {
    const { run } = this.stored;
    const bytes = blockAt(run.blocks, block);
    const address = room.block(bytes.bytes);
    if (address === 0 || run.location.kind !== 'file') return 0;
    readBytes(this.#env, run.location.extent, bytes, address);
    this.blocksRead++;
    return address;
  }
}
