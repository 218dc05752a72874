/** Aggregate functions that are one accumulator, or nearly. */
import {
  BIGINT,
  BOOLEAN,
  type DataType,
  DOUBLE,
  decimal,
  isNumeric,
  MAX_PRECISION,
  typeName,
} from '../../columnar/data-type.js';
import type { BoundExpr } from '../bound.js';
import type { Example } from '../functions/function.js';
import { literal } from '../literals.js';
import { coerce, condition } from '../operands.js';
import type { AggregateFunction, AggregateSite } from './aggregate-function.js';

/** The argument, which must be a number. */
export function numberArgument({ args, refuse }: AggregateSite, name: string, index = 0): BoundExpr {
  const arg = args[index];
  if (isNumeric(arg.type)) return arg;
  const hint =
    arg.type.kind === 'boolean'
      ? 'count_if(condition) counts what is true'
      : arg.type.kind === 'string' || arg.type.kind === 'json'
        ? 'CAST it to a number'
        : undefined;
  return refuse(`${name} takes numbers, not ${typeName(arg.type)}`, hint, arg.span);
}

/** The same, as a double. */
export function doubleArgument(site: AggregateSite, name: string, index = 0): BoundExpr {
  return coerce(numberArgument(site, name, index), DOUBLE);
}

function sumType(input: DataType): DataType {
  if (input.kind === 'double') return DOUBLE;
  return decimal(MAX_PRECISION, input.kind === 'decimal' ? input.scale : 0);
}

function extreme(name: 'min' | 'max', summary: string, examples: readonly Example[]): AggregateFunction {
  return {
    name,
    aliases: [],
    usage: `${name}(value)`,
    summary,
    examples,
    arguments: [1, 1],
    takesDistinct: true,
    bind: ({ args: [value], accumulate }) => accumulate(name, value, value.type),
  };
}

function ofConditions(
  name: string,
  aliases: readonly string[],
  kind: 'min' | 'max',
  summary: string,
  example: Example,
): AggregateFunction {
  return {
    name,
    aliases,
    usage: `${name}(condition)`,
    summary,
    examples: [example],
    arguments: [1, 1],
    takesDistinct: true,
    bind: ({ args, accumulate }) => accumulate(kind, condition(args[0], `the argument of ${name}`), BOOLEAN),
  };
}

export const ACCUMULATORS: readonly AggregateFunction[] = [
  {
    name: 'count',
    aliases: [],
    usage: 'count(*), count([DISTINCT] value)',
    summary: 'Rows, rows where the value is not null, or different values that are not null; bigint.',
    examples: [
      ['count(*)', '5'],
      ['count(x)', '4'],
      ['count(DISTINCT x)', '3'],
    ],
    arguments: [1, 1],
    takesStar: true,
    takesDistinct: true,
    bind: ({ args: [value = null], accumulate }) => accumulate('count', value, BIGINT),
  },
  {
    name: 'count_if',
    aliases: ['countif'],
    usage: 'count_if(condition)',
    summary: 'Rows where the condition is true; bigint.',
    examples: [['count_if(x > 1)', '3']],
    arguments: [1, 1],
    bind: ({ args, span, accumulate }) => {
      const when = condition(args[0], 'the argument of count_if');
      const counted = literal(true, BOOLEAN, span);
      const marked: BoundExpr = { op: 'case', whens: [{ when, then: counted }], otherwise: null, type: BOOLEAN, span };
      return accumulate('count', marked, BIGINT);
    },
  },
  {
    name: 'sum',
    aliases: [],
    usage: 'sum([DISTINCT] number)',
    summary: 'Exact sum: decimal(38,s) of exact numbers, double of doubles (rounded once). Null without a value.',
    examples: [
      ['sum(x)', '10'],
      ['sum(DISTINCT x)', '8'],
      ['sum(y) FILTER (WHERE b)', '10.5'],
    ],
    arguments: [1, 1],
    takesDistinct: true,
    bind: (site) => {
      const value = numberArgument(site, 'sum');
      return site.accumulate('sum', value, sumType(value.type));
    },
  },
  {
    name: 'avg',
    aliases: ['mean'],
    usage: 'avg([DISTINCT] number)',
    summary: 'Mean as a double: the exact sum, rounded, by the count. Null without a value.',
    examples: [['avg(x)', '2.5']],
    arguments: [1, 1],
    takesDistinct: true,
    bind: (site) => site.accumulate('avg', numberArgument(site, 'avg'), DOUBLE),
  },
  extreme('min', 'Smallest value; texts by their bytes, NaN is greatest. Null without a value.', [['min(t)', 'a']]),
  extreme('max', 'Greatest value; texts by their bytes, NaN is greatest. Null without a value.', [['max(x)', '5']]),
  ofConditions('bool_and', ['every'], 'min', 'Whether all values that are not null are true.', [
    'bool_and(b)',
    'false',
  ]),
  ofConditions('bool_or', [], 'max', 'Whether some value is true.', ['bool_or(b)', 'true']),
];
