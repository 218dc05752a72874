/** The one place where values become source text. Exact: -0, NaN and infinities included. */
import type { Value } from '../../columnar/value.js';

export function printLiteral(value: Value): string {
  switch (typeof value) {
    case 'number':
      if (Number.isNaN(value)) return 'NaN';
      return value < 0 || Object.is(value, -0) ? `(${Object.is(value, -0) ? '-0' : value})` : String(value);
    case 'bigint':
      return value < 0n ? `(${value}n)` : `${value}n`;
    case 'string':
      return JSON.stringify(value);
    default:
      return String(value);
  }
}
