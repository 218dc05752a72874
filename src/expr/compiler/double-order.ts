/**
 * Comparison of doubles in SQL's order: -0 equals 0, NaN equals NaN and is greater than everything else. The answers are
 * JavaScript expressions worth true, false, 1 or 0.
 */

/** True for the source of a number that is not NaN: then JavaScript's operators need no help. */
function isPlainNumber(code: string): boolean {
  return /^\(?-?[0-9]/.test(code);
}

export function doubleEquals(a: string, b: string): string {
  if (isPlainNumber(a) || isPlainNumber(b)) return `${a} === ${b}`;
  return `(${a} === ${b}) | ((${a} !== ${a}) & (${b} !== ${b}))`;
}

export function doubleLess(a: string, b: string): string {
  if (isPlainNumber(b)) return `${a} < ${b}`;
  if (isPlainNumber(a)) return `!(${b} <= ${a})`;
  return `(${a} < ${b}) | ((${b} !== ${b}) & (${a} === ${a}))`;
}

export function doubleLessOrEqual(a: string, b: string): string {
  if (isPlainNumber(b)) return `${a} <= ${b}`;
  if (isPlainNumber(a)) return `!(${b} < ${a})`;
  return `(${a} <= ${b}) | (${b} !== ${b})`;
}
