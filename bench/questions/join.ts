/** Six million rows joined with one and a half million, and aggregated by a column of the other side. */
import { lineitem, orders } from '../data.js';
import type { Question } from '../question.js';

export const JOIN: Question = {
  name: 'join',
  target: 2,
  input: () => lineitem(6_000_000),
  other: () => orders(1_500_000),
  pipeline: `
steps:
  - name: orders
    read: $other
  - read: $in
  - join: orders
    on: { l_orderkey: o_orderkey }
    take: [o_orderpriority]
  - aggregate:
      lines: count(*)
      revenue: sum(l_extendedprice)
    by: [o_orderpriority]
  - write: $out
`,
  sql: `copy (select o_orderpriority, count(*), sum(l_extendedprice) from read_csv('$in') join read_csv('$other') on l_orderkey = o_orderkey group by 1 order by 1) to '$out' (header)`,
  compare: 'rows',
};
