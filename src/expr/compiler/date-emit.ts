/** Code of date functions; what is missing here is the interpreter's. */
import { TIME_PARTS } from '../../kernels/expr-kernels.js';
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
