/** Numbers to numbers. Doubles follow IEEE 754; what has no real result (sqrt of -1) fails, as in DuckDB. */
import { type DataType, DOUBLE, decimal, INT, isNumeric, typeName } from '../../columnar/data-type.js';
import { fitsExact, INT_MIN, powerOfTen, rescale, roundHalfAway } from '../../columnar/range.js';
import { formatValue } from '../../columnar/text.js';
import type { Value } from '../../columnar/value.js';
import { absEmit, doublesEmit, roundEmit, signEmit } from '../compiler/math-emit.js';
import { EvaluationError } from '../evaluation-error.js';
import {
  type Example,
  type LiteralArgument,
  neverFails,
  overloads,
  type Resolution,
  type ScalarFunction,
  type Signature,
} from './function.js';

const isInteger = (type: DataType): boolean => type.kind === 'int' || type.kind === 'bigint';

function overflow(what: string, type: DataType): EvaluationError {
  return new EvaluationError('EXPR_OVERFLOW', `${what} does not fit ${typeName(type)}`, 'CAST it to a wider type');
}

/** An exact result in its own representation. */
function exact(value: bigint, type: DataType, describe: () => string): Value {
  if (!fitsExact(value, type)) throw overflow(describe(), type);
  return type.kind === 'int' ? Number(value) : value;
}

function resolveRound(args: readonly DataType[], literals: readonly LiteralArgument[]): Resolution {
  const [value, digits] = args;
  if (args.length < 1 || args.length > 2 || !isNumeric(value)) return undefined;
  if (digits !== undefined && digits.kind !== 'int') return undefined;
  const taken = digits === undefined ? [value] : [value, INT];
  if (value.kind !== 'decimal') return { args: taken, result: value };
  const places = digits === undefined ? 0 : literals[1];
  if (typeof places !== 'number') {
    return { refused: 'round of a decimal needs its digits as a number', hint: 'round(x, 2), or CAST x to double' };
  }
  return { args: taken, result: decimal(value.precision, Math.min(Math.max(places, 0), value.scale)) };
}

function evaluateRound([value, digits]: readonly Value[], { args, result }: Signature): Value {
  const places = digits === undefined ? 0 : (digits as number);
  if (result.kind === 'double') return roundDouble(value as number, places);
  const scale = args[0].kind === 'decimal' ? args[0].scale : 0;
  const resultScale = result.kind === 'decimal' ? result.scale : 0;
  const unscaled = BigInt(value as number | bigint);
  if (places >= resultScale)
    return exact(rescale(unscaled, scale, resultScale), result, () => describeRound(value, args));
  // Rounded before the point: more places than any number has make zero.
  const power = Math.min(-places, 60);
  const rounded = rescale(unscaled, scale + power, 0) * powerOfTen(power);
  return exact(rounded, result, () => describeRound(value, args));
}

function describeRound(value: Value, args: readonly DataType[]): string {
  return `${formatValue(value, args[0])}, rounded,`;
}

function roundDouble(value: number, places: number): number {
  if (places === 0) return roundHalfAway(value);
  const power = Number(`1e${Math.abs(places)}`);
  if (places < 0) {
    const rounded = roundHalfAway(value / power) * power;
    return Number.isFinite(rounded) ? rounded : 0;
  }
  const rounded = roundHalfAway(value * power) / power;
  return Number.isFinite(rounded) ? rounded : value;
}

/** floor and ceil: decimals keep their digits and lose their scale, everything else is double. */
function wholeNumber(
  id: string,
  aliases: readonly string[],
  summary: string,
  examples: readonly Example[],
  ofDouble: (value: number) => number,
  ofRest: (quotient: bigint, rest: bigint) => bigint,
): ScalarFunction {
  return {
    id,
    aliases,
    usage: `${id}(number)`,
    summary,
    examples,
    resolve: ([value, ...more]) => {
      if (value === undefined || more.length > 0 || !isNumeric(value)) return undefined;
      if (value.kind === 'decimal') return { args: [value], result: decimal(value.precision, 0) };
      return { args: [DOUBLE], result: DOUBLE };
    },
    nullRule: 'propagate',
    // A decimal with digits behind the point has room for the one more that rounding may need in front of it.
    mayFail: neverFails,
    evaluate: ([value], { args: [type] }) => {
      if (type.kind !== 'decimal') return ofDouble(value as number);
      const unit = powerOfTen(type.scale);
      return ofRest((value as bigint) / unit, (value as bigint) % unit);
    },
    emit: doublesEmit(ofDouble),
  };
}

