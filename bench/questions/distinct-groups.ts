/** As many groups as rows: in memory, and where they must be spilled. */
import { distinctKeys } from '../data.js';
import type { Question } from '../question.js';

const QUESTION: Omit<Question, 'name' | 'memory'> = {
  target: 1.5,
  input: () => distinctKeys(10_000_000),
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
  compare: { order: [0, 1, 2] },
};

export const DISTINCT_GROUPS: Question = { ...QUESTION, name: 'distinct-groups' };
/** DuckDB has twice the memory: with 128 MiB it ends with an error, with one thread too. */
export const DISTINCT_GROUPS_SPILLED: Question = {
  ...QUESTION,
  name: 'distinct-groups-spilled',
  memory: '128MiB',
  duckdbMemory: '256MiB',
};
