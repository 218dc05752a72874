/** Window functions that answer a value of another row of the partition, counted from the row. */
import type { Example } from '../functions/function.js';
import { unify } from '../operands.js';
import type { WindowFunction } from './window-function.js';

function shifting(
  name: 'lag' | 'lead',
  sign: 1 | -1,
  where: string,
  other: string,
  examples: readonly Example[],
): WindowFunction {
  return {
    name,
    aliases: [],
    usage: `${name}(value [, rows [, default]])`,
    summary: `The value so many rows ${where} the row, one if it is not said; where there is no such row the default, or null.`,
    examples,
    arguments: [1, 3],
    bind: ({ args: [value, count, fallback], span, wholeNumber, refuse, compute }) => {
      const rows = count === undefined ? 1 : wholeNumber(count, 'the number of rows');
      if (rows < 0)
        refuse(`${name} counts rows forwards only`, `${other}(x, ${-rows}) looks the other way`, count.span);
      const inputs =
        fallback === undefined ? [value] : unify([value, fallback], `the value and default of ${name}`, span);
      return compute({ kind: 'shift', by: sign * rows }, inputs, inputs[0].type);
    },
  };
}

export const NEIGHBOURS: readonly WindowFunction[] = [
  shifting('lag', -1, 'before', 'lead', [
    ['lag(x)', 'NULL 1 2 2 5'],
    ['lag(x, 2, 0)', '0 0 1 2 2'],
  ]),
  shifting('lead', 1, 'behind', 'lag', [
    ['lead(x)', '2 2 5 NULL NULL'],
    ['lead(x, 3, 9)', '5 NULL 9 9 9'],
  ]),
];
