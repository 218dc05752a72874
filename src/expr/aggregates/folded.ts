/** Aggregate functions over the values of a group in order. */
import { BIGINT, type DataType, DOUBLE, JSON_TEXT, STRING, TIMESTAMP, typeName } from '../../columnar/data-type.js';
import type { Value } from '../../columnar/value.js';
import { callOf } from '../bind-call.js';
import type { BoundExpr } from '../bound.js';
import type { Example } from '../functions/function.js';
import { coerce } from '../operands.js';
import type { AggregateFunction, AggregateSite } from './aggregate-function.js';

function quantile(
  name: string,
  aliases: readonly string[],
  isContinuous: boolean,
  summary: string,
  examples: readonly Example[],
): AggregateFunction {
  return {
    name,
    aliases,
    usage: `${name}(value, fraction)`,
    summary,
    examples,
    arguments: [2, 2],
    takesDistinct: true,
    bind: (site) => bindQuantile(site, name, isContinuous, fractionOf(site, name)),
  };
}

function bindQuantile(site: AggregateSite, name: string, isContinuous: boolean, fraction: number): BoundExpr {
  const [value] = site.args;
  const { kind } = value.type;
  if (kind === 'string' || kind === 'boolean' || kind === 'json' || kind === 'bytes') {
    const hint = 'mode, min and max take it';
    return site.refuse(`${name} takes numbers, dates and timestamps, not ${kind}`, hint, value.span);
  }
  const read = isContinuous ? coerce(value, betweenValues(value.type)) : value;
  return site.foldValues(read, { kind: 'quantile', fraction, isContinuous }, read.type);
}

/** What lies between two values. */
function betweenValues(type: DataType): DataType {
  if (type.kind === 'date') return TIMESTAMP;
  return type.kind === 'int' || type.kind === 'bigint' ? DOUBLE : type;
}

function fractionOf({ args: [, fraction], refuse }: AggregateSite, name: string): number {
  const constant = fraction.op === 'literal' ? coerce(fraction, DOUBLE) : fraction;
  const value: Value = constant.op === 'literal' ? constant.value : null;
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  return refuse(`the fraction of ${name} is a number between 0 and 1`, `such as ${name}(x, 0.95)`, fraction.span);
}

export const FOLDED: readonly AggregateFunction[] = [
  {
    name: 'median',
    aliases: [],
    usage: 'median(value)',
    summary: 'The middle value, or what lies half way between the two in the middle; see quantile_cont.',
    examples: [
      ['median(x)', '2.0'],
      ['median(y)', '3.25'],
    ],
    arguments: [1, 1],
    takesDistinct: true,
    bind: (site) => bindQuantile(site, 'median', true, 0.5),
  },
  quantile(
    'quantile_cont',
    ['percentile_cont'],
    true,
    'The value below which a fraction of the values lies, between two values in proportion: double of integers, timestamp of dates.',
    [['quantile_cont(y, 0.9)', '4.7']],
  ),
  quantile(
    'quantile_disc',
    ['quantile', 'percentile_disc'],
    false,
    'The least value that a fraction of the values does not exceed.',
    [['quantile_disc(y, 0.9)', '5.0']],
  ),
  {
    name: 'mode',
    aliases: [],
    usage: 'mode(value)',
    summary: 'The most frequent value, of several the least.',
    examples: [['mode(x)', '2']],
    arguments: [1, 1],
    bind: ({ args: [value], foldValues }) => foldValues(value, { kind: 'mode' }, value.type),
  },
  {
    name: 'histogram',
    aliases: [],
    usage: 'histogram(value)',
    summary: 'How often each value occurs: an object of json, of values in their order and counts.',
    examples: [['histogram(t)', '{"a":2,"b":1,"c":1}']],
    arguments: [1, 1],
    bind: ({ args: [value], foldValues }) => foldValues(value, { kind: 'histogram' }, JSON_TEXT),
  },
  {
    name: 'string_agg',
    aliases: ['group_concat', 'listagg'],
    usage: 'string_agg([DISTINCT] value[, separator] [ORDER BY key])',
    summary: 'The texts that are not null, with a separator (a comma) between them, in the order of the input.',
    examples: [
      ['string_agg(t)', 'b,a,a,c'],
      ["string_agg(t, '; ' ORDER BY y desc)", 'a; c; a; b'],
      ["string_agg(DISTINCT t, '' ORDER BY t desc)", 'cba'],
    ],
    arguments: [1, 2],
    takesDistinct: true,
    takesOrder: true,
    bind: ({ args: [value, separator], foldRows, refuse }) => {
      if (separator !== undefined && (separator.op !== 'literal' || typeof separator.value !== 'string')) {
        const found = separator.op === 'literal' ? typeName(separator.type) : 'an expression';
        return refuse(`the separator of string_agg is a text, not ${found}`, "such as ', '", separator.span);
      }
      const text = separator === undefined ? ',' : (separator.value as string);
      return foldRows(coerce(value, STRING), { kind: 'join_texts', separator: text }, STRING);
    },
  },
  {
    name: 'approx_count_distinct',
    aliases: ['approx_distinct'],
    usage: 'approx_count_distinct(value)',
    summary:
      'About how many different values there are, within 2 % as a rule (HyperLogLog of 4096 registers); a group takes some KB however many there are.',
    examples: [['approx_count_distinct(x)', '3']],
    arguments: [1, 1],
    bind: ({ args: [value], foldValues, span }) =>
      foldValues(callOf('distinct_mark', [value], span), { kind: 'distinct_estimate' }, BIGINT),
  },
];
