/** What a fold does with the rows of a group. One instance works for one attempt, group after group. */
import type { RecordBatch } from '../../columnar/record-batch.js';
import type { Value } from '../../columnar/value.js';

/** A text in managed memory, until the fold is called again. */
export interface TextView {
  readonly address: number;
  readonly bytes: number;
}

export interface Fold {
  /** The selected rows number from..to-1 of a batch, all of one group. */
  add(batch: RecordBatch, from: number, to: number): void;
  /** The result of the group; begins the next one. */
  finish(): Value | TextView;
  close(): void;
}
