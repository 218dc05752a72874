/** Window functions that answer the value of one row of the frame. */
import type { Example } from '../functions/function.js';
import type { WindowFunction } from './window-function.js';

function ofEnd(name: string, fromEnd: boolean, summary: string, examples: readonly Example[]): WindowFunction {
  return {
    ...{ name, aliases: [], usage: `${name}(value)`, summary, examples, arguments: [1, 1] },
    bind: ({ args: [value], compute }) => compute({ kind: 'nth', n: 1, fromEnd }, [value], value.type),
  };
}

export const OF_FRAME: readonly WindowFunction[] = [
  ofEnd('first_value', false, 'The value in the first row of the frame, which may be null.', [
    ['first_value(x)', '1 1 1 1 1'],
  ]),
  ofEnd(
    'last_value',
    true,
    'The value in the last row of the frame, which may be null; without `frame` that is the last row with equal order keys.',
    [['last_value(y)', '1.5 5.0 5.0 4.0 NULL']],
  ),
  {
    name: 'nth_value',
    aliases: [],
    usage: 'nth_value(value, n)',
    summary: 'The value in the row number n of the frame, from 1; null where the frame has fewer rows.',
    examples: [['nth_value(x, 2)', 'NULL 2 2 2 2']],
    arguments: [2, 2],
    bind: ({ args: [value, place], wholeNumber, refuse, compute }) => {
      const n = wholeNumber(place, 'the number of the row');
      if (n < 1) refuse(`there is no row number ${n}`, 'the first row is number 1', place.span);
      return compute({ kind: 'nth', n, fromEnd: false }, [value], value.type);
    },
  },
];
