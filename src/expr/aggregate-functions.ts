/** The aggregate functions by name: which accumulator a call of one needs. FILTER is the binder's, not theirs. */
import type { AccumulatorSpec } from '../columnar/accumulator.js';
import { BIGINT, type DataType, DOUBLE, decimal, isNumeric, MAX_PRECISION, typeName } from '../columnar/data-type.js';
import type { Refusal } from './functions/function.js';

export interface AggregateFunction {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly usage: string;
  readonly summary: string;
  /** null: called with *. */
  accumulator(input: DataType | null): AccumulatorSpec | Refusal;
}

const needsValue = (name: string): Refusal => ({ refused: `${name}(*) means nothing`, hint: 'only count takes *' });

function needsNumber(name: string, input: DataType): Refusal {
  const hint =
    input.kind === 'boolean'
      ? 'count(*) FILTER (WHERE condition) counts what is true'
      : input.kind === 'string'
        ? 'CAST it to a number'
        : undefined;
  return { refused: `${name} takes numbers, not ${typeName(input)}`, hint };
}

function sumType(input: DataType): DataType {
  if (input.kind === 'double') return DOUBLE;
  return decimal(MAX_PRECISION, input.kind === 'decimal' ? input.scale : 0);
}

function extreme(name: 'min' | 'max', summary: string): AggregateFunction {
  return {
    name,
    aliases: [],
    usage: `${name}(value)`,
    summary,
    accumulator: (input) => (input === null ? needsValue(name) : { kind: name, input, result: input }),
  };
}

export const AGGREGATE_FUNCTIONS: readonly AggregateFunction[] = [
  {
    name: 'count',
    aliases: [],
    usage: 'count(*), count(value)',
    summary: 'Rows, or rows where the value is not null; bigint.',
    accumulator: (input) => ({ kind: 'count', input, result: BIGINT }),
  },
  {
    name: 'sum',
    aliases: [],
    usage: 'sum(number)',
    summary: 'Exact sum: decimal(38,s) of exact numbers, double of doubles (rounded once). Null without a value.',
    accumulator: (input) => {
      if (input === null) return needsValue('sum');
      return isNumeric(input) ? { kind: 'sum', input, result: sumType(input) } : needsNumber('sum', input);
    },
  },
  {
    name: 'avg',
    aliases: ['mean'],
    usage: 'avg(number)',
    summary: 'Mean as a double: the exact sum, rounded, by the count. Null without a value.',
    accumulator: (input) => {
      if (input === null) return needsValue('avg');
      return isNumeric(input) ? { kind: 'avg', input, result: DOUBLE } : needsNumber('avg', input);
    },
  },
  extreme('min', 'Smallest value; texts by their bytes, NaN is greatest. Null without a value.'),
  extreme('max', 'Greatest value; texts by their bytes, NaN is greatest. Null without a value.'),
];

const byName = new Map(AGGREGATE_FUNCTIONS.flatMap((fn) => [fn.name, ...fn.aliases].map((name) => [name, fn])));

export function findAggregate(name: string): AggregateFunction | undefined {
  return byName.get(name.toLowerCase());
}

export function aggregateNames(): readonly string[] {
  return [...byName.keys()];
}
