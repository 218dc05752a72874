/**
 * Joins by key: the bytes of the join in memory. Would catch a row of a key that lies at the end of a batch, a right row
 * that is given twice or not at all, a join that fails where it could be made in another way.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runPipeline } from '../../src/engine.js';
import type { TestSettings } from '../../src/engine-api.js';
import { LeatError } from '../../src/errors.js';
import { checkRefusedJoin } from './support/refused-join.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-by-key-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const TYPES = ['inner', 'left', 'right', 'full', 'semi', 'anti'];

interface Settings {
  readonly slots?: number;
  readonly memoryBytes?: number;
  readonly test?: TestSettings;
}

async function run(type: string, on: string, { slots = 1, memoryBytes = 64 << 20, test }: Settings): Promise<string> {
  const suffix = type === 'semi' || type === 'anti' ? '' : '    suffix: _right\n';
  const schema = '{ id: int, k: double, g: string, v: int }';
  const read = (name: string): string => `  - name: ${name}\n    read: ${name}.csv\n    schema: ${schema}\n`;
  const step = `  - join: right\n    type: ${type}\n${on === '' ? '' : `    on: ${on}\n`}${suffix}  - write: out.csv\n`;
  writeFileSync(join(folder, 'p.yaml'), `steps:\n${read('right')}${read('left')}${step}`);
  await runPipeline(join(folder, 'p.yaml'), { slots, memoryBytes, env: {}, spillDir: folder, test });
  return readFileSync(join(folder, 'out.csv'), 'utf8');
}

function write(name: string, rows: number, row: (id: number) => string): void {
  const lines = Array.from({ length: rows }, (_, id) => `${id},${row(id)}`);
  writeFileSync(join(folder, `${name}.csv`), `${['id,k,g,v', ...lines].join('\n')}\n`);
}

const BY_KEY: readonly Settings[] = [
  { test: { joins: 'by-key' } },
  { slots: 2, test: { joins: 'by-key', inProcessBytes: 0, splitBytes: 3000, batchRows: 3 } },
  { slots: 2, memoryBytes: 16 << 20, test: { joins: 'by-key', inProcessBytes: 0, splitBytes: 20_000 } },
  { test: { joins: 'by-key', kernels: 'twins', batchRows: 7 } },
];

async function checkAll(on: string): Promise<void> {
  for (const type of TYPES) {
    const expected = await run(type, on, {});
    for (const settings of BY_KEY) {
      assert.ok((await run(type, on, settings)) === expected, `${type} on ${on}, ${JSON.stringify(settings)}`);
    }
  }
}

test('keys that are texts, doubles with both zeros, nulls, several columns, and conditions', async () => {
  const doubles = ['0.0', '-0.0', '1.5', '', '-7', '1e300', '3', '4'];
  const key = (id: number): string => doubles[(id * 5) % doubles.length];
  write('left', 240, (id) => `${key(id)},${id % 9 === 0 ? '""' : `a text that is long ${id % 23}`},${id % 30}`);
  write('right', 90, (id) => `${key(id + 3)},${id % 7 === 0 ? '' : `a text that is long ${id % 31}`},${id % 20}`);
  for (const on of ['[g, k]', '[g]', '"left.g = right.g AND left.v > right.v"']) await checkAll(on);
});

test('without equalities: all rows of a side have the same key', async () => {
  write('left', 300, (id) => `${id},t,${(id * 37) % 101}`);
  write('right', 170, (id) => `${id},t,${(id * 53) % 97}`);
  await checkAll('"left.v - right.v BETWEEN 88 AND 90"');
  const small = { slots: 2, memoryBytes: 16 << 20, test: { joins: 'by-key', inProcessBytes: 0 } } as const;
  assert.ok((await run('cross', '', small)) === (await run('cross', '', {})));
  write('right', 9000, (id) => `${id},${'a text '.repeat(30)}${id},${(id * 53) % 97}`);
  for (const type of ['inner', 'full']) {
    const on = '"left.v * 100 - right.id BETWEEN 880 AND 890"';
    const expected = await run(type, on, { memoryBytes: 256 << 20 });
    assert.ok((await run(type, on, small)) === expected, `${type}, in parts`);
  }
});

test('a side without rows', async () => {
  const row = (id: number): string => `${id % 4},t${id % 3},${id}`;
  write('left', 0, row);
  write('right', 40, row);
  await checkAll('[k]');
  write('left', 40, row);
  write('right', 0, row);
  await checkAll('[k]');
});

test('a key that half of all rows have', async () => {
  write('left', 700, (id) => `${id % 2 === 0 ? 0 : id},t,${(id * 7919) % 701}`);
  write('right', 700, (id) => `${id % 2 === 0 ? 0 : id},t,${(id * 104729) % 701}`);
  await checkAll('"left.k = right.k AND abs(left.v - right.v) < 2"');
});

test('rows of one key that do not fit are joined part by part, on several slots', async () => {
  write('left', 3000, (id) => `${id % 300 === 0 ? 1 : id},t,${id % 7}`);
  write('right', 9000, (id) => `${id % 9 === 0 ? id : 1},${'a text '.repeat(18)}${id},${id % 5}`);
  const small = { test: { joins: 'by-key', inProcessBytes: 0, splitBytes: 200_000 } } as const;
  for (const on of ['[k]', '"left.k = right.k AND left.v * 1000 + left.id % 4000 < right.id"']) {
    for (const type of TYPES) {
      const expected = await run(type, on, { memoryBytes: 256 << 20 });
      for (const slots of [1, 2]) {
        const found = await run(type, on, { ...small, slots, memoryBytes: slots * (8 << 20) });
        assert.ok(found === expected, `${type} on ${on}, ${slots} slots`);
      }
    }
  }
});

test('the error of the lowest left row is reported', async () => {
  write('left', 600, (id) => `${(id * 37) % 100},${id === 301 || id === 550 ? 'x' : id % 5},1`);
  write('right', 100, (id) => `${id},t,1`);
  const on = '"left.k = right.k AND CAST(left.g AS int) + left.id * 1000000000000000 > right.v"';
  for (const settings of [{}, ...BY_KEY]) {
    for (const type of TYPES) {
      await assert.rejects(run(type, on, settings), (error) => {
        assert.ok(error instanceof LeatError && error.code === 'EXPR_CAST', String(error));
        return true;
      });
    }
  }
});

test('a right side that does not fit is joined by key', () =>
  checkRefusedJoin({
    leftRows: 30_000,
    rightRows: 120_000,
    memoryBytes: 6 << 20,
    slots: [1, 2],
    types: ['inner', 'full'],
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
