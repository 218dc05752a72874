/** When worker threads are started: for a run that reads much, before it is planned; otherwise never. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { leat } from '../support/leat.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-threads-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

file('small.csv', 'id\n1\n');
file('large.csv', `id\n${'1234567\n'.repeat(600_000)}`);
const steps = (read: string): string => `steps:\n  - read: ${read}\n  - filter: id < 2\n  - write: out.csv\n`;
const small = file('small.yaml', steps('small.csv'));
const large = file('large.yaml', steps('large.csv'));

/** Writes into the file that LOG names: a line for each thread started, one when the input is opened. */
const spy = file(
  'spy.cjs',
  `const threads = require('node:worker_threads');
   const fs = require('node:fs');
   const { appendFileSync, openSync } = fs;
   const { Worker } = threads;
   threads.Worker = class extends Worker {
     constructor(...args) {
       super(...args);
       appendFileSync(process.env.LOG, 'thread\\n');
     }
   };
   fs.openSync = (path, ...args) => {
     if (threads.isMainThread && String(path).endsWith('.csv')) appendFileSync(process.env.LOG, 'input\\n');
     return openSync(path, ...args);
   };
   require('node:module').syncBuiltinESMExports();`,
);

/** What happened first, as often as it happened before anything else. */
async function firstEvents(...args: string[]): Promise<{ status: number | null; events: string[]; stderr: string }> {
  const log = file('log', '');
  const { status, stderr } = await leat(args, { env: { LOG: log, NODE_OPTIONS: `--require ${spy}` } });
  const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
  const other = lines.findIndex((line) => line !== lines[0]);
  return { status, events: other < 0 ? lines : lines.slice(0, other + 1), stderr };
}

test('threads come up before the input is sampled', async () => {
  for (const slots of [1, 2, 3]) {
    const { status, events, stderr } = await firstEvents('run', '-q', '--slots', `${slots}`, large);
    assert.equal(status, 0, stderr);
    assert.deepEqual(events, [...Array(slots).fill('thread'), 'input']);
  }
});

test('small inputs and other commands start none', async () => {
  for (const args of [
    ['run', '-q', '--slots', '1', small],
    ['run', '-q', '--slots', '2', small],
    ['validate', large],
    ['explain', large],
    ['run', '--help', large],
  ]) {
    const { events } = await firstEvents(...args);
    assert.ok(!events.includes('thread'), args.join(' '));
  }
});

test('small inputs of which every row meets every other do start them', async () => {
  const numbers = Array.from({ length: 2000 }, (_, i) => i).join('\n');
  file('left.csv', `id\n${numbers}\n`);
  file('right.csv', `nr\n${numbers}\n`);
  const join = (on: string): string => {
    const reads = '  - name: r\n    read: right.csv\n  - read: left.csv\n';
    return file('join.yaml', `steps:\n${reads}  - join: r\n    type: semi\n    on: ${on}\n  - write: out.csv\n`);
  };
  const pairs = await firstEvents('run', '-q', '--slots', '2', join('left.id < right.nr AND left.id % 2 = 1'));
  assert.ok(pairs.events.includes('thread'), pairs.stderr);
  const keyed = await firstEvents('run', '-q', '--slots', '2', join('left.id = right.nr'));
  assert.ok(!keyed.events.includes('thread'));
});

test('a mistake is reported as ever when threads are coming up', async () => {
  const wrong = file('wrong.yaml', steps('large.csv').replace('id <', 'idd <'));
  const { status, stderr, events } = await firstEvents('run', '--slots', '2', wrong);
  assert.deepEqual([status, events], [2, ['thread', 'thread', 'input']]);
  assert.match(stderr, /did you mean `id`/);
});
