/**
 * Functions of doubles, which other numbers become. They follow IEEE 754; what has no real result (sqrt of -1) fails, as
 * in DuckDB.
 */
import { BOOLEAN, DATE, DOUBLE, TIMESTAMP } from '../../columnar/data-type.js';
import type { Value } from '../../columnar/value.js';
import { doublesEmit } from '../compiler/math-emit.js';
import { EvaluationError } from '../evaluation-error.js';
import { define } from './define.js';
import { type Example, neverFails, overloads, type ScalarFunction } from './function.js';

type Refuse = (a: number, b: number) => string | undefined;

/** A function of doubles. `refuse` answers what is wrong with the arguments, if anything. */
function ofDoubles(
  id: string,
  aliases: readonly string[],
  parameters: string,
  summary: string,
  examples: readonly Example[],
  compute: (a: number, b: number) => number,
  refuse?: Refuse,
): ScalarFunction {
  const count = parameters.split(',').length;
  return {
    id,
    aliases,
    usage: `${id}(${parameters})`,
    summary,
    examples,
    resolve: overloads([Array.from({ length: count }, () => DOUBLE), DOUBLE]),
    nullRule: 'propagate',
    mayFail: refuse === undefined ? neverFails : () => true,
    evaluate: ([a, b]) => {
      const reason = refuse?.(a as number, b as number);
      if (reason !== undefined) throw new EvaluationError('EXPR_DOMAIN', reason);
      return compute(a as number, b as number);
    },
    emit: doublesEmit(compute, refuse),
  };
}

/** True or false of a double; other types that are never infinite or NaN give what an ordinary number gives. */
function testOf(
  id: string,
  summary: string,
  examples: readonly Example[],
  compute: (a: number) => boolean,
  moments: boolean,
): ScalarFunction {
  return define({
    id,
    usage: moments ? `${id}(number, date or timestamp)` : `${id}(number)`,
    summary,
    examples,
    takes: [
      [[DOUBLE], BOOLEAN],
      ...(moments
        ? ([
            [[DATE], BOOLEAN],
            [[TIMESTAMP], BOOLEAN],
          ] as const)
        : []),
    ],
    evaluate: ([value], { args: [type] }) => compute(type.kind === 'double' ? (value as number) : 0),
    emit: doublesEmit(compute),
  });
}

const isInfinite = (value: number): boolean => Math.abs(value) === Number.POSITIVE_INFINITY;

function refuseLogarithm(value: number): string | undefined {
  if (value > 0 || Number.isNaN(value)) return undefined;
  return `there is no logarithm of ${value === 0 ? 'zero' : 'a negative number'}`;
}

function refuseBase(base: number, value: number): string | undefined {
  if (base === 1) return 'there is no logarithm to the base 1';
  return refuseLogarithm(base) ?? refuseLogarithm(value);
}

function refuseInfinite(value: number): string | undefined {
  return isInfinite(value) ? 'infinity is not an angle' : undefined;
}

function refuseCotangent(value: number): string | undefined {
  return value === 0 ? 'there is no cotangent of zero' : refuseInfinite(value);
}

function refuseOutsideOne(name: string): Refuse {
  return (value) => (Math.abs(value) > 1 ? `there is no ${name} of a number outside of -1 to 1` : undefined);
}

/** C's pow, where JavaScript has NaN: 1 to whatever is 1, -1 to infinity too. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY)) return 1;
  return base ** exponent;
}

const logarithm = (base: number, value: number): number => Math.log10(value) / Math.log10(base);

const emitLog10 = doublesEmit(Math.log10, refuseLogarithm);
const emitLogarithm = doublesEmit(logarithm, refuseBase);

/** Away from zero to the next even number. */
function even(value: number): number {
  const size = Math.ceil(Math.abs(value) / 2) * 2;
  return value < 0 ? -size : size;
}

const double = new Float64Array(1);
const bits = new BigInt64Array(double.buffer);

/** The double beside a in the direction of b. */
function nextAfter(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.NaN;
  if (a === b) return b;
  if (a === 0) return b > 0 ? Number.MIN_VALUE : -Number.MIN_VALUE;
  double[0] = a;
  bits[0] += a < b === a > 0 ? 1n : -1n;
  return double[0];
}

