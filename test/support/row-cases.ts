/** Pipeline cases: steps that look at one row. */
import { orders, SCHEMA } from './case-data.js';
import type { PipelineCase } from './pipeline-case.js';

export const ROW_CASES: readonly PipelineCase[] = [
  {
    name: 'filter and select, everything passed through',
    files: { 'in.csv': orders(3000) },
    pipeline: `
steps:
  - read: in.csv
  - filter: quantity > 10
  - select: [id, note, country, amount]
  - write: out.csv
`,
    outputs: ['out.csv'],
  },
  {
    name: 'derived columns of every type',
    files: { 'in.csv': orders(2500) },
    pipeline: `
steps:
  - read: in.csv${SCHEMA}
  - derive:
      total: amount * quantity
      share: amount / quantity
      month: date_trunc('month', at)
      size: CASE WHEN quantity IS NULL THEN 'none' WHEN quantity < 0 THEN 'return' ELSE 'sale' END
      shout: upper(country) || '-' || customer
      big: id * 1000003
      ok: paid AND quantity BETWEEN 0 AND 20
      first: coalesce(note, 'nothing')
  - write: out.csv
`,
    outputs: ['out.csv'],
  },
  {
    name: 'random numbers and UUIDs, regular expressions, zones',
    files: { 'in.csv': orders(2500) },
    pipeline: `
run:
  seed: 20261101
steps:
  - read: in.csv${SCHEMA}
  - derive:
      a: random()
      b: random()
      key: uuid()
      local: at AT TIME ZONE 'Europe/Oslo'
      line: regexp_extract(note, '"([a-z]+)", ([0-9]+)', 2)
  - filter: a < 0.7 AND random() > 0.1
  - name: rows
    select: [id, a, b, key, local, line]
  - write: out.csv
  - from: rows
    aggregate:
      rows: count(*)
      sum: sum(b)
    by: [{ third: floor(a * 3) }]
  - write: groups.csv
`,
    outputs: ['out.csv', 'groups.csv'],
  },
];
