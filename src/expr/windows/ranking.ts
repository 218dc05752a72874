/** Window functions of a row's place in the order of its partition. */
import { BIGINT, type DataType, DOUBLE } from '../../columnar/data-type.js';
import type { Example } from '../functions/function.js';
import type { WindowFunction } from './window-function.js';

function ofPlace(
  name: 'row_number' | 'rank' | 'dense_rank' | 'percent_rank' | 'cume_dist',
  type: DataType,
  summary: string,
  values: string,
): WindowFunction {
  const examples: readonly Example[] = [[`${name}()`, values]];
  const fn: WindowFunction = {
    ...{ name, aliases: [], usage: `${name}()`, summary, examples, arguments: [0, 0] },
    bind: ({ compute }) => compute({ kind: name }, [], type),
  };
  return name === 'row_number' ? fn : { ...fn, needsOrder: true };
}

export const RANKING: readonly WindowFunction[] = [
  ofPlace('row_number', BIGINT, 'The place of the row in its partition, from 1.', '1 2 3 4 5'),
  ofPlace(
    'rank',
    BIGINT,
    'As row_number, but rows with equal order keys share the first of their places.',
    '1 2 2 4 5',
  ),
  ofPlace('dense_rank', BIGINT, 'As rank, without gaps: how many different order keys there are so far.', '1 2 2 3 4'),
  ofPlace('percent_rank', DOUBLE, '(rank - 1) / (rows - 1) of the partition; 0 in a single row.', '0 0.25 0.25 0.75 1'),
  ofPlace(
    'cume_dist',
    DOUBLE,
    'The part of the rows whose order keys are not behind those of the row.',
    '0.2 0.6 0.6 0.8 1',
  ),
  {
    name: 'ntile',
    aliases: [],
    usage: 'ntile(n)',
    summary:
      'Which of n parts the row is in when the partition is cut evenly, from 1; the first parts may have a row more.',
    examples: [['ntile(2)', '1 1 1 2 2']],
    arguments: [1, 1],
    bind: ({ args: [count], wholeNumber, refuse, compute }) => {
      const buckets = wholeNumber(count, 'the number of parts');
      if (buckets >= 1) return compute({ kind: 'ntile', buckets }, [], BIGINT);
      return refuse(`rows cannot be cut into ${buckets} parts`, 'ntile(4) makes four', count.span);
    },
  },
];
