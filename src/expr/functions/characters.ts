/** What functions of texts share: characters are code points. */
import type { Value } from '../../columnar/value.js';
import { EvaluationError } from '../evaluation-error.js';

export const characters = (text: Value): string[] => Array.from(text as string);

/** Texts that a function makes out of nothing: larger ones are a mistake in the count. */
const MAX_MADE_LENGTH = 1 << 24;

export function boundedCount(count: Value, name: string, length = 1): number {
  const wanted = Math.max(Number(count), 0);
  if (wanted * length > MAX_MADE_LENGTH) {
    throw new EvaluationError('EXPR_OVERFLOW', `${name} would make a text of more than ${MAX_MADE_LENGTH} characters`);
  }
  return wanted;
}
