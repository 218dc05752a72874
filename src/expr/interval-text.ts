/** The text of INTERVAL '1 year 2 days 03:00:00'. */
import type { Span } from '../errors.js';
import { findIntervalUnit, type Measure, refuseUnit } from './interval-units.js';
import { fail } from './problem.js';

export type IntervalSize = Record<Measure, number>;

const PIECE = /^\s*([+-]?)(\d+(?:\.\d*)?|\.\d+)\s*([a-z]+)/i;
const CLOCK = /^\s*([+-]?)(\d+):(\d{1,2})(?::(\d{1,2}(?:\.\d*)?))?/;

export function parseIntervalText(text: string, span: Span): IntervalSize {
  const total = { months: 0, days: 0, micros: 0 };
  let rest = text;
  if (rest.trim() === '') return refuseText(rest, span);
  while (rest.trim() !== '') {
    const clock = CLOCK.exec(rest);
    const piece = clock ?? PIECE.exec(rest);
    if (piece === null) return refuseText(rest, span);
    const sign = piece[1] === '-' ? -1 : 1;
    if (clock !== null) {
      const seconds = (Number(clock[2]) * 60 + Number(clock[3])) * 60 + Number(clock[4] ?? 0);
      total.micros += sign * Math.round(seconds * 1e6);
    } else {
      addPiece(total, sign * Number(piece[2]), piece[3], span);
    }
    rest = rest.slice(piece[0].length);
  }
  return total;
}

/** A fraction of a month or of a day has no one meaning, so only time takes one. */
function addPiece(total: IntervalSize, amount: number, unitName: string, span: Span): void {
  const unit = findIntervalUnit(unitName);
  if (unit === undefined) refuseUnit(unitName, span);
  const value = amount * unit.factor;
  if (unit.measure === 'micros') total.micros += Math.round(value);
  else if (Number.isInteger(amount)) total[unit.measure] += value;
  else
    fail('EXPR_TYPE_MISMATCH', `a fraction of ${unitName} has no fixed length`, span, 'write it in hours or seconds');
}

function refuseText(rest: string, span: Span): never {
  const found = rest.trim() === '' ? 'the interval is empty' : `'${rest.trim()}' is not part of an interval`;
  return fail('EXPR_TYPE_MISMATCH', found, span, "an interval looks like this: INTERVAL '1 day 12 hours'");
}
