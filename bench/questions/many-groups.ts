/** An aggregation with 200 k groups. */
import { manyGroups } from '../data.js';
import type { Question } from '../question.js';

export const MANY_GROUPS: Question = {
  name: 'many-groups',
  target: 2,
  input: () => manyGroups(20_000_000),
  pipeline: `
steps:
  - read: $in
  - aggregate:
      total: sum(amount)
      rows: count(*)
    by: [key]
  - write: $out
`,
  sql: `copy (select key, sum(amount), count(*) from read_csv('$in') group by key order by key) to '$out' (header)`,
  compare: 'rows',
};
