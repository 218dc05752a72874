/**
 * date or timestamp ± INTERVAL. There are no intervals as values: one stands only here, and becomes the months, days
 * and microseconds of `add_interval`. Months are added first (a day that the month lacks becomes its last), then days,
 * then time, all in UTC; the result is a timestamp.
 */
import { BIGINT, INT, TIMESTAMP } from '../columnar/data-type.js';
import { BIGINT_MAX, INT_MAX } from '../columnar/range.js';
import type { Span } from '../errors.js';
import type { ExprNode, IntervalNode } from './ast.js';
import { callOf } from './bind-call.js';
import type { BoundExpr } from './bound.js';
import { literal } from './literals.js';
import { coerce } from './operands.js';
import { fail } from './problem.js';

type Measure = 'months' | 'days' | 'micros';

/** What one of a unit is, by its singular and plural and DuckDB's short names. */
const UNITS: readonly (readonly [names: string, measure: Measure, factor: number])[] = [
  ['microsecond us usec', 'micros', 1],
  ['millisecond ms msec', 'micros', 1_000],
  ['second s sec', 'micros', 1_000_000],
  ['minute m min', 'micros', 60_000_000],
  ['hour h hr', 'micros', 3_600_000_000],
  ['day d', 'days', 1],
  ['week w', 'days', 7],
  ['month mon', 'months', 1],
  ['quarter', 'months', 3],
  ['year y yr', 'months', 12],
  ['decade', 'months', 120],
  ['century', 'months', 1200],
];

const unitsByName = new Map(
  UNITS.flatMap(([names, measure, factor]) =>
    names.split(' ').flatMap((name) => [name, `${name}s`].map((spelled) => [spelled, { measure, factor }] as const)),
  ),
).set('centuries', { measure: 'months', factor: 1200 });

type BindOperand = (node: ExprNode) => BoundExpr;

/** `base + interval`, or minus when `negative`. */
export function addInterval(
  base: BoundExpr,
  node: IntervalNode,
  negative: boolean,
  span: Span,
  bind: BindOperand,
): BoundExpr {
  if (base.type.kind !== 'date' && base.type.kind !== 'timestamp') {
    fail('EXPR_TYPE_MISMATCH', 'an interval can be added to a date or a timestamp only', span);
  }
  const { months, days, micros } = node.unit === null ? written(node, negative) : counted(node, negative, bind);
  return callOf('add_interval', [coerce(base, TIMESTAMP), months, days, micros], span);
}

type Parts = Record<Measure, BoundExpr>;

function parts(months: number, days: number, micros: bigint, span: Span): Parts {
  const size = (value: number): boolean => Math.abs(value) <= INT_MAX;
  if (!size(months) || !size(days) || micros > BIGINT_MAX || micros < -BIGINT_MAX) {
    fail('EXPR_TYPE_MISMATCH', 'the interval is too long', span);
  }
  return {
    months: literal(months, INT, span),
    days: literal(days, INT, span),
    micros: literal(micros, BIGINT, span),
  };
}

/** INTERVAL n UNIT, where n may be any integer expression. */
function counted(node: IntervalNode, negative: boolean, bind: BindOperand): Parts {
  const unit = unitsByName.get(node.unit as string);
  if (unit === undefined) return refuseUnit(node.unit as string, node.span);
  if (node.amount.kind === 'text') {
    return written({ ...node, amount: { ...node.amount, value: `${node.amount.value} ${node.unit}` } }, negative);
  }
  const amount = bind(node.amount);
  if (amount.type.kind !== 'int' && amount.type.kind !== 'bigint') {
    fail(
      'EXPR_TYPE_MISMATCH',
      'an interval has a whole number of its unit',
      amount.span,
      "or write INTERVAL '1.5 hours'",
    );
  }
  if (amount.op === 'literal' && amount.value !== null) {
    const total = {
      months: 0,
      days: 0,
      micros: 0,
      [unit.measure]: Number(amount.value) * unit.factor * (negative ? -1 : 1),
    };
    return parts(total.months, total.days, BigInt(total.micros), node.span);
  }
  const none = parts(0, 0, 0n, node.span);
  const type = unit.measure === 'micros' ? BIGINT : INT;
  if (type === INT && amount.type.kind === 'bigint') {
    fail('EXPR_TYPE_MISMATCH', `an interval in ${node.unit} takes an int`, amount.span, 'CAST it to int');
  }
  const factor = literal(unit.measure === 'micros' ? BigInt(unit.factor) : unit.factor, type, node.span);
  const isOne = unit.factor === 1;
  const product = isOne ? coerce(amount, type) : callOf('multiply', [coerce(amount, type), factor], node.span);
  return { ...none, [unit.measure]: negative ? callOf('negate', [product], node.span) : product };
}

const PIECE = /^\s*([+-]?)(\d+(?:\.\d*)?|\.\d+)\s*([a-z]+)/i;
const CLOCK = /^\s*([+-]?)(\d+):(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?/;

/** INTERVAL '1 year 2 days 03:00:00'. */
function written(node: IntervalNode, negative: boolean): Parts {
  if (node.amount.kind !== 'text') return refuseText(node, '');
  const total = { months: 0, days: 0, micros: 0 };
  const sign = negative ? -1 : 1;
  let rest = node.amount.value;
  if (rest.trim() === '') return refuseText(node, rest);
  while (rest.trim() !== '') {
    const clock = CLOCK.exec(rest);
    const piece = clock ?? PIECE.exec(rest);
    if (piece === null) return refuseText(node, rest);
    const size = (piece[1] === '-' ? -1 : 1) * sign;
    if (clock !== null) {
      const seconds = (Number(clock[2]) * 60 + Number(clock[3])) * 60 + Number(clock[4] ?? 0);
      total.micros += size * Math.round(seconds * 1e6);
    } else {
      addPiece(total, size * Number(piece[2]), piece[3], node.span);
    }
    rest = rest.slice(piece[0].length);
  }
  return parts(total.months, total.days, BigInt(total.micros), node.span);
}

/** A fraction of a month or of a day has no one meaning, so only time takes one. */
function addPiece(total: Record<Measure, number>, amount: number, unitName: string, span: Span): void {
  const unit = unitsByName.get(unitName.toLowerCase());
  if (unit === undefined) refuseUnit(unitName, span);
  const value = amount * unit.factor;
  if (unit.measure === 'micros') total.micros += Math.round(value);
  else if (Number.isInteger(amount)) total[unit.measure] += value;
  else
    fail('EXPR_TYPE_MISMATCH', `a fraction of a ${unitName} has no fixed length`, span, 'write it in hours or seconds');
}

function refuseUnit(unit: string, span: Span): never {
  const names = UNITS.map(([all]) => all.split(' ')[0]).join(', ');
  return fail('EXPR_TYPE_MISMATCH', `${unit} is not a unit of time`, span, `the units are ${names}`);
}

function refuseText(node: IntervalNode, rest: string): never {
  const found = rest.trim() === '' ? 'the interval is empty' : `'${rest.trim()}' is not part of an interval`;
  return fail('EXPR_TYPE_MISMATCH', found, node.span, "an interval looks like this: INTERVAL '1 day 12 hours'");
}
