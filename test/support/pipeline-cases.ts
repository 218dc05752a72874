/**
 * Pipelines over generated data that the hostile settings run again and again: whatever the slots, batches, blocks,
 * memory and killed workers, the bytes must be those of the plain run.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Random, random } from './random.js';

export interface PipelineCase {
  readonly name: string;
  /** Input files by name. */
  readonly files: Readonly<Record<string, (rng: Random) => string>>;
  readonly pipeline: string;
  readonly params?: Readonly<Record<string, string>>;
  /** A slot with less memory than this cannot hold one of its chains; default 1 MiB. */
  readonly leastBytes?: number;
  /** Files that the pipeline writes. */
  readonly outputs: readonly string[];
}

/** Writes the case's files and pipeline into `folder`; returns the pipeline's path. */
export function layOut(testCase: PipelineCase, folder: string, seed = 1): string {
  const rng = random(seed);
  for (const [name, make] of Object.entries(testCase.files)) writeFileSync(join(folder, name), make(rng));
  const path = join(folder, 'pipeline.yaml');
  writeFileSync(path, testCase.pipeline);
  return path;
}

const COUNTRIES = ['NO', 'SE', 'DK', 'FI', 'IS', 'Åland', '"quoted"', 'a,b', ''];

function orders(rows: number): (rng: Random) => string {
  return (rng) => {
    const lines = ['id,country,customer,amount,quantity,at,paid,note'];
    for (let id = 1; id <= rows; id++) {
      const country = csvText(rng.pick(COUNTRIES));
      const amount = rng.chance(0.05) ? '' : `${rng.int(100000)}.${String(rng.int(100)).padStart(2, '0')}`;
      const quantity = rng.chance(0.1) ? '' : String(rng.between(-5, 40));
      const day = `2026-${String(rng.between(1, 12)).padStart(2, '0')}-${String(rng.between(1, 28)).padStart(2, '0')}`;
      const time = `${String(rng.int(24)).padStart(2, '0')}:${String(rng.int(60)).padStart(2, '0')}:00`;
      const note = rng.chance(0.2)
        ? csvText(`line one\nline "two", ${id}`)
        : rng.chance(0.3)
          ? '""'
          : `n${rng.int(50)}`;
      lines.push(`${id},${country},c${rng.int(200)},${amount},${quantity},${day} ${time},${rng.chance(0.5)},${note}`);
    }
    return `${lines.join('\n')}\n`;
  };
}

function csvText(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Doubles of very different sizes and signs, to see a sum that depends on the order of its rows. */
function measurements(rows: number): (rng: Random) => string {
  return (rng) => {
    const lines = ['sensor|value|day'];
    for (let i = 0; i < rows; i++) {
      const value = (rng.next() - 0.5) * 10 ** rng.between(-12, 18);
      lines.push(
        `s${rng.int(7)}|${rng.chance(0.02) ? '' : value}|2026-01-${String(rng.between(1, 31)).padStart(2, '0')}`,
      );
    }
    return lines.join('\r\n');
  };
}

const SCHEMA = `
    schema:
      id: bigint
      country: string
      customer: string
      amount: decimal(12,2)
      quantity: int
      at: timestamp
      paid: boolean
      note: string`;

export const PIPELINE_CASES: readonly PipelineCase[] = [
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
