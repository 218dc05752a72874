/** Every scalar function and operator, by id and by name. A new function is one entry in its family's file. */
import { leatError } from '../../errors.js';
import { ARITHMETIC } from './arithmetic.js';
import { COMPARISON } from './comparison.js';
import { CONDITIONAL } from './conditional.js';
import { DATES } from './date.js';
import type { ScalarFunction } from './function.js';
import { LIKE } from './like.js';
import { MATH } from './math.js';
import { TEXT } from './text.js';

/** In the order of the overview that `leat docs` gives. */
export const FUNCTION_FAMILIES = {
  arithmetic: ARITHMETIC,
  comparison: COMPARISON,
  math: MATH,
  text: TEXT,
  pattern: LIKE,
  date: DATES,
  conditional: CONDITIONAL,
} as const satisfies Readonly<Record<string, readonly ScalarFunction[]>>;

export const SCALAR_FUNCTIONS: readonly ScalarFunction[] = Object.values(FUNCTION_FAMILIES).flat();

const byId = new Map(SCALAR_FUNCTIONS.map((fn) => [fn.id, fn]));
const byName = new Map(SCALAR_FUNCTIONS.flatMap((fn) => [fn.id, ...fn.aliases].map((name) => [name, fn])));

/** The function that a bound call names. */
export function functionById(id: string): ScalarFunction {
  const fn = byId.get(id);
  if (fn === undefined) throw leatError('INTERNAL', `no function has the id ${id}`);
  return fn;
}

/** The function that an expression calls `name`, in any case. */
export function findFunction(name: string): ScalarFunction | undefined {
  return byName.get(name.toLowerCase());
}

export function functionNames(): readonly string[] {
  return [...byName.keys()];
}
