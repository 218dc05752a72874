/**
 * Which type two operands meet in, by DuckDB's rules: int < bigint < decimal < double, date < timestamp; json becomes
 * what it meets, numbers as wide ones; anything else must be the same already. A decimal that would need more than 38 digits keeps its scale and gives up digits in front,
 * so only there a coercion can fail at run time.
 */
import {
  BIGINT,
  BOOLEAN,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  INT,
  MAX_PRECISION,
  STRING,
  TIMESTAMP,
} from '../columnar/data-type.js';

/** Digits that every value of an integer type fits. */
const INTEGER_DIGITS = { int: 10, bigint: 19 } as const;

type DecimalType = Extract<DataType, { kind: 'decimal' }>;

/** An integer or decimal type as a decimal type; undefined for the others. */
export function asDecimal(type: DataType): DecimalType | undefined {
  if (type.kind === 'decimal') return type;
  if (type.kind === 'int' || type.kind === 'bigint') return decimal(INTEGER_DIGITS[type.kind], 0) as DecimalType;
  return undefined;
}

/**
 * What json becomes beside a type. The digits of a number in JSON are not known, so it does not become one of few digits: a
 * fraction would be rounded without a word to those of `0.5`.
 */
export function besideJson(type: DataType): DataType {
  if (type.kind === 'int') return BIGINT;
  return type.kind === 'decimal' ? DOUBLE : type;
}

/** Where json is compared with an exact number, neither an integer of 64 bits nor a fraction gets lost. */
const COMPARED_NUMBER = decimal(MAX_PRECISION, 18);

/** The type that both are compared in; undefined when there is none. */
export function comparedType(a: DataType, b: DataType): DataType | undefined {
  const isExact = (type: DataType): boolean => asDecimal(type) !== undefined;
  const isOfJson = (a.kind === 'json' && isExact(b)) || (b.kind === 'json' && isExact(a));
  return isOfJson ? COMPARED_NUMBER : commonType(a, b);
}

/** The type that both can be chosen in; undefined when there is none. */
export function commonType(a: DataType, b: DataType): DataType | undefined {
  if (a.kind === 'json' || b.kind === 'json') {
    const other = a.kind === 'json' ? b : a;
    return other.kind === 'bytes' ? undefined : besideJson(other);
  }
  if (a.kind === 'decimal' || b.kind === 'decimal') {
    if (a.kind === 'double' || b.kind === 'double') return DOUBLE;
    const left = asDecimal(a);
    const right = asDecimal(b);
    if (left === undefined || right === undefined) return undefined;
    const scale = Math.max(left.scale, right.scale);
    const whole = Math.max(left.precision - left.scale, right.precision - right.scale);
    return decimal(Math.min(whole + scale, MAX_PRECISION), scale);
  }
  if (a.kind === b.kind) return a;
  const kinds = new Set([a.kind, b.kind]);
  if (kinds.has('double') && (kinds.has('int') || kinds.has('bigint'))) return DOUBLE;
  if (kinds.has('int') && kinds.has('bigint')) return BIGINT;
  if (kinds.has('date') && kinds.has('timestamp')) return TIMESTAMP;
  return undefined;
}

/** The type that all can be chosen in, folded from the left. */
export function commonTypeOf(types: readonly DataType[]): DataType | undefined {
  let common: DataType | undefined = types[0];
  for (const type of types) common = common === undefined ? undefined : commonType(common, type);
  return common;
}

/** Whether converting every value of `from` to `to` succeeds. */
export function isLossFree(from: DataType, to: DataType): boolean {
  if (from.kind === to.kind && from.kind !== 'decimal') return true;
  switch (to.kind) {
    case 'bigint':
      return from.kind === 'int';
    case 'double':
      return from.kind === 'int' || from.kind === 'bigint' || from.kind === 'decimal';
    case 'timestamp':
      return false;
    case 'string':
      return true;
    case 'decimal': {
      const source = asDecimal(from);
      if (source === undefined) return false;
      return source.scale <= to.scale && source.precision - source.scale <= to.precision - to.scale;
    }
    default:
      return false;
  }
}

/** What NULL is tried as where nothing else gives it a type. */
export const OPEN_NULL_TYPES: readonly DataType[] = [STRING, INT, DOUBLE, DATE, TIMESTAMP, BOOLEAN];
