/**
 * How the interpreter says that a row has no value: a code, a message and a hint, without a place. Whoever runs it
 * knows the row and the expression, and makes the `LeatError` that the user sees.
 */
import type { ErrorCode } from '../errors.js';

export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(code: ErrorCode, message: string, hint?: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}
