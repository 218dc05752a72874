/** How tightly operators bind, loosest first: DuckDB's order, which the parser reads and the printer writes. */

export const LEVEL = {
  or: 1,
  and: 2,
  not: 3,
  is: 4,
  comparison: 5,
  membership: 6,
  concat: 7,
  sum: 8,
  product: 9,
  power: 10,
  zone: 11,
  sign: 12,
  cast: 13,
  primary: 14,
} as const;

export const BINARY_LEVELS: Readonly<Record<string, number>> = {
  '=': LEVEL.comparison,
  '<>': LEVEL.comparison,
  '!=': LEVEL.comparison,
  '<': LEVEL.comparison,
  '<=': LEVEL.comparison,
  '>': LEVEL.comparison,
  '>=': LEVEL.comparison,
  '||': LEVEL.concat,
  '+': LEVEL.sum,
  '-': LEVEL.sum,
  '*': LEVEL.product,
  '/': LEVEL.product,
  '//': LEVEL.product,
  '%': LEVEL.product,
  '^': LEVEL.power,
  '**': LEVEL.power,
};
