import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { LeatError } from '../../src/errors.js';
import { PAGE_BYTES } from '../../src/memory/heap.js';
import { isAlive, processMarker } from '../../src/memory/process-marker.js';
import { removeAttemptFiles, SpillFiles } from '../../src/memory/spill-files.js';
import type { SpillExtent } from '../../src/memory/spill-folder.js';
import {
  defaultSpillBase,
  isInMemory,
  openSpillPlace,
  spillFolderPath,
  sweepSpillFolders,
} from '../../src/memory/spill-place.js';
import { SpillQuota } from '../../src/memory/spill-quota.js';
import { random } from '../support/random.js';
import { testMemory } from '../support/task-memory.js';

/** Not a name that the sweep of a run beside this test would take for a folder that was left behind. */
const base = mkdtempSync(join(tmpdir(), 'leat-test-spill-'));
after(() => rmSync(base, { recursive: true, force: true }));

const quota = SpillQuota.create();

test('what was written is read back, in any order and from many files', () => {
  const rng = random(3);
  const { heap, memory } = testMemory(8);
  const path = spillFolderPath(base, 'job1');
  const files = new SpillFiles(path, 5, heap, quota);
  assert.ok(!existsSync(path), 'the folder is made with the first file');
  const [from, to] = [memory.allocate(2, 'out'), memory.allocate(2, 'in')];
  const written = Array.from({ length: 200 }, (_, i) => {
    const writer = files.create('run');
    const text = `${i}:`.repeat(rng.between(1, 500));
    heap.u8.set(Buffer.from(text), from);
    const cut = rng.int(text.length);
    writer.write(from, cut);
    writer.write(from + cut, text.length - cut);
    return { text, extent: writer.close() };
  });
  assert.equal(
    files.bytesWritten,
    written.reduce((sum, { text }) => sum + text.length, 0),
  );
  for (let i = 0; i < 1000; i++) {
    const { text, extent } = rng.pick(written);
    const offset = rng.int(text.length);
    const bytes = rng.between(0, text.length - offset);
    files.read(extent, offset, to, bytes);
    assert.equal(Buffer.from(heap.u8.slice(to, to + bytes)).toString(), text.slice(offset, offset + bytes));
  }
  files.remove(written[0].extent);
  assert.equal(readdirSync(path).length, 199);
  files.close();
  removeAttemptFiles(path, 5, quota);
  assert.equal(readdirSync(path).length, 0);
  assert.equal(quota.used, 0);
});

test('files take no more of the disk than they may; what is removed makes room', () => {
  const { heap, memory } = testMemory(2);
  const page = memory.allocate(1, 'page');
  const path = spillFolderPath(base, 'job3');
  const small = SpillQuota.create(2500);
  const [one, other] = [
    new SpillFiles(path, 1, heap, small),
    new SpillFiles(path, 2, heap, new SpillQuota(small.handle)),
  ];
  const write = (files: SpillFiles, bytes: number): SpillExtent => {
    const writer = files.create('run');
    writer.write(page, bytes);
    return writer.close();
  };
  const first = write(one, 1000);
  write(other, 1000);
  assert.throws(
    () => write(one, 501),
    (error: LeatError) => error.code === 'SPILL_LIMIT',
  );
  one.remove(first);
  write(one, 1500);
  for (const files of [one, other]) files.close();
  removeAttemptFiles(path, 1, small);
  removeAttemptFiles(path, 2, small);
  assert.equal(small.used, 0);
});

test('bytes that are not there, and a folder that cannot be made, are SPILL_IO with a hint', () => {
  const { heap, memory } = testMemory(2);
  const page = memory.allocate(1, 'page');
  const files = new SpillFiles(spillFolderPath(base, 'job2'), 1, heap, quota);
  const writer = files.create('run');
  writer.write(page, 1000);
  const extent = writer.close();
  truncateSync(extent.path, 500);
  const isSpillIo = (error: LeatError): boolean =>
    error.code === 'SPILL_IO' &&
    error.diagnostics[0].hint !== undefined &&
    /the file is/.test(error.diagnostics[0].notes?.join() ?? '');
  assert.throws(() => files.read(extent, 0, page, 1000), isSpillIo);
  files.remove(extent);
  assert.throws(() => files.read(extent, 0, page, 10), isSpillIo);
  files.close();
  writeFileSync(join(base, 'file'), '');
  assert.throws(() => new SpillFiles(join(base, 'file/folder'), 1, heap, quota).create('run'), isSpillIo);
  assert.equal(page % PAGE_BYTES, 0);
});

test('folders that were made for a job go with it; a file in their place is SPILL_IO with a hint', () => {
  const { heap } = testMemory(1);
  const made = join(base, 'made');
  const [place, other] = ['job4', 'job5'].map((job) => openSpillPlace(join(made, 'deeper'), job));
  const files = new SpillFiles(place.path, 1, heap, quota);
  files.create('run').close();
  files.close();
  mkdirSync(other.path);
  place.remove();
  assert.ok(existsSync(other.path), 'what others have in it stays');
  other.remove();
  assert.equal(existsSync(made), false);
  writeFileSync(join(base, 'plain'), '');
  for (const path of ['plain', 'plain/folder']) {
    assert.throws(
      () => openSpillPlace(join(base, path), 'job6'),
      (error: LeatError) => error.code === 'SPILL_IO' && /--spill-dir/.test(error.diagnostics[0].hint ?? ''),
    );
  }
});

test('the sweep removes folders of dead processes and no others', () => {
  const folder = join(base, 'sweep');
  const host = hostname()
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 32);
  const dead = [`leat-spill-${host}_${process.pid}_1-old`, `leat-spill-${host}_4194304_77-old`];
  const kept = [
    `leat-spill-${processMarker()}-now`,
    'leat-spill-elsewhere_1_1-x',
    'leat-spill-of-somebody',
    'something else',
  ];
  for (const name of [...dead, ...kept]) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, dead[0], '1-0-run'), 'left behind');
  assert.equal(sweepSpillFolders(folder), 2);
  assert.deepEqual(readdirSync(folder).sort(), kept.sort());
  assert.equal(sweepSpillFolders(join(folder, 'not there')), 0);
});

test('markers tell the living from the dead', () => {
  assert.ok(isAlive(processMarker()));
  assert.ok(!isAlive('nonsense'));
});

test('the default folder can be written and is not in memory', { skip: process.platform !== 'linux' }, () => {
  assert.ok(!isInMemory(defaultSpillBase()));
  if (existsSync('/dev/shm')) assert.ok(isInMemory('/dev/shm'));
});

test('a process that ended counts as gone before somebody waits for it', {
  skip: !existsSync('/proc/self/stat'),
}, async () => {
  // The shell becomes a program that waits for nobody.
  const parent = spawn('sh', ['-c', 'tail -f /dev/null & echo $!; exec tail -f /dev/null'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  try {
    const [pid] = String((await once(parent.stdout, 'data'))[0]).split('\n');
    const stat = (of: unknown): string => readFileSync(`/proc/${of}/stat`, 'latin1');
    while (!stat(parent.pid).includes('(tail)')) await setImmediate();
    process.kill(Number(pid));
    while (!stat(pid).includes(') Z ')) await setImmediate();
    const [host] = processMarker().split('_');
    assert.equal(isAlive(`${host}_${pid}_${stat(pid).split(') ')[1].split(' ')[19]}`), false);
  } finally {
    parent.kill();
  }
});
