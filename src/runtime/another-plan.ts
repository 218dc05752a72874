/**
 * An error that another plan would not meet: memory was refused while a part of the plan held some that the other does not need, or a
 * file cannot be read in parts. For the coordinator's caller, who may run the job again with that plan; for everybody else it is the
 * error that it is made of.
 */
import { LeatError } from '../errors.js';

export class AnotherPlan extends LeatError {
  /** Of the logical graph. */
  readonly nodes: readonly number[];
  /** Of an output that streams: these bytes are not to be printed again. */
  printedBytes = 0;

  constructor(refusal: LeatError, nodes: readonly number[]) {
    super(refusal.diagnostics, { cause: refusal });
    this.nodes = nodes;
  }
}