export const DOUBLES: readonly ScalarFunction[] = [
  ofDoubles(
    'sqrt',
    [],
    'number',
    'The square root; a negative number has none.',
    [['sqrt(2.25)', '1.5']],
    Math.sqrt,
    (value) => (value < 0 ? 'there is no square root of a negative number' : undefined),
  ),
  ofDoubles(
    'power',
    ['pow'],
    'base, exponent',
    'base to the exponent, also written ^.',
    [['power(2, 10)', '1024.0']],
    power,
  ),
  ofDoubles('exp', [], 'number', 'e to the number.', [['exp(0)', '1.0']], Math.exp),
  ofDoubles('ln', [], 'number', 'The natural logarithm.', [['ln(1)', '0.0']], Math.log, refuseLogarithm),
  ofDoubles(
    'log10',
    [],
    'number',
    'The logarithm to the base 10.',
    [['log10(1000)', '3.0']],
    Math.log10,
    refuseLogarithm,
  ),
  ofDoubles('log2', [], 'number', 'The logarithm to the base 2.', [['log2(8)', '3.0']], Math.log2, refuseLogarithm),
  define({
    id: 'log',
    usage: 'log([base, ]number)',
    summary: 'The logarithm to the base, or to the base 10.',
    examples: [
      ['log(100)', '2.0'],
      ['log(2, 8)', '3.0'],
    ],
    takes: [
      [[DOUBLE], DOUBLE],
      [[DOUBLE, DOUBLE], DOUBLE],
    ],
    mayFail: true,
    evaluate: (args) => {
      const [a, b] = args as readonly number[];
      const reason = args.length === 1 ? refuseLogarithm(a) : refuseBase(a, b);
      if (reason !== undefined) throw new EvaluationError('EXPR_DOMAIN', reason);
      return args.length === 1 ? Math.log10(a) : logarithm(a, b);
    },
    emit: (args, result) => (args.length === 1 ? emitLog10 : emitLogarithm)(args, result),
  }),
  ofDoubles('cbrt', [], 'number', 'The cube root.', [['cbrt(-8)', '-2.0']], Math.cbrt),
  ofDoubles('sin', [], 'angle', 'The sine.', [['sin(0)', '0.0']], Math.sin, refuseInfinite),
  ofDoubles('cos', [], 'angle', 'The cosine.', [['cos(0)', '1.0']], Math.cos, refuseInfinite),
  ofDoubles('tan', [], 'angle', 'The tangent.', [['tan(0)', '0.0']], Math.tan, refuseInfinite),
  ofDoubles(
    'cot',
    [],
    'angle',
    'The cotangent.',
    [['round(cot(pi() / 4), 9)', '1.0']],
    (value) => 1 / Math.tan(value),
    refuseCotangent,
  ),
  ofDoubles('asin', [], 'number', 'The arc sine.', [['asin(0)', '0.0']], Math.asin, refuseOutsideOne('arc sine')),
  ofDoubles('acos', [], 'number', 'The arc cosine.', [['acos(1)', '0.0']], Math.acos, refuseOutsideOne('arc cosine')),
  ofDoubles('atan', [], 'number', 'The arc tangent.', [['atan(0)', '0.0']], Math.atan),
  ofDoubles('atan2', [], 'y, x', 'The angle of the point (x, y).', [['atan2(0, 1)', '0.0']], Math.atan2),
  ofDoubles('sinh', [], 'number', 'The hyperbolic sine.', [['sinh(0)', '0.0']], Math.sinh),
  ofDoubles('cosh', [], 'number', 'The hyperbolic cosine.', [['cosh(0)', '1.0']], Math.cosh),
  ofDoubles('tanh', [], 'number', 'The hyperbolic tangent.', [['tanh(0)', '0.0']], Math.tanh),
  ofDoubles('asinh', [], 'number', 'The inverse hyperbolic sine.', [['asinh(0)', '0.0']], Math.asinh),
  ofDoubles('acosh', [], 'number', 'The inverse hyperbolic cosine.', [['acosh(1)', '0.0']], Math.acosh),
  ofDoubles(
    'atanh',
    [],
    'number',
    'The inverse hyperbolic tangent.',
    [['atanh(0)', '0.0']],
    Math.atanh,
    refuseOutsideOne('inverse hyperbolic tangent'),
  ),
  ofDoubles('degrees', [], 'radians', 'An angle in degrees.', [['degrees(pi())', '180.0']], (a) => a * (180 / Math.PI)),
  ofDoubles('radians', [], 'degrees', 'An angle in radians.', [['radians(180) = pi()', 'true']], (a) => {
    return a * (Math.PI / 180);
  }),
  define({
    id: 'pi',
    usage: 'pi()',
    summary: 'The number pi.',
    examples: [['round(pi(), 5)', '3.14159']],
    takes: [[[], DOUBLE]],
    evaluate: (): Value => Math.PI,
  }),
  ofDoubles('even', [], 'number', 'The next even number, away from zero.', [['even(2.5)', '4.0']], even),
  ofDoubles(
    'nextafter',
    [],
    'a, b',
    'The double next to a in the direction of b.',
    [['nextafter(1, 2)', '1.0000000000000002']],
    nextAfter,
  ),
  testOf('isnan', 'True for NaN.', [["isnan(CAST('nan' AS double))", 'true']], Number.isNaN, false),
  testOf('isinf', 'True for the infinities.', [['isinf(1e0 / 0)', 'true']], isInfinite, true),
  testOf('isfinite', 'True for all but NaN and the infinities.', [['isfinite(1)', 'true']], Number.isFinite, true),
  testOf(
    'signbit',
    'True for negative numbers, -0 and negative infinity among them.',
    [['signbit(-1)', 'true']],
    (value) => value < 0 || Object.is(value, -0),
    false,
  ),
];
