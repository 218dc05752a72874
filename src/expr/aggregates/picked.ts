/** Aggregate functions that answer a value of one row of the group. */
import type { BoundExpr } from '../bound.js';
import type { Example } from '../functions/function.js';
import type { AggregateFunction } from './aggregate-function.js';
import type { BoundOrder } from './bound-aggregate.js';

function ofPlace(name: string, takesLast: boolean, summary: string, examples: readonly Example[]): AggregateFunction {
  return {
    name,
    aliases: [],
    usage: `${name}(value [ORDER BY key])`,
    summary,
    examples,
    arguments: [1, 1],
    takesOrder: true,
    bind: ({ args: [value], orderBy, pick }) =>
      pick(value, {
        orderBy: takesLast ? orderBy.map(reversed) : orderBy,
        takesLast,
        skipsNullValues: false,
        skipsNullKeys: false,
      }),
  };
}

/** The last row of an order is the first of the order the other way round. */
function reversed({ expr, descending, nullsFirst }: BoundOrder): BoundOrder {
  return { expr, descending: !descending, nullsFirst: !nullsFirst };
}

function ofExtreme(
  name: string,
  aliases: readonly string[],
  descending: boolean,
  summary: string,
  example: Example,
): AggregateFunction {
  const order = (expr: BoundExpr): BoundOrder => ({ expr, descending, nullsFirst: false });
  return {
    name,
    aliases,
    usage: `${name}(value, key)`,
    summary,
    examples: [example],
    arguments: [2, 2],
    bind: ({ args: [value, key], pick }) =>
      pick(value, { orderBy: [order(key)], takesLast: false, skipsNullValues: true, skipsNullKeys: true }),
  };
}

export const PICKED: readonly AggregateFunction[] = [
  ofPlace('first', false, 'The value of the first row, which may be null; rows are in the order of the input.', [
    ['first(t)', 'b'],
    ['first(t ORDER BY y desc)', 'a'],
  ]),
  ofPlace('last', true, 'The value of the last row, which may be null; rows are in the order of the input.', [
    ['last(t)', 'c'],
    ['last(x ORDER BY y)', 'NULL'],
  ]),
  {
    name: 'any_value',
    aliases: [],
    usage: 'any_value(value [ORDER BY key])',
    summary: 'The first value that is not null.',
    examples: [['any_value(t)', 'b']],
    arguments: [1, 1],
    takesOrder: true,
    bind: ({ args: [value], orderBy, pick }) =>
      pick(value, { orderBy, takesLast: false, skipsNullValues: true, skipsNullKeys: false }),
  },
  ofExtreme(
    'arg_min',
    ['min_by', 'argmin'],
    false,
    'The value in the row where the key is least, of several the first; rows where one of both is null do not count.',
    ['arg_min(t, y)', 'b'],
  ),
  ofExtreme(
    'arg_max',
    ['max_by', 'argmax'],
    true,
    'The value in the row where the key is greatest, of several the first; rows where one of both is null do not count.',
    ['arg_max(t, x)', 'c'],
  ),
];
