/** Every scalar function and operator, by id and by name. A new function is one entry in its family's file. */
import { leatError } from '../../errors.js';
import type { BoundCall, BoundExpr } from '../bound.js';
import { ARITHMETIC } from './arithmetic.js';
import { COMPARISON } from './comparison.js';
import { CONDITIONAL } from './conditional.js';
import { DATES } from './date.js';
import { DATE_INTERVALS } from './date-intervals.js';
import { DATE_MAKERS } from './date-make.js';
import { literalsOf, type ScalarFunction, signatureOf } from './function.js';
import { HASHES } from './hash.js';
import { JSON_ENTRY, JSON_FUNCTIONS, JSON_ITEMS, JSON_PATH } from './json.js';
import { LIKE } from './like.js';
import { MATH } from './math.js';
import { DOUBLES } from './math-doubles.js';
import { INTEGERS } from './math-integers.js';
import { RANDOM } from './random.js';
import { REGEXP_GROUPS, REGULAR_EXPRESSIONS } from './regex.js';
import { STATISTICS } from './statistics.js';
import { DATE_TEXTS } from './strftime.js';
import { STRPTIME } from './strptime.js';
import { TEXT } from './text.js';
import { TEXT_CODES } from './text-codes.js';
import { TEXT_DISTANCES } from './text-distance.js';
import { TEXT_FORMS } from './text-forms.js';
import { TIME_ZONES } from './time-zones.js';

/** In the order of the overview that `leat docs` gives. */
export const FUNCTION_FAMILIES = {
  arithmetic: ARITHMETIC,
  comparison: COMPARISON,
  math: [...MATH, ...DOUBLES, ...INTEGERS],
  text: [...TEXT, ...TEXT_FORMS, ...TEXT_CODES, ...TEXT_DISTANCES],
  hash: HASHES,
  random: RANDOM,
  pattern: [...LIKE, ...REGULAR_EXPRESSIONS],
  date: [...DATES, ...DATE_INTERVALS, ...DATE_MAKERS, ...DATE_TEXTS, ...STRPTIME, ...TIME_ZONES],
  json: JSON_FUNCTIONS,
  conditional: CONDITIONAL,
} as const satisfies Readonly<Record<string, readonly ScalarFunction[]>>;

export const SCALAR_FUNCTIONS: readonly ScalarFunction[] = Object.values(FUNCTION_FAMILIES).flat();

/** Aggregate functions are made of the statistics, verbs of some functions, and paths have a syntax: these have no name in expressions. */
const byId = new Map(
  [...SCALAR_FUNCTIONS, ...STATISTICS, JSON_PATH, JSON_ENTRY, JSON_ITEMS, REGEXP_GROUPS].map((fn) => [fn.id, fn]),
);
const byName = new Map(SCALAR_FUNCTIONS.flatMap((fn) => [fn.id, ...fn.aliases].map((name) => [name, fn])));

/** The function that a bound call names. */
export function functionById(id: string): ScalarFunction {
  const fn = byId.get(id);
  if (fn === undefined) throw leatError('INTERNAL', `no function has the id ${id}`);
  return fn;
}

/** Whether some row can make the call itself fail; its arguments may as well. */
export function callMayFail(call: BoundCall): boolean {
  return functionById(call.fn).mayFail(signatureOf(call), literalsOf(call.args));
}

/** Whether the operation itself, whatever its operands, depends on the place of the row. */
export function readsRow(expr: BoundExpr): boolean {
  return expr.op === 'call' && functionById(expr.fn).readsRow === true;
}

/** The function that an expression calls `name`, in any case. */
export function findFunction(name: string): ScalarFunction | undefined {
  return byName.get(name.toLowerCase());
}

export function functionNames(): readonly string[] {
  return [...byName.keys()];
}
