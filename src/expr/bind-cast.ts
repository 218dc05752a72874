import type { BindResult } from './binder.js';
import type { BoundExpr } from './bound.js';
import { castTo } from './bound-nodes.js';
import { parseType } from './parse-type.js';
import { ProblemFound } from './problem.js';

/** CAST of a bound expression to the type that a text names; problems stand in that text. */
export function bindCast(arg: BoundExpr, typeText: string): BindResult {
  const parsed = parseType(typeText);
  if ('problems' in parsed) return parsed;
  try {
    return { expr: castTo(arg, parsed.type, false, { start: 0, end: typeText.length }) };
  } catch (error) {
    if (error instanceof ProblemFound) return { problems: error.problems };
    throw error;
  }
}
