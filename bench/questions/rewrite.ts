/** A whole file written anew with one column more. */
import { lineitem } from '../data.js';
import type { Question } from '../question.js';

export const REWRITE: Question = {
  name: 'rewrite',
  target: 4,
  input: () => lineitem(6_000_000),
  pipeline: `
steps:
  - read: $in
  - derive:
      charge: l_extendedprice * (1 - l_discount)
  - write: $out
`,
  sql: `copy (select *, l_extendedprice * (1 - l_discount) as charge from read_csv('$in')) to '$out' (header)`,
  compare: 'count',
};
