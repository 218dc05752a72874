/**
 * Intervals. There are none as values: what is written with INTERVAL, `to_days(n)` and their sums, differences and
 * multiples stands only where a date or a timestamp meets it, and becomes the months, days and microseconds of
 * `add_interval`. Months are added first (a day that the month lacks becomes its last), then days, then time, all in
 * UTC; the result is a timestamp.
 */
import { BIGINT, type DataType, INT, TIMESTAMP } from '../columnar/data-type.js';
import { BIGINT_MAX, INT_MAX } from '../columnar/range.js';
import type { Span } from '../errors.js';
import type { BinaryNode, CallNode, ExprNode, IntervalNode, TextNode } from './ast.js';
import { callOf } from './bind-call.js';
import type { BoundExpr } from './bound.js';
import { type IntervalSize, parseIntervalText } from './interval-text.js';
import { findIntervalUnit, INTERVAL_UNIT_NAMES, type Measure, refuseUnit } from './interval-units.js';
import { literal } from './literals.js';
import { coerce } from './operands.js';
import { fail } from './problem.js';

export type BindOperand = (node: ExprNode) => BoundExpr;

/** An interval as expressions for its three parts. */
type Parts = Readonly<Record<Measure, BoundExpr>>;

const MEASURES: readonly Measure[] = ['months', 'days', 'micros'];
const TYPES: Readonly<Record<Measure, DataType>> = { months: INT, days: INT, micros: BIGINT };

/** to_days(n) is INTERVAL (n) DAY. */
const CONSTRUCTORS: ReadonlyMap<string, string> = new Map([
  ...INTERVAL_UNIT_NAMES.map((unit) => [`to_${unit}s`, unit] as const),
  ['to_centuries', 'century'],
  ['to_millennia', 'millennium'],
]);

function constructorUnit(name: string): string | undefined {
  return CONSTRUCTORS.get(name.toLowerCase());
}

/** What the documentation says of them. */
export const INTERVAL_CALLS = [
  {
    names: ['date_add'],
    usage: 'date_add(x, INTERVAL 1 DAY)',
    summary: 'The same as x + INTERVAL 1 DAY.',
    examples: [["date_add(date '2026-11-01', INTERVAL 1 DAY)", '2026-11-02 00:00:00']],
  },
  {
    names: ['to_days', ...[...CONSTRUCTORS.keys()].filter((name) => name !== 'to_days')],
    usage: 'to_days(n)',
    summary: 'The interval INTERVAL (n) DAY; so with the other units. It is added to a date or timestamp.',
    examples: [["date '2026-11-01' + to_days(3)", '2026-11-04 00:00:00']],
  },
] as const;

/** Whether the syntax can only be an interval. */
export function isInterval(node: ExprNode): boolean {
  switch (node.kind) {
    case 'interval':
      return true;
    case 'unary':
      return node.operator !== 'not' && isInterval(node.operand);
    case 'binary':
      if (node.operator === '*') return isInterval(node.right) || isInterval(node.left);
      return (node.operator === '+' || node.operator === '-') && isInterval(node.right) && isInterval(node.left);
    case 'call':
      return node.args.length === 1 && constructorUnit(node.name) !== undefined;
    default:
      return false;
  }
}

/** `base + interval`, or `base - interval`. */
export function addInterval(
  base: BoundExpr,
  node: ExprNode,
  operator: '+' | '-',
  span: Span,
  bind: BindOperand,
): BoundExpr {
  requireMoment(base, 'an interval can be added to a date or a timestamp only', span);
  const { months, days, micros } = signed(intervalOf(node, bind), operator === '-');
  return callOf('add_interval', [coerce(base, TIMESTAMP), months, days, micros], span);
}

function requireMoment(base: BoundExpr, message: string, span: Span): void {
  if (base.type.kind !== 'date' && base.type.kind !== 'timestamp') fail('EXPR_TYPE_MISMATCH', message, span);
}

/** date_add(x, interval), date_sub(x, interval), time_bucket(interval, x[, origin]); undefined: another call. */
export function bindIntervalCall({ name, args, span }: CallNode, bind: BindOperand): BoundExpr | undefined {
  const [first, second, third] = args;
  switch (name.toLowerCase()) {
    case 'date_add':
      if (args.length === 2 && isInterval(second)) return addInterval(bind(first), second, '+', span, bind);
      return fail('EXPR_ARGUMENTS', 'date_add takes a date and an interval', span, 'date_add(x, INTERVAL 1 DAY)');
    case 'date_sub':
      return args.length === 2 && isInterval(second) ? addInterval(bind(first), second, '-', span, bind) : undefined;
    case 'time_bucket': {
      if (args.length >= 2 && args.length <= 3 && isInterval(first))
        return timeBucket(first, second, third, span, bind);
      const hint = "time_bucket(INTERVAL '15 minutes', x)";
      return fail('EXPR_ARGUMENTS', 'time_bucket takes an interval and a date or timestamp', span, hint);
    }
    default:
      return undefined;
  }
}

/** 2000-01-03, a Monday; months are counted from January 2000. */
const BUCKET_ORIGIN = 946_857_600_000_000n;

