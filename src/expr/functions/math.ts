/** Numbers to numbers, whatever their type: sign, rounding. */
import { type DataType, DOUBLE, decimal, INT, isNumeric, typeName } from '../../columnar/data-type.js';
import { fitsExact, INT_MIN, powerOfTen, rescale, roundHalfAway } from '../../columnar/range.js';
import { formatValue } from '../../columnar/text.js';
import type { Value } from '../../columnar/value.js';
import { absEmit, doublesEmit, roundEmit, signEmit, truncEmit } from '../compiler/math-emit.js';
import { EvaluationError } from '../evaluation-error.js';
import {
  type Example,
  type LiteralArgument,
  neverFails,
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

function resolveRound(id: string, args: readonly DataType[], literals: readonly LiteralArgument[]): Resolution {
  const [value, digits] = args;
  if (args.length < 1 || args.length > 2 || !isNumeric(value)) return undefined;
  if (digits !== undefined && digits.kind !== 'int') return undefined;
  const taken = digits === undefined ? [value] : [value, INT];
  if (value.kind !== 'decimal') return { args: taken, result: value };
  const places = digits === undefined ? 0 : literals[1];
  if (typeof places !== 'number') {
    return { refused: `${id} of a decimal needs its digits as a number`, hint: `${id}(x, 2), or CAST x to double` };
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

function evaluateTrunc([value, digits]: readonly Value[], { args, result }: Signature): Value {
  const places = digits === undefined ? 0 : (digits as number);
  if (result.kind === 'double') return truncDouble(value as number, places);
  const scale = args[0].kind === 'decimal' ? args[0].scale : 0;
  const resultScale = result.kind === 'decimal' ? result.scale : 0;
  // More digits than any number has leave nothing, or everything.
  const unit = powerOfTen(Math.min(Math.max(scale - places, 0), 60));
  const kept = BigInt(value as number | bigint) / unit;
  return exact((kept * unit) / powerOfTen(scale - resultScale), result, () => formatValue(value, args[0]));
}

function truncDouble(value: number, places: number): number {
  if (places === 0) return Math.trunc(value);
  const power = 10 ** Math.abs(places);
  const cut = places < 0 ? Math.trunc(value / power) * power : Math.trunc(value * power) / power;
  return Number.isFinite(cut) ? cut : value;
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
    resolve: (args, literals) => resolveRound('round', args, literals),
    nullRule: 'propagate',
    // Rounding before the point can add a digit; one that was behind the point leaves room for it.
    mayFail: ({ args: [value, digits] }) =>
      digits !== undefined && (isInteger(value) || (value.kind === 'decimal' && value.scale === 0)),
    evaluate: evaluateRound,
    emit: roundEmit(roundDouble),
  },
  {
    id: 'trunc',
    aliases: [],
    usage: 'trunc(number[, digits])',
    summary: 'Cut off behind so many digits (0) towards zero; with negative digits before the point.',
    examples: [
      ['trunc(-1.55)', '-1'],
      ['trunc(1.55, 1)', '1.5'],
      ['trunc(155, -1)', '150'],
    ],
    resolve: (args, literals) => resolveRound('trunc', args, literals),
    nullRule: 'propagate',
    mayFail: neverFails,
    evaluate: evaluateTrunc,
    emit: truncEmit(truncDouble),
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
];
