/** When worker threads are started: for a run that reads much, before the program is loaded; otherwise never. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { availableResources } from '../../src/memory/cgroup.js';
import { readsMuch } from '../../src/plan/reads-much.js';
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

/** Writes a line a worker into the file that LOG names: its script, and whether oclif was loaded by then. */
const spy = file(
  'spy.cjs',
  `const threads = require('node:worker_threads');
   const { appendFileSync } = require('node:fs');
   const { Worker } = threads;
   threads.Worker = class extends Worker {
     constructor(...args) {
       super(...args);
       appendFileSync(process.env.LOG, globalThis.oclif ? 'late\\n' : 'early\\n');
     }
   };`,
);

async function threadsOf(...args: string[]): Promise<{ status: number | null; threads: string[]; stderr: string }> {
  const log = file('log', '');
  const { status, stderr } = await leat(args, { env: { LOG: log, NODE_OPTIONS: `--require ${spy}` } });
  return { status, threads: readFileSync(log, 'utf8').split('\n').slice(0, -1), stderr };
}

const { cores } = availableResources();

test('a run that reads much has its threads before oclif is loaded, as many as there are cores', async () => {
  const { status, threads, stderr } = await threadsOf('run', '-q', large);
  assert.equal(status, 0, stderr);
  assert.deepEqual(threads, Array(cores > 1 ? cores : 0).fill('early'));
});

test('threads of another number are started when the number is known', async () => {
  assert.deepEqual((await threadsOf('run', '-q', '--slots', '3', large)).threads, Array(3).fill('late'));
  assert.deepEqual((await threadsOf('run', '-q', '--slots', '1', large)).threads, []);
});

test('a number in the pipeline replaces the threads that are up already', async () => {
  const three = file('three.yaml', `run: { slots: ${cores + 1} }\n${steps('large.csv')}`);
  const { status, threads } = await threadsOf('run', '-q', three);
  assert.equal(status, 0);
  assert.deepEqual(threads, [...Array(cores > 1 ? cores : 0).fill('early'), ...Array(cores + 1).fill('late')]);
});

test('small inputs, other commands and help start none', async () => {
  for (const args of [['run', '-q', small], ['validate', large], ['explain', large], ['run', '--help', large], []]) {
    assert.deepEqual((await threadsOf(...args)).threads, [], args.join(' '));
  }
});

test('a mistake is reported as ever when threads are coming up', async () => {
  const wrong = file('wrong.yaml', steps('large.csv').replace('id <', 'idd <'));
  const { status, stderr } = await threadsOf('run', wrong);
  assert.equal(status, 2);
  assert.match(stderr, /did you mean `id`/);
  assert.equal((await threadsOf('run', large, '--no-such-flag')).status, 2);
});

test('the guess from the text: large plain files, and whatever only a plan can tell', () => {
  const reads = (text: string): boolean => readsMuch(text, folder);
  for (const text of [
    'large.csv',
    '"large.csv"',
    "'large.csv' # all",
    join(folder, 'large.csv'),
    '',
    '[a.csv, b.csv]',
    'a/*.csv',
    '${x}.csv',
  ]) {
    assert.ok(reads(steps(text)), text);
  }
  for (const text of ['small.csv', 'none.csv', 'small.csv # *', '.']) assert.ok(!reads(steps(text)), text);
  assert.ok(!reads('steps:\n  - derive:\n      spread: large.csv\n'));
  truncateSync(join(folder, 'large.csv'), 100);
  assert.ok(!reads(steps('large.csv')));
});
