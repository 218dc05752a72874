/**
 * Asof joins of so many rows that several ranges of them are walked, or that the right side does not fit into memory. Would catch a row whose nearest one lies before its range,
 * in memory or in a spill file, and rows of a key that are lost between two ranges.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { TestSettings } from '../../src/engine-api.js';
import { duckdbRows } from '../support/duckdb.js';
import { runPipeline } from '../support/run-pipeline.js';
import { byTier } from '../support/tier.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-asof-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Settings {
  readonly slots: number;
  readonly memoryBytes: number;
  readonly test?: TestSettings;
}

const SETTINGS: readonly Settings[] = [
  { slots: 1, memoryBytes: 64 << 20 },
  { slots: 2, memoryBytes: 64 << 20, test: { inProcessBytes: 0, splitBytes: 300_000, joins: 'by-key' } },
  ...byTier<readonly Settings[]>(
    [],
    [
      { slots: 1, memoryBytes: 64 << 20, test: { joins: 'by-key' } },
      { slots: 2, memoryBytes: 64 << 20, test: { inProcessBytes: 0, splitBytes: 300_000 } },
      { slots: 2, memoryBytes: 12 << 20, test: { inProcessBytes: 0, splitBytes: 100_000, joins: 'by-key' } },
    ],
  ),
  { slots: 1, memoryBytes: 4 << 20, test: { splitBytes: 200_000 } },
];

/** `key` of a row, by its number. No two rows of the right are equally near. */
function write(name: string, rows: number, key: (id: number) => string): void {
  const note = 'a note that makes the rows so long that they are many ranges: ';
  const lines = Array.from({ length: rows }, (_, id) => `${id},${key(id)},${(id * 7919) % rows},${note}${id}`);
  writeFileSync(join(folder, `${name}.csv`), `id,k,at,note\n${lines.join('\n')}\n`);
}

/** What the run with the least memory notes. */
async function check(on: readonly string[]): Promise<readonly string[]> {
  const schema = '{ id: int, k: string, at: int, note: string }';
  const read = (name: string): string => `  - name: ${name}\n    read: ${name}.csv\n    schema: ${schema}\n`;
  const steps = `${read('r')}${read('l')}  - join: r\n    type: asof\n    on: ${on.map((part) => part.replaceAll('l.', 'left.').replaceAll('r.', 'right.')).join(' AND ')}\n    take: [id, note]\n    suffix: _r\n`;
  writeFileSync(join(folder, 'p.yaml'), `steps:\n${steps}  - write: out.csv\n`);
  const table = (name: string): string =>
    `${name} AS (SELECT * FROM read_csv('${join(folder, `${name}.csv`)}', columns = {'id': 'INT', 'k': 'VARCHAR', 'at': 'INT', 'note': 'VARCHAR'}, header = true))`;
  const sql = `WITH ${table('l')}, ${table('r')} SELECT concat_ws(',', l.id, coalesce(l.k, ''), l."at", l.note, coalesce(r.id::VARCHAR, ''), coalesce(r.note, '')) FROM l ASOF LEFT JOIN r ON ${on.join(' AND ').replaceAll('.at', '."at"')} ORDER BY l.id`;
  const expected = (await duckdbRows(sql)).map(([line]) => line);
  let notes: readonly string[] = [];
  for (const { slots, memoryBytes, test: settings } of SETTINGS) {
    const report = await runPipeline(join(folder, 'p.yaml'), {
      slots,
      memoryBytes,
      env: {},
      spillDir: folder,
      test: settings,
    });
    const lines = readFileSync(join(folder, 'out.csv'), 'utf8').trimEnd().split('\n').slice(1);
    const odd = lines.findIndex((line, i) => line !== expected[i]);
    assert.equal(lines.length, expected.length);
    assert.equal(lines[odd], expected[odd], `${on}, ${slots} slots, ${memoryBytes} bytes`);
    notes = report.notes;
  }
  return notes;
}

test('no keys, more rows on the left', async () => {
  write('l', 30_000, () => '');
  write('r', 5_000, () => '');
  await check(['l.at >= r.at']);
  await check(['l.at < r.at']);
});

test('no keys, rows of the right that nobody takes', async () => {
  write('l', 500, () => '');
  write('r', 30_000, () => '');
  const notes = await check(['l.at * 50 > r.at']);
  assert.deepEqual(notes, ['the right side of the join with r does not fit into memory: rows are joined by key']);
});

test('a key that most rows have, and keys without rows on one side', async () => {
  write('l', 20_000, (id) => (id % 5 === 0 ? `k${id % 100}` : 'usual'));
  write('r', 20_000, (id) => (id % 5 === 0 ? `k${id % 70}` : 'usual'));
  await check(['l.k = r.k', 'l.at >= r.at']);
  await check(['l.k = r.k', 'l.at <= r.at']);
});

test('keys that are longer than what is known of a block', async () => {
  const long = 'the same beginning of all keys '.repeat(5);
  write('l', 8_000, (id) => `${long}${id % 3}`);
  write('r', 8_000, (id) => `${long}${id % 4}`);
  await check(['l.k = r.k', 'l.at >= r.at']);
  await check(['l.k = r.k', 'l.at < r.at']);
});

test('ties that lie in several runs, in front of a range', async () => {
  const settings = SETTINGS.filter(({ test: its }) => its?.joins !== undefined || its?.splitBytes === 200_000);
  const lines = (rows: number, line: (id: number) => string): string =>
    `${Array.from({ length: rows }, (_, id) => line(id)).join('\n')}\n`;
  const pad = 'as long as it takes to have several runs ';
  writeFileSync(join(folder, 'l.csv'), `at\n${lines(20_000, (id) => `${(id % 40) / 2}`)}`);
  writeFileSync(join(folder, 'r.csv'), `at,v,pad\n${lines(20_000, (id) => `${id % 20},${id},${pad}${id}`)}`);
  for (const operator of ['>', '>=', '<', '<=']) {
    const steps = `  - join: r\n    type: asof\n    on: left.at ${operator} right.at\n    take: [v, pad]\n  - write: out.csv\n`;
    const reads = `  - name: r\n    read: r.csv\n    schema: { at: double, v: int, pad: string }\n  - read: l.csv\n    schema: { at: double }\n`;
    writeFileSync(join(folder, 'p.yaml'), `steps:\n${reads}${steps}`);
    const run = async ({ slots, memoryBytes, test: its }: Settings): Promise<string> => {
      await runPipeline(join(folder, 'p.yaml'), { slots, memoryBytes, env: {}, spillDir: folder, test: its });
      return readFileSync(join(folder, 'out.csv'), 'utf8');
    };
    const expected = await run({ slots: 1, memoryBytes: 256 << 20 });
    for (const each of settings) {
      assert.ok((await run(each)) === expected, `${operator}, ${each.slots} slots, ${each.memoryBytes} bytes`);
    }
  }
});
