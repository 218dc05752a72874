/** Joins whose right sides do not fit into memory, which is found out when they are there: the job goes on with another plan. */
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runPipeline } from '../support/run-pipeline.js';
import { byTier } from '../support/tier.js';
import { folder, write } from './support/join-by-key.js';
import { checkRefusedJoin } from './support/refused-join.js';

test('a right side that does not fit is joined by key', () =>
  checkRefusedJoin({
    leftRows: 30_000,
    rightRows: 120_000,
    memoryBytes: 6 << 20,
    slots: byTier([2], [1, 2]),
    types: byTier(['full'], ['inner', 'full']),
  }));

test('steps that have run before a right side does not fit do not run again', async () => {
  write('left', 4000, (id) => `${id % 500},t,${id % 9}`);
  write('right', 100_000, (id) => `${id % 700},the name of row ${id},1`);
  const read = (name: string): string => `  - name: ${name}\n    read: ${name}.csv\n`;
  const sums = '  - name: sums\n    aggregate: { total: sum(v) }\n    by: k\n';
  const result = '  - from: sums\n    join: right\n    on: k\n  - write: out.csv\n';
  writeFileSync(join(folder, 'p.yaml'), `steps:\n${read('left')}${sums}${read('right')}${result}`);
  const runWith = async (memoryBytes: number, note: (text: string) => void): Promise<string> => {
    const options = { slots: 1, memoryBytes, env: {}, spillDir: folder };
    await runPipeline(join(folder, 'p.yaml'), options, { started() {}, progress() {}, note });
    return readFileSync(join(folder, 'out.csv'), 'utf8');
  };
  const expected = await runWith(256 << 20, assert.fail);
  let notes = 0;
  const found = await runWith(6 << 20, (text) => {
    assert.match(text, /joined by key/);
    notes++;
    rmSync(join(folder, 'left.csv'));
  });
  assert.ok(found === expected);
  assert.equal(notes, 1);
});

test('a right side that is made of partitions: these are read again', async () => {
  write('left', 300, (id) => `${id * 31},t,1`);
  write('right', 40_000, (id) => `${(id * 7) % 30_011},the name of row ${id},1`);
  const read = (name: string): string => `  - name: ${name}\n    read: ${name}.csv\n`;
  const names = '  - name: names\n    aggregate: { name: max(g), n: count(*) }\n    by: k\n';
  const result = '  - from: left\n    join: names\n    on: k\n  - write: out.csv\n';
  writeFileSync(join(folder, 'p.yaml'), `steps:\n${read('left')}${read('right')}${names}${result}`);
  const runWith = async (memoryBytes: number, slots: number): Promise<string> => {
    await runPipeline(join(folder, 'p.yaml'), { slots, memoryBytes, env: {}, spillDir: folder });
    return readFileSync(join(folder, 'out.csv'), 'utf8');
  };
  const expected = await runWith(256 << 20, 1);
  for (const mib of byTier([6], [4, 5, 6, 8])) assert.ok((await runWith(mib << 20, 1)) === expected, `${mib} MiB`);
  assert.ok((await runWith(12 << 20, 2)) === expected);
});

test('a step that an aggregate and two joins read: what one of them is done with gives way to the others', async () => {
  write('left', 30_000, (id) => `${(id * 7919) % 20_011},the text of row ${id},1`);
  write('right', 30_000, (id) => `${(id * 31) % 20_011},the name of row ${id},1`);
  const read = (name: string): string => `  - name: ${name}\n    read: ${name}.csv\n`;
  const sums = '  - name: sums\n    from: left\n    aggregate: { text: max(g), n: count(*) }\n    by: k\n';
  const best = '  - name: best\n    from: right\n    aggregate: { name: min(g), m: count(*) }\n    by: k\n';
  const first =
    '  - from: sums\n    join: right\n    on: k\n  - name: both\n    join: best\n    on: k\n  - write: out.csv\n';
  const second =
    '  - from: left\n    join: best\n    type: full\n    on: k\n  - aggregate: { n: count(*) }\n  - write: n.csv\n';
  writeFileSync(join(folder, 'p.yaml'), `steps:\n${read('right')}${read('left')}${sums}${best}${first}${second}`);
  const runWith = async (memoryBytes: number, slots: number): Promise<string> => {
    await runPipeline(join(folder, 'p.yaml'), { slots, memoryBytes, env: {}, spillDir: folder });
    return ['out.csv', 'n.csv'].map((name) => readFileSync(join(folder, name), 'utf8')).join();
  };
  const expected = await runWith(256 << 20, 1);
  for (const mib of [8, 9, 10, 12]) assert.ok((await runWith(mib << 20, 1)) === expected, `${mib} MiB`);
});