function timeBucket(
  width: ExprNode,
  value: ExprNode,
  origin: ExprNode | undefined,
  span: Span,
  bind: BindOperand,
): BoundExpr {
  const parts = intervalOf(width, bind);
  const [months, days, micros] = MEASURES.map((measure) => sizeOf(parts[measure]));
  if (months === undefined || days === undefined || micros === undefined) {
    return fail('EXPR_TYPE_MISMATCH', 'the width of a bucket must be written as such', width.span);
  }
  const time = days * 86_400_000_000n + micros;
  if (months < 0n || time < 0n || (months === 0n) === (time === 0n)) {
    const hint = 'months have no fixed number of days: take either months and years, or days and time';
    return fail('EXPR_TYPE_MISMATCH', 'the width of a bucket is positive, and of one kind', width.span, hint);
  }
  const moment = bind(value);
  requireMoment(moment, 'time_bucket takes a date or a timestamp', span);
  const start = origin === undefined ? literal(BUCKET_ORIGIN, TIMESTAMP, span) : bind(origin);
  requireMoment(start, 'the origin of buckets is a date or a timestamp', span);
  const args = [parts.months, literal(time, BIGINT, width.span), moment, coerce(start, TIMESTAMP)];
  return callOf('time_bucket', args, span);
}

function sizeOf(part: BoundExpr): bigint | undefined {
  return part.op === 'literal' && part.value !== null ? BigInt(part.value as number | bigint) : undefined;
}

function intervalOf(node: ExprNode, bind: BindOperand): Parts {
  switch (node.kind) {
    case 'interval':
      if (node.unit === null) return written((node.amount as TextNode).value, node.span);
      return counted(node.amount, node.unit, node, bind);
    case 'unary':
      return signed(intervalOf(node.operand, bind), node.operator === '-');
    case 'call':
      return counted(node.args[0], constructorUnit(node.name) as string, node, bind);
    default:
      return combined(node as BinaryNode, bind);
  }
}

function combined(node: BinaryNode, bind: BindOperand): Parts {
  if (node.operator !== '*') {
    const right = signed(intervalOf(node.right, bind), node.operator === '-');
    return mapParts(intervalOf(node.left, bind), (size, measure) => sum(size, right[measure], measure, node.span));
  }
  const [interval, factor] = isInterval(node.right) ? [node.right, node.left] : [node.left, node.right];
  const count = wholeNumber(bind(factor), 'an interval is multiplied with a whole number');
  const parts = intervalOf(interval, bind);
  const isNothing = MEASURES.every((measure) => sizeOf(parts[measure]) === 0n);
  return mapParts(parts, (size, measure) => {
    // What is nothing stays so; but nothing times NULL is NULL.
    const stays = sizeOf(size) === 0n && !(isNothing && measure === 'micros');
    return stays ? size : times(size, count, measure, node.span);
  });
}

function mapParts(parts: Parts, map: (size: BoundExpr, measure: Measure) => BoundExpr): Parts {
  return {
    months: map(parts.months, 'months'),
    days: map(parts.days, 'days'),
    micros: map(parts.micros, 'micros'),
  };
}

/** A part as a literal; too long an interval is a mistake. */
function part(size: bigint, measure: Measure, span: Span): BoundExpr {
  const limit = measure === 'micros' ? BIGINT_MAX : BigInt(INT_MAX);
  if (size > limit || size < -limit) fail('EXPR_TYPE_MISMATCH', 'the interval is too long', span);
  return literal(measure === 'micros' ? size : Number(size), TYPES[measure], span);
}

function sum(a: BoundExpr, b: BoundExpr, measure: Measure, span: Span): BoundExpr {
  const [left, right] = [sizeOf(a), sizeOf(b)];
  if (left !== undefined && right !== undefined) return part(left + right, measure, span);
  if (left === 0n) return b;
  return right === 0n ? a : callOf('add', [a, b], span);
}

function times(size: BoundExpr, count: BoundExpr, measure: Measure, span: Span): BoundExpr {
  const [left, right] = [sizeOf(size), sizeOf(count)];
  if (left !== undefined && right !== undefined) return part(left * right, measure, span);
  const factor = fitting(count, measure);
  return left === 1n ? factor : callOf('multiply', [size, factor], span);
}

function fitting(count: BoundExpr, measure: Measure): BoundExpr {
  if (TYPES[measure] === INT && count.type.kind === 'bigint') {
    fail('EXPR_TYPE_MISMATCH', `an interval in ${measure} takes an int`, count.span, 'CAST it to int');
  }
  return coerce(count, TYPES[measure]);
}

function signed(parts: Parts, negative: boolean): Parts {
  if (!negative) return parts;
  return mapParts(parts, (size, measure) => {
    const known = sizeOf(size);
    return known === undefined ? callOf('negate', [size], size.span) : part(-known, measure, size.span);
  });
}

function wholeNumber(count: BoundExpr, message: string): BoundExpr {
  if (count.type.kind === 'int' || count.type.kind === 'bigint') return count;
  return fail('EXPR_TYPE_MISMATCH', message, count.span, "or write INTERVAL '1.5 hours'");
}

/** INTERVAL n UNIT, where n may be any integer expression. */
function counted(amount: ExprNode, unitName: string, { span }: IntervalNode | CallNode, bind: BindOperand): Parts {
  const unit = findIntervalUnit(unitName);
  if (unit === undefined) return refuseUnit(unitName, span);
  if (amount.kind === 'text') return written(`${amount.value} ${unitName}`, span);
  const count = wholeNumber(bind(amount), 'an interval has a whole number of its unit');
  const one = part(BigInt(unit.factor), unit.measure, span);
  return { ...sized({ months: 0, days: 0, micros: 0 }, span), [unit.measure]: times(one, count, unit.measure, span) };
}

function written(text: string, span: Span): Parts {
  return sized(parseIntervalText(text, span), span);
}

function sized(size: IntervalSize, span: Span): Parts {
  const [months, days, micros] = MEASURES.map((measure) => part(BigInt(size[measure]), measure, span));
  return { months, days, micros };
}
