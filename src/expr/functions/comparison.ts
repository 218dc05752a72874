/**
 * = <> < <= > >= over operands of one type. Text compares by its UTF-8 bytes, which is the order of code points; NaN
 * equals NaN and is greater than every other double; -0 equals 0; false is less than true.
 */
import { BOOLEAN, type DataType } from '../../columnar/data-type.js';
import type { Value } from '../../columnar/value.js';
import { comparedType } from '../coercion.js';
import { comparisonEmit } from '../compiler/comparison-emit.js';
import type { Comparison } from '../compiler/member-kernel.js';
import type { Example, Resolution, ScalarFunction } from './function.js';

/** Negative, zero or positive, for two values of one type that are not null. */
export function compareValues(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b);
  if (typeof a === 'number' && typeof b === 'number') return compareNumbers(a, b);
  if (a === b) return 0;
  return (a as bigint) < (b as bigint) ? -1 : 1;
}

function compareNumbers(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return a === b ? 0 : Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

/** By code points: JavaScript's own order puts surrogate pairs before U+E000. */
function compareText(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return surrogatesLast(left) - surrogatesLast(right);
  }
  return a.length - b.length;
}

function surrogatesLast(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function resolveComparison(args: readonly DataType[]): Resolution {
  if (args.length !== 2) return undefined;
  const type = comparedType(args[0], args[1]);
  return type === undefined ? undefined : { args: [type, type], result: BOOLEAN };
}

function comparison(
  id: string,
  symbol: Comparison,
  summary: string,
  examples: readonly Example[],
  holds: (order: number) => boolean,
): ScalarFunction {
  return {
    id,
    aliases: [],
    usage: `a ${symbol} b`,
    summary,
    examples,
    resolve: resolveComparison,
    nullRule: 'propagate',
    mayFail: () => false,
    evaluate: ([a, b]) => holds(compareValues(a, b)),
    emit: comparisonEmit(symbol),
  };
}

export const COMPARISON: readonly ScalarFunction[] = [
  comparison(
    'equal',
    '=',
    'True when both are the same value.',
    [
      ['1 = 1.0', 'true'],
      ["'a' = 'A'", 'false'],
    ],
    (order) => order === 0,
  ),
  comparison('not_equal', '<>', 'True when they differ.', [['1 <> 2', 'true']], (order) => order !== 0),
  comparison(
    'less',
    '<',
    'True when the first comes before the second.',
    [
      ['1 < 2', 'true'],
      ["'a' < 'B'", 'false'],
    ],
    (order) => order < 0,
  ),
  comparison('less_equal', '<=', 'True unless the second comes first.', [['2 <= 2', 'true']], (order) => order <= 0),
  comparison('greater', '>', 'True when the second comes first.', [['2 > 1', 'true']], (order) => order > 0),
  comparison('greater_equal', '>=', 'True unless the first comes first.', [['2 >= 2', 'true']], (order) => order >= 0),
];
