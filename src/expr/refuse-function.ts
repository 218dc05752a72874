import type { Span } from '../errors.js';
import { suggest } from '../spec/suggest.js';
import { aggregateNames } from './aggregates/registry.js';
import { functionNames } from './functions/registry.js';
import { fail } from './problem.js';
import { windowFunctionNames } from './windows/registry.js';

/** What other tools call something that leat has, too. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  array_agg: "string_agg(x, ',') puts the values into a text",
  count_distinct: 'write count(DISTINCT x)',
  date_format: "strftime(x, '%Y-%m-%d')",
  isnull: 'write x IS NULL',
  json_extract: 'json comes with the JSON formats; regexp_extract takes a part of a text',
  list: "string_agg(x, ',') puts the values into a text",
  nunique: 'write count(DISTINCT x)',
  nvl: 'coalesce(x, y)',
  percentile: 'write quantile_cont(x, 0.95), or quantile_disc',
  safe_cast: 'write TRY_CAST(x AS int)',
  std: 'stddev(x)',
  to_char: "strftime(x, '%Y-%m-%d')",
  to_date: "CAST(x AS date), or strptime(x, '%d.%m.%Y') for another form",
  to_number: 'write CAST(x AS decimal(12,2))',
  uniq: 'write count(DISTINCT x)',
};

/** A name that is no function's. */
export function refuseFunction(name: string, span: Span): never {
  const special = ['coalesce', 'nullif', 'if', 'date_part', 'date_add'];
  const names = [...functionNames(), ...aggregateNames(), ...windowFunctionNames(), ...special];
  const lower = name.toLowerCase();
  // `uppercase` and `to_upper` are `upper` to whoever comes from elsewhere.
  const other = Object.hasOwn(OTHER_NAMES, lower) ? OTHER_NAMES[lower] : undefined;
  const meant = suggest(name, names) ?? names.find((other) => other.length > 3 && lower.includes(other));
  const hint = meant === undefined ? '`leat docs` lists all functions' : `did you mean \`${meant}\`?`;
  return fail('EXPR_UNKNOWN_FUNCTION', `there is no function ${name}`, span, other ?? hint);
}
