/**
 * How much of the disk the spill files of a job may take at a time: a word that all threads count in. A thread that dies
 * leaves what it wrote counted until its files are removed, which is right: they are there.
 */
import { leatError } from '../errors.js';
import { formatSize } from '../spec/size-text.js';

const USED = 0;
const LIMIT = 1;

export class SpillQuota {
  readonly handle: SharedArrayBuffer;
  readonly #words: BigInt64Array;

  constructor(handle: SharedArrayBuffer) {
    this.handle = handle;
    this.#words = new BigInt64Array(handle);
  }

  /** `limitBytes` undefined: as much as there is. `usedBytes` are there already, and stay. */
  static create(limitBytes?: number, usedBytes = 0): SpillQuota {
    const quota = new SpillQuota(new SharedArrayBuffer(16));
    quota.#words[USED] = BigInt(usedBytes);
    quota.#words[LIMIT] = limitBytes === undefined ? -1n : BigInt(limitBytes);
    return quota;
  }

  /** Bytes of spill files that are there. */
  get used(): number {
    return Number(Atomics.load(this.#words, USED));
  }

  /** SPILL_LIMIT when it would be more than the limit. */
  take(bytes: number): void {
    const used = Atomics.add(this.#words, USED, BigInt(bytes)) + BigInt(bytes);
    const limit = this.#words[LIMIT];
    if (limit < 0n || used <= limit) return;
    this.giveBack(bytes);
    throw leatError(
      'SPILL_LIMIT',
      `spill files take more of the disk than spill_limit, which is ${formatSize(Number(limit))}`,
      {
        hint: 'set `spill_limit` or --spill-limit to more, or give the job more --memory so that it spills less',
      },
    );
  }

  giveBack(bytes: number): void {
    Atomics.sub(this.#words, USED, BigInt(bytes));
  }
}
