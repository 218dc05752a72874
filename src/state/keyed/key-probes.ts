/** Makes probes of the keys of a batch, a piece at a time. */
import type { BlockBuffer } from '../runs/record-blocks.js';
import { PIECE_ROWS } from '../sort/sort-control.js';
import type { StateEnv } from '../state-env.js';
import type { KeyedControl } from './keyed-control.js';

export class KeyProbes {
  readonly #env: StateEnv;
  readonly #control: KeyedControl;
  readonly #takePages: (bytes: number) => BlockBuffer;
  #room: BlockBuffer;

  /** `takePages` answers room for so many bytes, in place of what it answered before, or throws. */
  constructor(env: StateEnv, control: KeyedControl, takePages: (bytes: number) => BlockBuffer) {
    this.#env = env;
    this.#control = control;
    this.#takePages = takePages;
    this.#room = control.probeBytes;
  }

  /**
   * Probes of positions from `from` on, as many as there is room for, and their hashes; how many. `format`: of their keys, which begin
   * with the identity.
   */
  write(format: number, selection: number, from: number, to: number): number {
    const { kernels } = this.#env;
    const control = this.#control;
    const end = Math.min(to, from + PIECE_ROWS);
    // The arrays are numbered by position.
    const base = 4 * from;
    const [keyBytes, payloadBytes, probes] = [
      control.keyBytes - base,
      control.payloadBytes - base,
      control.probes - base,
    ];
    kernels.measureRows(
      control.identity,
      control.columns,
      selection,
      from,
      end,
      control.identityBytes - base,
      payloadBytes,
    );
    kernels.measureRows(format, control.columns, selection, from, end, keyBytes, payloadBytes);
    const place = (): number => {
      const { address, bytes } = this.#room;
      return kernels.placeRows(from, end, keyBytes, payloadBytes, address, address + bytes, probes) >>> 0;
    };
    let reached = place();
    if (reached === from) {
      this.#room = this.#takePages(16 + this.#env.heap.u32[control.keyBytes >>> 2]);
      reached = place();
    }
    const [cursors, tails] = [control.cursors - base, control.tails - base];
    kernels.writeRows(format, control.columns, selection, from, reached, probes, cursors, tails, control.entries);
    kernels.hashProbes(control.table, control.probes, control.identityBytes, reached - from, control.hashes);
    return reached - from;
  }
}
