/** `references` of a check: which rows fail, against DuckDB, and what is said of the first of them. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { LeatError } from '../../src/errors.js';
import { duckdbRows } from '../support/duckdb.js';
import { random } from '../support/random.js';
import { runPipeline } from '../support/run-pipeline.js';
import { byTier } from '../support/tier.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-references-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const SLOTS = byTier([1, 3], [1, 3, 8]);
const SCHEMAS = {
  orders: 'id: int, customer: int, town: string, parent: int',
  customers: 'id: bigint, town: string, active: boolean',
};

function writeInputs(seed: number): void {
  const rng = random(seed);
  const maybe = (text: string): string => (rng.chance(0.1) ? '' : text);
  const towns = ['Oslo', 'oslo', 'Bergen', '""', 'Ås'];
  const town = (others: readonly string[] = []): string => maybe(rng.pick([...towns, ...others]));
  const orders = Array.from({ length: 700 }, (_, id) => {
    return `${id},${maybe(`${rng.between(0, 320)}`)},${town(['Å', 'Os'])},${maybe(`${rng.between(-1, 720)}`)}`;
  });
  writeFileSync(join(folder, 'orders.csv'), `id,customer,town,parent\n${orders.join('\n')}\n`);
  // Every id twice, so that no row may be made.
  const customers = Array.from({ length: 300 }, (_, i) => `${i % 150},${town()},${rng.chance(0.9)}`);
  customers.push('300,Oslo,true', ',Oslo,true');
  writeFileSync(join(folder, 'customers.csv'), `id,town,active\n${customers.join('\n')}\n`);
}

/** `check` stands in a step `gate` over the orders. */
function pipeline(check: string): string {
  const path = join(folder, 'p.yaml');
  const read = (name: keyof typeof SCHEMAS): string =>
    `  - name: ${name}\n    read: ${name}.csv\n    schema: { ${SCHEMAS[name]} }\n`;
  const gate = `  - name: gate\n    check:\n${check}  - write: out.csv\n  - from: gate.failed\n    write: failed.csv\n`;
  writeFileSync(path, `steps:\n${read('customers')}  - filter: active\n    name: active\n${read('orders')}${gate}`);
  return path;
}

async function run(check: string, slots: number): Promise<void> {
  const test = { splitBytes: 900, inProcessBytes: 0, batchRows: slots === 3 ? 16 : undefined };
  // Somebody reads the customers that are active in all cases.
  const path = pipeline(check);
  writeFileSync(path, `${readFileSync(path, 'utf8')}  - from: active\n    write: active.csv\n`);
  await runPipeline(path, { slots, memoryBytes: 64 << 20, env: {}, test });
}

const rowsOf = (name: string): string[][] => parse(readFileSync(join(folder, name)), { fromLine: 2 }) as string[][];

/** A reference and what of the rows `o` fails it. */
const CASES: readonly (readonly [name: string, references: string, fails: string])[] = [
  ['a key of another type', '{ customer: customers.id }', 'o.customer NOT IN (SELECT id FROM c WHERE id IS NOT NULL)'],
  [
    'a text, and a step that a filter makes',
    '{ town: active.town }',
    'o.town NOT IN (SELECT town FROM c WHERE active AND town IS NOT NULL)',
  ],
  [
    'several columns, each for itself',
    '{ customer: active.id, town: customers.town }',
    'o.customer NOT IN (SELECT id FROM c WHERE active AND id IS NOT NULL) OR o.town NOT IN (SELECT town FROM c WHERE town IS NOT NULL)',
  ],
  ['a column of the rows themselves', '{ parent: orders.id }', 'o.parent NOT IN (SELECT id FROM o)'],
  [
    'a side output',
    '{ customer: active.rest.id }',
    'o.customer NOT IN (SELECT id FROM c WHERE active IS NOT TRUE AND id IS NOT NULL)',
  ],
];

for (const [name, references, fails] of CASES) {
  test(name, async () => {
    writeInputs(name.length);
    const table = (file: string): string =>
      `(SELECT *, row_number() OVER () AS pos FROM read_csv('${join(folder, `${file}.csv`)}', header = true, allow_quoted_nulls = false))`;
    const tables = `WITH o AS ${table('orders')}, c AS ${table('customers')}`;
    const failing = await duckdbRows(
      `${tables} SELECT id::VARCHAR FROM o WHERE coalesce(${fails}, false) ORDER BY pos`,
    );
    assert.ok(failing.length > 5, 'some rows fail');
    for (const slots of SLOTS) {
      await run(`      references: ${references}\n      severity: warn\n`, slots);
      assert.deepEqual(
        rowsOf('failed.csv').map(([id]) => id),
        failing.map(([id]) => id),
        `${slots} slots`,
      );
      assert.deepEqual(rowsOf('out.csv'), parse(readFileSync(join(folder, 'orders.csv')), { fromLine: 2 }), 'all pass');
    }
  });
}

async function complaint(check: string, slots: number): Promise<string> {
  const error = await run(check, slots).catch((reason: unknown) => reason);
  assert.ok(error instanceof LeatError);
  assert.equal(error.exitStatus, 3);
  return error.diagnostics
    .map(({ message, notes = [], related = [], place }) => {
      const rows = related.map(
        (row) => `${[row.place.file, row.place.line].filter(Boolean).join(':')}: ${row.message}`,
      );
      return [`${place?.line}:${place?.column} ${message}`, ...rows, ...notes].join(' | ');
    })
    .join('\n')
    .replaceAll(folder, '');
}

test('the first row that fails is named by its place; max_failures counts', async () => {
  writeInputs(1);
  writeFileSync(join(folder, 'customers.csv'), 'id,town,active\n1,Oslo,true\n2,Bergen,true\n');
  const rows = Array.from({ length: 500 }, (_, id) => {
    return `${id},${id === 402 || id === 417 ? 7 : id % 3 === 0 ? '' : id % 3},Oslo,`;
  });
  writeFileSync(join(folder, 'orders.csv'), `id,customer,town,parent\n${rows.join('\n')}\n`);
  const check = (most: number): string =>
    `      known: { references: { customer: customers.id, town: customers.town }, max_failures: ${most} }\n`;
  for (const slots of SLOTS) {
    assert.equal(
      await complaint(check(1), slots),
      '12:30 known (customer references customers.id): 2 of 500 rows fail, 1 may | /orders.csv:404: the first: id 402, customer 7, town Oslo, parent null | /failed.csv: rows that fail are in it',
    );
    await run(check(2), slots);
    assert.equal(
      await complaint('      references: { id: orders.parent }\n', slots),
      '12:21 id references orders.parent: 500 of 500 rows fail | /failed.csv: rows that fail are in it | the first: id 0, customer null, town Oslo, parent null',
    );
  }
});
