/**
 * Literals as written become typed literals. NULL and bare texts keep an open type until they meet another operand:
 * `NULL` becomes anything, `'2026-11-01'` becomes the date it is compared with.
 */
import {
  aTypeName,
  BIGINT,
  type DataType,
  DOUBLE,
  decimal,
  INT,
  MAX_PRECISION,
  STRING,
} from '../columnar/data-type.js';
import { fitsExact } from '../columnar/range.js';
import { parseValue } from '../columnar/text.js';
import type { Value } from '../columnar/value.js';
import type { Span } from '../errors.js';
import type { BoundExpr, BoundLiteral } from './bound.js';
import { canCast, castValue } from './cast.js';
import { EvaluationError } from './evaluation-error.js';
import { fail } from './problem.js';

const open = new WeakSet<BoundExpr>();

export function literal(value: Value, type: DataType, span: Span): BoundLiteral {
  return { op: 'literal', value, type, span };
}

/** NULL as written; int until something else is asked of it. */
export function openNull(span: Span): BoundLiteral {
  const node = literal(null, INT, span);
  open.add(node);
  return node;
}

/** A text as written. */
export function openText(value: string, span: Span): BoundLiteral {
  const node = literal(value, STRING, span);
  open.add(node);
  return node;
}

export function isOpenNull(expr: BoundExpr): boolean {
  return expr.op === 'literal' && expr.value === null && open.has(expr);
}

export function isOpenText(expr: BoundExpr): boolean {
  return expr.op === 'literal' && typeof expr.value === 'string' && open.has(expr);
}

/** A number by DuckDB's rules: the smallest of int and bigint, decimal with the digits written, double with exponent. */
export function numberLiteral(text: string, span: Span, negative = false): BoundLiteral {
  const signed = negative ? `-${text}` : text;
  if (/[eE]/.test(text)) return literal(Number(signed), DOUBLE, span);
  const [whole, fraction] = text.split('.');
  if (fraction === undefined) {
    const value = BigInt(signed);
    // The type is that of the digits, so that -2147483648 is a bigint, as for DuckDB; only 2^63 gains by its sign.
    const size = BigInt(text);
    if (fitsExact(size, INT)) return literal(Number(value), INT, span);
    if (fitsExact(value, BIGINT)) return literal(value, BIGINT, span);
  }
  const digits = whole.replace(/^0+(?=[0-9])/, '') + (fraction ?? '');
  if (digits.length > MAX_PRECISION) return literal(Number(signed), DOUBLE, span);
  const unscaled = BigInt(digits === '' ? 0 : digits);
  return literal(negative ? -unscaled : unscaled, decimal(Math.max(digits.length, 1), fraction?.length ?? 0), span);
}

/** A text that must be a value of the type: `date '...'`, or a bare text that meets a date. */
export function typedText(text: string, type: DataType, span: Span): BoundLiteral {
  const value = parseValue(text, type);
  if (value === undefined) {
    fail('EXPR_TYPE_MISMATCH', `'${text}' is not ${aTypeName(type)}`, span, FORMS[type.kind]);
  }
  return literal(value, type, span);
}

const FORMS: Readonly<Partial<Record<DataType['kind'], string>>> = {
  date: "a date looks like this: '2026-11-01'",
  timestamp: "a timestamp looks like this: '2026-11-01 10:00:00'",
  boolean: 'write TRUE or FALSE',
};

/** A literal in another type now instead of a cast at run time; undefined when it does not convert. */
export function castLiteral(node: BoundLiteral, type: DataType, span: Span): BoundLiteral | undefined {
  if (node.value === null) return literal(null, type, span);
  if (!canCast(node.type, type)) return undefined;
  try {
    return literal(castValue(node.value, node.type, type), type, span);
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}
