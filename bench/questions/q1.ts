/** The shape of TPC-H's query 1 over CSV: a filter, two keys, aggregates over computed columns. */
import { lineitem } from '../data.js';
import type { Question } from '../question.js';

const q1 = (name: string, rows: number, target: number): Question => ({
  name,
  target,
  input: () => lineitem(rows),
  pipeline: `
steps:
  - read: $in
  - filter: l_shipdate <= date '1998-09-02'
  - aggregate:
      sum_qty: sum(l_quantity)
      sum_price: sum(l_extendedprice)
      sum_disc_price: sum(l_extendedprice * (1 - l_discount))
      sum_charge: sum(l_extendedprice * (1 - l_discount) * (1 + l_tax))
      avg_disc: avg(l_discount)
      orders: count(*)
    by: [l_returnflag, l_linestatus]
  - write: $out
`,
  sql: `copy (select l_returnflag, l_linestatus, sum(l_quantity), sum(l_extendedprice),
  sum(l_extendedprice * (1 - l_discount)), sum(l_extendedprice * (1 - l_discount) * (1 + l_tax)), avg(l_discount), count(*)
  from read_csv('$in') where l_shipdate <= date '1998-09-02' group by all order by all) to '$out' (header)`,
  compare: 'rows',
});

export const Q1 = q1('q1', 6_000_000, 2.5);
export const Q1_LARGE = q1('q1-large', 24_000_000, 3);
