import type { BoundExpr } from './bound.js';

/** Whether two bound expressions are the same but for where they stand. */
export function isSameExpression(a: BoundExpr, b: BoundExpr): boolean {
  return a.op === b.op && canonical(a) === canonical(b);
}

function canonical(expr: BoundExpr): string {
  return JSON.stringify(expr, (key, value: unknown) => {
    if (key === 'span') return undefined;
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    return Object.is(value, -0) ? '-0' : value;
  });
}
