/** Pipeline cases: groups, and several steps that share rows. */
import { measurements, orders, SCHEMA } from './case-data.js';
import type { PipelineCase } from './pipeline-case.js';

export const AGGREGATE_CASES: readonly PipelineCase[] = [
  {
    name: 'aggregate by two keys with nulls',
    files: { 'in.csv': orders(4000) },
    pipeline: `
steps:
  - read: in.csv${SCHEMA}
  - aggregate:
      revenue: sum(amount)
      rows: count(*)
      paid_rows: count(*) FILTER (WHERE paid)
      mean: avg(quantity)
      first_at: min(at)
      last_note: max(note)
    by:
      - country
      - month: date_trunc('month', at)
  - write: out.csv
`,
    outputs: ['out.csv'],
  },
  {
    name: 'sums of doubles do not depend on order',
    files: { 'in.csv': measurements(5000) },
    pipeline: `
steps:
  - read: in.csv
    delimiter: "|"
  - aggregate:
      total: sum(value)
      mean: avg(value)
      low: min(value)
      high: max(value)
      values: count(value)
    by: [sensor]
  - write: out.csv
`,
    outputs: ['out.csv'],
  },
  {
    name: 'aggregates that need rows in order, different values, or one row of the group',
    files: { 'in.csv': orders(2500) },
    pipeline: `
steps:
  - name: orders
    read: in.csv${SCHEMA}
  - aggregate:
      customers: count(DISTINCT customer)
      about: approx_count_distinct(note)
      middle: median(amount)
      late: quantile_disc(at, 0.9)
      usual: mode(quantity)
      notes: |
        string_agg(note, '; ' ORDER BY at desc, id) FILTER (WHERE quantity > 30)
      sizes: histogram(quantity % 4)
      first_note: first(note)
      last_id: last(id ORDER BY amount)
      best: arg_max(customer, amount) FILTER (WHERE paid)
      spread: stddev(CAST(amount AS double) / 3)
      related: corr(amount, quantity)
      revenue: sum(amount)
    by: [country, paid]
  - write: out.csv
  - from: orders
    filter: id < 0
  - aggregate:
      n: count(DISTINCT id)
      none: first(id)
      middle: median(id)
      all: string_agg(note)
  - write: none.csv
`,
    // Group tables of seven kinds, and a sort, in one chain.
    leastBytes: 14 * 2 ** 20,
    outputs: ['out.csv', 'none.csv'],
  },
  {
    name: 'aggregate without keys',
    files: { 'in.csv': orders(1500) },
    pipeline: `
steps:
  - read: in.csv${SCHEMA}
  - filter: id > 100000000
  - aggregate:
      rows: count(*)
      revenue: sum(amount)
      latest: max(at)
  - write: out.csv
`,
    outputs: ['out.csv'],
  },
  {
    name: 'many groups by a text key',
    files: { 'in.csv': orders(6000) },
    pipeline: `
steps:
  - read: in.csv${SCHEMA}
  - aggregate:
      rows: count(*)
      least: min(customer)
      sum_q: sum(quantity)
    by:
      - id_text: customer || '/' || CAST(id % 1500 AS string)
  - write: out.csv
`,
    outputs: ['out.csv'],
  },
  {
    name: 'one step feeds many, several reads and writes',
    files: { 'in.csv': orders(3000), 'more.csv': measurements(2000) },
    pipeline: `
params:
  floor:
    type: decimal(12,2)
    default: 500
steps:
  - name: orders
    read: in.csv${SCHEMA}
  - name: big
    filter: amount >= $floor
  - write: big.csv
  - from: big
    aggregate:
      n: count(*)
    by: [paid]
  - write: paid.csv
  - from: orders
    aggregate:
      revenue: sum(amount)
    by: [country, paid]
  - aggregate:
      best: max(revenue)
      worst: min(revenue)
    by: [paid]
  - write: best.csv
  - read: more.csv
    delimiter: "|"
  - filter: day >= date '2026-01-15'
  - aggregate:
      n: count(*)
    by: [day]
  - write: days.csv
`,
    params: { floor: '90000.50' },
    // A source, a sink and two group tables in one chain.
    leastBytes: 1.5 * 2 ** 20,
    outputs: ['big.csv', 'paid.csv', 'best.csv', 'days.csv'],
  },
];
