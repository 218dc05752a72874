/** The whole file in the order of two of its columns: in memory, and with a quarter of what it takes. */
import { lineitem } from '../data.js';
import type { Question } from '../question.js';

const QUESTION: Omit<Question, 'name' | 'target' | 'memory'> = {
  input: () => lineitem(6_000_000),
  pipeline: `
steps:
  - read: $in
  - sort: [l_shipdate, l_extendedprice desc]
  - write: $out
`,
  sql: `copy (select * from read_csv('$in') order by l_shipdate, l_extendedprice desc) to '$out' (header)`,
  gnuSort: ['-t', ',', '-s', '-k', '11,11', '-k', '6,6nr'],
  // l_extendedprice, l_shipdate
  compare: { order: [5, 10] },
};

export const SORT: Question = { ...QUESTION, name: 'sort', target: 3, memory: '2GiB' };
export const SORT_SPILLED: Question = { ...QUESTION, name: 'sort-spilled', target: 2, memory: '256MiB' };
