/**
 * Rows that come in another order than that of their positions, and fail: the error of the lowest position is the one that
 * counts, so rows behind a failure need not be looked at, and rows before it must.
 */
import { ERROR_CATALOGUE, LeatError } from '../errors.js';

export class LowestFailure {
  #position = 0n;
  #error: LeatError | undefined;

  get isThere(): boolean {
    return this.#error !== undefined;
  }

  /** Whether the failure lies behind a row. */
  isBehind(position: bigint): boolean {
    return position < this.#position;
  }

  /** Keeps what goes wrong with a row; rows behind the failure are not tried. */
  try(action: () => void, positionOfFailed: () => bigint): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof LeatError) || ERROR_CATALOGUE[error.code].domain !== 'data') throw error;
      this.#position = positionOfFailed();
      this.#error = error;
    }
  }

  /** Throws the error, with a position by which those of several tasks are compared. */
  raise(): void {
    if (this.#error === undefined) return;
    const high = Number(this.#position >> 32n);
    const offset = Number(this.#position & 0xffffffffn);
    this.#error.position ??= { source: 0, file: high, offset };
    throw this.#error;
  }
}
