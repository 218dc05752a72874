import type { BoundExpr } from './bound.js';

/** Whether two bound expressions are the same but for where they stand. */
export function isSameExpression(a: BoundExpr, b: BoundExpr): boolean {
  return a.op === b.op && canonical(a) === canonical(b);
}

/** The same for plain data that holds expressions. */
export function isSameData(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

function canonical(data: unknown): string {
  return JSON.stringify(data, (key, value: unknown) => {
    if (key === 'span') return undefined;
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    return Object.is(value, -0) ? '-0' : value;
  });
}
