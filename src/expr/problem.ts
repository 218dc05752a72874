/** What is wrong with an expression, in terms of its own text; the plan turns spans into places in the pipeline. */
import type { ErrorCode, Span } from '../errors.js';

export interface ExprProblem {
  readonly code: ErrorCode;
  readonly message: string;
  /** UTF-16 offsets in the expression's text. */
  readonly span: Span;
  readonly hint?: string;
}

/** Thrown inside the parser and the binder, never out of them; holds at least one. */
export class ProblemFound extends Error {
  readonly problems: readonly ExprProblem[];

  constructor(problems: readonly ExprProblem[]) {
    super(problems[0].message);
    this.problems = problems;
  }
}

export function fail(code: ErrorCode, message: string, span: Span, hint?: string): never {
  throw new ProblemFound([{ code, message, span, hint }]);
}
