import type { Span } from '../errors.js';
import { suggest } from '../spec/suggest.js';
import { aggregateNames } from './aggregates/registry.js';
import { functionNames } from './functions/registry.js';
import { fail } from './problem.js';

/** A name that is no function's. */
export function refuseFunction(name: string, span: Span): never {
  const names = [...functionNames(), ...aggregateNames(), 'coalesce', 'nullif', 'if', 'date_part', 'date_add'];
  const lower = name.toLowerCase();
  // `uppercase` and `to_upper` are `upper` to whoever comes from elsewhere.
  const meant = suggest(name, names) ?? names.find((other) => other.length > 3 && lower.includes(other));
  const hint = meant === undefined ? '`docs/reference.md` lists all functions' : `did you mean \`${meant}\`?`;
  return fail('EXPR_UNKNOWN_FUNCTION', `there is no function ${name}`, span, hint);
}
