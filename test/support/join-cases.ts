/** Pipeline cases: joins, and sorts that share the memory of a task. */
import { orders, SCHEMA } from './case-data.js';
import type { PipelineCase } from './pipeline-case.js';

export const JOIN_CASES: readonly PipelineCase[] = [
  {
    name: 'joins of every type',
    files: { 'in.csv': orders(1500), 'more.csv': orders(300) },
    pipeline: `
steps:
  - name: many
    read: in.csv${SCHEMA}
  - name: few
    read: more.csv${SCHEMA}
  - name: customers
    aggregate:
      n: count(*)
      most: max(amount)
      longest: max(note)
    by: [customer]
  - from: many
    join: customers
    type: left
    on: customer
  - write: left.csv
  - from: many
    join: few
    on:
      quantity: quantity
      country: country
    take: [id, note, at]
    suffix: _few
  - write: inner.csv
  - from: many
    join: few
    type: anti
    on: [customer, country]
  - write: anti.csv
  - from: many
    join: few
    type: full
    on: [customer, country]
    take: [id, quantity]
    suffix: _few
  - write: full.csv
`,
    // Three tables that stay in memory beside the tasks that read them.
    leastBytes: 12 * 2 ** 20,
    outputs: ['left.csv', 'inner.csv', 'anti.csv', 'full.csv'],
  },
  {
    name: 'asof joins backward, with keys, behind a union and an aggregate',
    files: { 'in.csv': orders(1500), 'more.csv': orders(700) },
    pipeline: `
steps:
  - name: few
    read: more.csv${SCHEMA}
  - read: in.csv${SCHEMA}
  - union: few
  - join: few
    type: asof
    on: left.customer = right.customer AND left.at >= right.at
    suffix: _few
  - name: both
    filter: paid
  - write: before.csv
  - from: few
    aggregate: { n: count(*), last: max(at), note: max(note) }
    by: [country]
  - join: both
    type: asof
    on: left.note > right.note AND left.country = lower(right.country)
    suffix: _both
  - write: texts.csv
`,
    leastBytes: 12 * 2 ** 20,
    outputs: ['before.csv', 'texts.csv'],
  },
  {
    name: 'asof joins forward, without keys, then limited',
    files: { 'in.csv': orders(1500), 'more.csv': orders(700) },
    pipeline: `
steps:
  - name: few
    read: more.csv${SCHEMA}
  - read: in.csv${SCHEMA}
  - join: few
    type: asof
    on: left.amount < right.amount
    take: [id, note, amount]
    suffix: _few
  - name: above
    filter: id_few IS NOT NULL
  - write: above.csv
  - from: above
    join: few
    type: asof
    on: left.quantity <= right.quantity AND left.paid = right.paid
    take: [country]
    suffix: _least
  - limit: 400
  - write: least.csv
`,
    leastBytes: 8 * 2 ** 20,
    outputs: ['above.csv', 'least.csv'],
  },
  {
    name: 'sorts behind sorts, which share the memory of their tasks',
    files: { 'in.csv': orders(6000) },
    pipeline: `
steps:
  - read: in.csv${SCHEMA}
  - sort: [amount]
  - sort: [note desc, customer]
  - sort: [country]
  - write: sorted.csv
`,
    leastBytes: 2 * 2 ** 20,
    outputs: ['sorted.csv'],
  },
];
