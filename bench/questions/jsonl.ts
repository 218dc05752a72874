/** JSON lines of sixteen keys: two of them grouped, and all of them to CSV. */
import { lineitemJson } from '../data.js';
import type { Question } from '../question.js';

const ROWS = 1_500_000;

export const JSONL: readonly Question[] = [
  {
    name: 'jsonl-groups',
    target: 1.5,
    input: () => lineitemJson(ROWS),
    pipeline: `
steps:
  - read: $in
  - aggregate:
      lines: count(*)
      quantity: sum(l_quantity)
    by: [l_shipmode]
  - write: $out
`,
    sql: `copy (select l_shipmode, count(*), sum(l_quantity) from read_ndjson('$in') group by all) to '$out' (header)`,
    compare: 'rows',
  },
  {
    name: 'jsonl-to-csv',
    target: 2,
    input: () => lineitemJson(ROWS),
    pipeline: `
steps:
  - read: $in
  - write: $out
`,
    sql: `copy (select * from read_ndjson('$in')) to '$out' (header)`,
    compare: 'count',
  },
];
