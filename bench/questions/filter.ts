/** Filter and project, CSV to CSV. */
import { lineitem } from '../data.js';
import type { Question } from '../question.js';

export const FILTER: Question = {
  name: 'filter',
  target: 3,
  input: () => lineitem(6_000_000),
  pipeline: `
steps:
  - read: $in
  - filter: l_quantity > 25 AND l_shipmode = 'AIR'
  - select: [l_orderkey, l_partkey, l_quantity, l_extendedprice, l_shipdate, l_comment]
  - write: $out
`,
  sql: `copy (select l_orderkey, l_partkey, l_quantity, l_extendedprice, l_shipdate, l_comment
  from read_csv('$in') where l_quantity > 25 and l_shipmode = 'AIR') to '$out' (header)`,
  compare: 'count',
};
