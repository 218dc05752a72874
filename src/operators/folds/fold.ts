/** What a fold does with the rows of a group. One instance works for one attempt, group after group. */
import type { RecordBatch } from '../../columnar/record-batch.js';
import type { Value } from '../../columnar/value.js';

/** A text in managed memory, until the fold is called again. */
export interface TextView {
  readonly address: number;
  readonly bytes: number;
}

export interface Fold {
  /** Before the first values of a group, where it is known how many of its rows have one: who needs to know is told. */
  begin?(rows: number): void;
  /** After `begin`: of so many of the next rows only the number matters; then `skip` says it. Default: none. */
  spare?(): number;
  skip?(rows: number): void;
  /** The selected rows number from..to-1 of a batch, all of one group. */
  add(batch: RecordBatch, from: number, to: number): void;
  /** The result of the group; begins the next one. */
  finish(): Value | TextView;
  close(): void;
}
