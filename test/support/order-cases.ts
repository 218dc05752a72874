/** Pipeline cases: rows in an order, windows, and sets of rows. */
import { orders, SCHEMA } from './case-data.js';
import type { PipelineCase } from './pipeline-case.js';

export const ORDER_CASES: readonly PipelineCase[] = [
  {
    name: 'sorted, limited, unions and distinct rows',
    files: { 'in.csv': orders(1500), 'more.csv': orders(700) },
    pipeline: `
steps:
  - name: first
    read: in.csv${SCHEMA}
  - name: second
    read: more.csv${SCHEMA}
  - name: all
    from: first
    union: second
  - sort: [country nulls first, quantity desc, "length(note)"]
  - write: sorted.csv
  - from: all
    limit: 2
    by: [customer]
  - write: two.csv
  - from: all
    filter: quantity > 20
  - limit: 40
    offset: 7
  - write: forty.csv
  - from: all
    distinct: [paid, country]
  - write: distinct.csv
`,
    // Two sources of one chain each, with row positions and group tables for four readers.
    leastBytes: 4 * 2 ** 20,
    outputs: ['sorted.csv', 'two.csv', 'forty.csv', 'distinct.csv'],
  },
  {
    name: 'windows: ranks, neighbours, running, moving and whole frames',
    files: { 'in.csv': orders(900) },
    pipeline: `
steps:
  - name: orders
    read: in.csv${SCHEMA}
  - over:
      place: row_number()
      dense: dense_rank()
      before: lag(note)
      total: sum(amount)
      least: min(note)
      share: amount / total
    by: country
    order_by: [quantity, at desc]
  - write: running.csv
  - from: orders
    over:
      week: sum(amount)
      most: arg_max(note, amount)
      mean: avg(quantity)
      deviation: stddev(amount)
      ends: first_value(id)
    by: [paid]
    order_by: at
    frame: range between interval '7 days' preceding and interval '1 day' following
  - write: moving.csv
  - from: orders
    over:
      part: ntile(7)
      largest: max(country)
      next: lead(id)
    by: [customer, paid]
  - write: whole.csv
`,
    leastBytes: 3 * 2 ** 20,
    outputs: ['running.csv', 'moving.csv', 'whole.csv'],
  },
  {
    name: 'the first rows of an order',
    files: { 'in.csv': orders(9500) },
    pipeline: `
steps:
  - name: orders
    read: in.csv${SCHEMA}
  - sort: [quantity desc, "length(note)", country nulls first]
  - name: best
    limit: 300
    offset: 20
  - write: best.csv
  - from: orders
    sort: [note, amount desc]
  - name: few
    limit: 3
  - write: few.csv
`,
    leastBytes: 2 * 2 ** 20,
    outputs: ['best.csv', 'few.csv'],
  },
  {
    name: 'one row of each key',
    files: { 'in.csv': orders(4000) },
    pipeline: `
steps:
  - name: orders
    read: in.csv${SCHEMA}
  - dedupe: [customer, paid]
    keep: last
    order_by: [quantity, "length(note) desc"]
  - write: best.csv
  - from: orders
    dedupe: [note]
  - write: notes.csv
`,
    leastBytes: 2 * 2 ** 20,
    outputs: ['best.csv', 'notes.csv'],
  },
  {
    name: 'rows of both steps, and of one alone',
    files: { 'in.csv': orders(3000), 'more.csv': orders(2000) },
    pipeline: `
steps:
  - name: first
    read: in.csv${SCHEMA}
  - select: [country, customer, quantity]
  - name: left
    filter: true
  - read: more.csv${SCHEMA}
  - name: right
    select: [quantity, country, customer]
  - from: left
    intersect: right
  - write: both.csv
  - from: left
    except: right
  - write: left.csv
`,
    leastBytes: 2 * 2 ** 20,
    outputs: ['both.csv', 'left.csv'],
  },
  {
    name: 'columns as rows',
    files: { 'in.csv': orders(2500) },
    pipeline: `
steps:
  - read: in.csv${SCHEMA}
  - unpivot: [country, note, customer]
    into: [what, text]
  - write: rows.csv
`,
    outputs: ['rows.csv'],
  },
  {
    name: 'samples, of rows of files and of others',
    files: { 'in.csv': orders(6000), 'more.csv': orders(500) },
    pipeline: `
steps:
  - name: orders
    read: in.csv${SCHEMA}
  - sample: 10%
  - write: share.csv
  - from: orders
    sample: 40
    seed: -3
  - write: some.csv
  - name: more
    read: more.csv${SCHEMA}
  - from: orders
    union: more
  - name: sorted
    sort: [note]
  - sample: 12.5%
  - write: union.csv
  - from: sorted
    sample: 30
  - write: few.csv
`,
    leastBytes: 4 * 2 ** 20,
    outputs: ['share.csv', 'some.csv', 'union.csv', 'few.csv'],
  },
  {
    name: 'rows as columns',
    files: { 'in.csv': orders(4000) },
    pipeline: `
steps:
  - read: in.csv${SCHEMA}
  - pivot:
      column: country
      values: [NO, SE, Åland, nowhere]
      aggregate: sum(amount) / count(*)
    by: [customer]
  - write: out.csv
`,
    leastBytes: 2 * 2 ** 20,
    outputs: ['out.csv'],
  },
];
