/** Code of date functions; what is missing here is the interpreter's. */
import { MICROS_PER_DAY } from '../../columnar/calendar.js';
import { TIME_PARTS } from '../../kernels/expr-kernels.js';
import type { BoundExpr } from '../bound.js';
import type { EmitRule } from './emit.js';

type TimePart = keyof typeof TIME_PARTS;

/** date_trunc; `unitOf` answers the unit that a word means. */
export function truncateEmit(unitOf: (word: string) => TimePart | undefined): EmitRule {
  return ([unit]) => {
    const word = unit.op === 'literal' && typeof unit.value === 'string' ? unitOf(unit.value) : undefined;
    if (word === undefined) return null;
    const part = TIME_PARTS[word];
    return {
      kind: 'kernel',
      mayFail: part >= TIME_PARTS.day,
      makesNull: false,
      columns: [1],
      prepare:
        () =>
        ({ kernels, args: [a], out, validity, selection, count }) =>
          kernels.truncateTimestamp(part, a.values, a.stride, out, validity, selection, count),
    };
  };
}

/** year(x) and its like, of a date or a timestamp. */
export function partEmit(name: TimePart): EmitRule {
  const part = TIME_PARTS[name];
  return ([moment]) => {
    const kernel = moment.type.kind === 'date' ? 'partOfDate' : 'partOfTimestamp';
    return {
      kind: 'kernel',
      mayFail: false,
      makesNull: false,
      columns: [0],
      prepare:
        () =>
        ({ kernels, args: [a], out, validity, selection, count }) => {
          kernels[kernel](part, a.values, a.stride, out, validity, selection, count);
          return -1;
        },
    };
  };
}

/** A timestamp and an interval that is so many microseconds, whatever the timestamp is. */
export const addIntervalEmit: EmitRule = ([, months, days, micros]) => {
  if (constantOf(months) !== 0n) return null;
  const [wholeDays, rest] = [constantOf(days), constantOf(micros)];
  if (wholeDays === undefined || rest === undefined) return null;
  const sum = wholeDays * MICROS_PER_DAY + rest;
  if (BigInt.asIntN(64, sum) !== sum) return null;
  return {
    kind: 'kernel',
    mayFail: true,
    makesNull: false,
    columns: [0],
    prepare: (constants) => {
      const amount = constants.bytes(new Uint8Array(BigInt64Array.of(sum).buffer));
      return ({ kernels, args: [a], out, validity, selection, count }) =>
        kernels.addMicros(a.values, a.stride, amount, 0, out, validity, selection, count);
    },
  };
};

function constantOf(expr: BoundExpr): bigint | undefined {
  if (expr.op !== 'literal') return undefined;
  return typeof expr.value === 'number' || typeof expr.value === 'bigint' ? BigInt(expr.value) : undefined;
}