/** A function of doubles. `refuse` answers what is wrong with an argument, if anything. */
function ofDoubles(
  id: string,
  aliases: readonly string[],
  parameters: string,
  summary: string,
  examples: readonly Example[],
  compute: (a: number, b: number) => number,
  refuse?: (a: number) => string | undefined,
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
      const reason = refuse?.(a as number);
      if (reason !== undefined) throw new EvaluationError('EXPR_DOMAIN', reason);
      return compute(a as number, b as number);
    },
    emit: doublesEmit(compute, refuse),
  };
}

function refuseLogarithm(value: number): string | undefined {
  if (value > 0 || Number.isNaN(value)) return undefined;
  return `there is no logarithm of ${value === 0 ? 'zero' : 'a negative number'}`;
}

/** C's pow, where JavaScript has NaN: 1 to whatever is 1, -1 to infinity too. */
function power(base: number, exponent: number): number {
  if (base === 1 || (base === -1 && Math.abs(exponent) === Number.POSITIVE_INFINITY)) return 1;
  return base ** exponent;
}

export const MATH: readonly ScalarFunction[] = [
  {
    id: 'abs',
    aliases: [],
    usage: 'abs(number)',
    summary: 'The number without its sign.',
    examples: [
      ['abs(-3)', '3'],
      ['abs(-1.50)', '1.50'],
    ],
    resolve: (args) => (args.length === 1 && isNumeric(args[0]) ? { args, result: args[0] } : undefined),
    nullRule: 'propagate',
    mayFail: (types) => isInteger(types.result),
    evaluate: ([value], { result }) => {
      if (result.kind === 'double') return Math.abs(value as number);
      if (result.kind === 'int') {
        if (value === INT_MIN) throw overflow(`abs(${value})`, result);
        return Math.abs(value as number);
      }
      const size = (value as bigint) < 0n ? -(value as bigint) : value;
      return exact(size as bigint, result, () => `abs(${value})`);
    },
    emit: absEmit,
  },
  {
    id: 'round',
    aliases: [],
    usage: 'round(number[, digits])',
    summary: 'Rounded to digits behind the point (0), halves away from zero; with negative digits before the point.',
    examples: [
      ['round(2.5)', '3'],
      ['round(-2.5)', '-3'],
      ['round(1.25, 1)', '1.3'],
      ['round(2.5e0)', '3.0'],
      ['round(12345, -2)', '12300'],
    ],
    resolve: resolveRound,
    nullRule: 'propagate',
    // Rounding before the point can add a digit; one that was behind the point leaves room for it.
    mayFail: ({ args: [value, digits] }) =>
      digits !== undefined && (isInteger(value) || (value.kind === 'decimal' && value.scale === 0)),
    evaluate: evaluateRound,
    emit: roundEmit(roundDouble),
  },
  wholeNumber(
    'floor',
    [],
    'The greatest whole number that is not greater.',
    [
      ['floor(-1.5)', '-2'],
      ['floor(1.5e0)', '1.0'],
    ],
    Math.floor,
    (quotient, rest) => (rest < 0n ? quotient - 1n : quotient),
  ),
  wholeNumber(
    'ceil',
    ['ceiling'],
    'The smallest whole number that is not smaller.',
    [
      ['ceil(1.2)', '2'],
      ['ceil(-1.5)', '-1'],
    ],
    Math.ceil,
    (quotient, rest) => (rest > 0n ? quotient + 1n : quotient),
  ),
  {
    id: 'sign',
    aliases: [],
    usage: 'sign(number)',
    summary: '-1, 0 or 1, as an int.',
    examples: [
      ['sign(-2.5)', '-1'],
      ['sign(0)', '0'],
    ],
    resolve: (args) => (args.length === 1 && isNumeric(args[0]) ? { args, result: INT } : undefined),
    nullRule: 'propagate',
    mayFail: neverFails,
    evaluate: ([value]) => (Number(value) > 0 ? 1 : Number(value) < 0 ? -1 : 0),
    emit: signEmit,
  },
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
    ['log'],
    'number',
    'The logarithm to the base 10.',
    [['log10(1000)', '3.0']],
    Math.log10,
    refuseLogarithm,
  ),
  ofDoubles('log2', [], 'number', 'The logarithm to the base 2.', [['log2(8)', '3.0']], Math.log2, refuseLogarithm),
];
