/**
 * CAST: which types convert into which, and how a value does. As DuckDB, with texts read as columnar/text.ts says.
 * Fractions round: of decimals halves away from zero, of doubles to an integer halves to even, of doubles to a decimal
 * halves of the scaled double away from zero. JSON is read as its text, which a string's is without the quotes; its null
 * is NULL.
 */

import { dayOfMicros, MICROS_PER_DAY } from '../columnar/calendar.js';
import { type DataType, isNumeric, typeName } from '../columnar/data-type.js';
import { isTimestampInRange } from '../columnar/date-text.js';
import { fitsExact, powerOfTen, rescale, roundHalfAway } from '../columnar/range.js';
import { formatValue, parseValue } from '../columnar/text.js';
import type { Value } from '../columnar/value.js';
import { jsonToText } from '../kernels/json-text.js';
import { EvaluationError } from './evaluation-error.js';

type NotNull = NonNullable<Value>;

export function canCast(from: DataType, to: DataType): boolean {
  if (from.kind === to.kind || from.kind === 'string' || to.kind === 'string') return true;
  if (from.kind === 'bytes' || to.kind === 'bytes') return false;
  if (from.kind === 'json' || to.kind === 'json') return true;
  const isCountable = (type: DataType): boolean => isNumeric(type) || type.kind === 'boolean';
  if (isCountable(from) && isCountable(to)) return true;
  return (from.kind === 'date' && to.kind === 'timestamp') || (from.kind === 'timestamp' && to.kind === 'date');
}

/** The value in another type; throws when it has none there. */
export function castValue(value: NotNull, from: DataType, to: DataType): Value {
  const result = convert(value, from, to);
  if (result !== undefined) return result;
  const text = formatValue(value, from);
  const shown = from.kind === 'string' ? `'${text}'` : from.kind === 'json' ? value : text;
  throw new EvaluationError('EXPR_CAST', `${shown} cannot be cast to ${typeName(to)}`, castHint(text, from, to));
}

function castHint(text: string, from: DataType, to: DataType): string | undefined {
  if (from.kind !== 'string' && from.kind !== 'json') return undefined;
  if ((to.kind === 'int' || to.kind === 'bigint') && parseValue(text, { kind: 'double' }) !== undefined) {
    return `CAST it to double or decimal first if it shall be rounded to ${to.kind}`;
  }
  if (to.kind === 'date' && parseValue(text, { kind: 'timestamp' }) !== undefined) return 'CAST it to timestamp first';
  return 'TRY_CAST gives NULL instead';
}

/** undefined: the value does not fit. */
function convert(value: NotNull, from: DataType, to: DataType): Value | undefined {
  if (from.kind === 'string') return parseValue(value as string, to);
  if (from.kind === 'json') {
    if (to.kind === 'json') return value;
    const text = jsonToText(value as string);
    return text === null ? null : parseValue(text, to);
  }
  switch (to.kind) {
    case 'string':
      return formatValue(value, from);
    case 'boolean':
      return typeof value === 'boolean' ? value : Number.isNaN(value) || Number(value) !== 0;
    case 'double':
      return toDouble(value, from);
    case 'int':
    case 'bigint':
      return toInteger(value, from, to);
    case 'decimal':
      return toDecimal(value, from, to);
    case 'date':
      return from.kind === 'timestamp' ? dayOfMicros(value as bigint) : value;
    case 'timestamp':
      return from.kind === 'date' ? midnight(value as number) : value;
    case 'bytes':
      return value;
    case 'json':
      return toJson(value, from);
  }
}

/** Numbers as they are written, which JSON has no NaN and infinities for. */
function toJson(value: NotNull, from: DataType): string | undefined {
  if (from.kind === 'double' && !Number.isFinite(value)) return undefined;
  const text = formatValue(value, from);
  return from.kind === 'boolean' || isNumeric(from) ? text : JSON.stringify(text);
}

function midnight(days: number): bigint | undefined {
  const micros = BigInt(days) * MICROS_PER_DAY;
  return isTimestampInRange(micros) ? micros : undefined;
}

/** The largest power of ten that is a double, and the largest integer below which all integers are. */
const EXACT_POWER = 22;

function toDouble(value: NotNull, from: DataType): number {
  if (from.kind !== 'decimal' || from.scale === 0) return Number(value);
  const unscaled = value as bigint;
  const approximate = Number(unscaled);
  // Both operands exact: the quotient is rounded once.
  if (Number.isSafeInteger(approximate) && from.scale <= EXACT_POWER) return approximate / 10 ** from.scale;
  return Number(formatValue(unscaled, from));
}

function toInteger(value: NotNull, from: DataType, to: DataType): NotNull | undefined {
  const whole = wholeNumber(value, from);
  if (whole === undefined || !fitsExact(whole, to)) return undefined;
  return to.kind === 'int' ? Number(whole) : whole;
}

function wholeNumber(value: NotNull, from: DataType): bigint | undefined {
  if (from.kind === 'decimal') return rescale(value as bigint, from.scale, 0);
  if (from.kind !== 'double') return BigInt(value as number | bigint | boolean);
  return Number.isFinite(value) ? BigInt(roundToEven(value as number)) : undefined;
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

function toDecimal(value: NotNull, from: DataType, to: DataType & { kind: 'decimal' }): bigint | undefined {
  const unscaled =
    from.kind === 'double' ? scaledDouble(value as number, to.scale) : exactDecimal(value, from, to.scale);
  return unscaled !== undefined && fitsExact(unscaled, to) ? unscaled : undefined;
}

function exactDecimal(value: NotNull, from: DataType, scale: number): bigint {
  if (from.kind === 'decimal') return rescale(value as bigint, from.scale, scale);
  return BigInt(value as number | bigint | boolean) * powerOfTen(scale);
}

function scaledDouble(value: number, scale: number): bigint | undefined {
  const scaled = value * Number(powerOfTen(scale));
  if (!Number.isFinite(scaled)) return undefined;
  return BigInt(roundHalfAway(scaled));
}
