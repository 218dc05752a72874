import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LeatError } from '../../src/errors.js';
import { recoverOutputs } from '../../src/formats/publishing/commit.js';
import { type FileOutput, prepareFileOutput } from '../../src/formats/publishing/file-output.js';
import { OrderedFileState, OrderedFileWriter } from '../../src/formats/publishing/ordered-file.js';
import { lockPath } from '../../src/formats/publishing/output-lock.js';
import { publishOutputs } from '../../src/formats/publishing/publish.js';
import { recoverAbove } from '../../src/formats/publishing/recover-inputs.js';
import { loadKernels } from '../../src/kernels/loader.js';
import { makePipe } from '../support/make-pipe.js';
import { random } from '../support/random.js';
import { testMemory } from '../support/task-memory.js';
import { byTier } from '../support/tier.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leat-publishing-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const CHILD = fileURLToPath(new URL('./support/commit-child.ts', import.meta.url));

/** Runs the child until the kill; the number of its steps, or undefined when it died. */
function commitInChild(dieAt: number, content: string, targets: string[]): number | undefined {
  const loader = CHILD.endsWith('.js') ? [] : ['--import', 'tsx'];
  const child = spawnSync(process.execPath, [...loader, CHILD, String(dieAt), content, ...targets], {
    encoding: 'utf8',
  });
  assert.ok(child.signal === 'SIGKILL' || child.status === 0, child.stderr);
  const steps = /steps (\d+)/.exec(child.stdout);
  return steps ? Number(steps[1]) : undefined;
}

function tree(at: string): string[] {
  return readdirSync(at, { recursive: true, encoding: 'utf8' }).sort();
}

function fill(output: FileOutput, texts: readonly string[]): void {
  const { heap, memory, kernels } = testMemory(8);
  const context = { memory, kernels: kernels(), metrics: { bytesOut: 0, waitMs: 0 }, poll() {} };
  const writer = new OrderedFileWriter(output.prepared, context);
  const page = memory.allocate(1, 'text');
  for (const [split, text] of texts.entries()) {
    writer.beginSplit(split);
    heap.u8.set(Buffer.from(text), page);
    writer.write(page, text.length);
    writer.endSplit(1);
  }
  writer.finish();
  writer.close();
}

async function publish(path: string, texts: readonly string[], jobId = 'job'): Promise<void> {
  const output = prepareFileOutput({ kind: 'file', path }, texts.length, { jobId });
  fill(output, texts);
  await publishOutputs(await output.finish(), jobId);
}

test('an output is old until the commit and new after it, and nothing else is left', async () => {
  const path = join(folder, 'deep/er/out.csv');
  const output = prepareFileOutput({ kind: 'file', path }, 2, { jobId: 'a', preamble: Buffer.from('head\n') });
  fill(output, ['one\n', 'two\n']);
  const staged = await output.finish();
  assert.deepEqual(
    staged.map(({ rows, bytes, target }) => ({ rows, bytes, target })),
    [{ rows: 2, bytes: 13, target: path }],
  );
  assert.throws(() => statSync(path));
  await publishOutputs(staged, 'a');
  assert.equal(readFileSync(path, 'utf8'), 'head\none\ntwo\n');
  assert.deepEqual(readdirSync(join(folder, 'deep/er')), ['out.csv']);
});

test('what a format puts around the rows, whoever writes the first byte and whether there is one', async () => {
  const frame = { preamble: Buffer.from('['), firstByte: 10, closing: () => Buffer.from(']') };
  const cases: readonly [order: readonly number[], texts: readonly string[], expected: string][] = [
    [[0, 1, 2], [',a', ',b', ',c'], '[\na,b,c]'],
    [[2, 1, 0], [',a', ',b', ',c'], '[\na,b,c]'],
    [[2, 1, 0], ['', '', ',c'], '[\nc]'],
    [[1, 0, 2], ['', '', ''], '[]'],
  ];
  for (const [order, texts, expected] of cases) {
    const path = join(folder, 'list.json');
    const output = prepareFileOutput({ kind: 'file', path }, texts.length, { jobId: 'a', ...frame });
    const { heap, memory, kernels } = testMemory(16);
    const page = memory.allocate(1, 'text');
    const writers = order.map((split) => {
      const context = { memory, kernels: kernels(), metrics: { bytesOut: 0, waitMs: 0 }, poll() {} };
      const writer = new OrderedFileWriter(output.prepared, context);
      writer.beginSplit(split);
      heap.u8.set(Buffer.from(texts[split]), page);
      if (texts[split] !== '') writer.write(page, texts[split].length);
      writer.endSplit(1);
      return { split, writer };
    });
    for (const { writer } of writers.sort((a, b) => a.split - b.split)) {
      writer.finish();
      writer.close();
    }
    await publishOutputs(await output.finish(), 'a');
    assert.equal(readFileSync(path, 'utf8'), expected, `${order}`);
  }
});

test('an aborted output leaves the old file, and no folder that it made', async () => {
  const old = join(folder, 'old.csv');
  writeFileSync(old, 'old');
  const outputs = [old, join(folder, 'new/er/out.csv')].map((path) =>
    prepareFileOutput({ kind: 'file', path }, 1, { jobId: 'a' }),
  );
  for (const output of outputs) {
    fill(output, ['x']);
    await output.abort();
    await output.abort();
  }
  assert.deepEqual(tree(folder), ['old.csv']);
  assert.equal(readFileSync(old, 'utf8'), 'old');
});

test('the mode of a replaced file is kept, and a symbolic link stays one', async () => {
  const real = join(folder, 'real.csv');
  writeFileSync(real, 'old and longer than the new text');
  chmodSync(real, 0o640);
  symlinkSync(real, join(folder, 'link.csv'));
  await publish(join(folder, 'link.csv'), ['new']);
  assert.equal(readFileSync(real, 'utf8'), 'new');
  assert.equal(statSync(real).mode & 0o777, 0o640);
  assert.deepEqual(readdirSync(folder).sort(), ['link.csv', 'real.csv']);
});

test('a device and a pipe are neither written to nor replaced', () => {
  const pipe = makePipe(join(folder, 'pipe'));
  for (const path of ['/dev/zero', '/dev/stderr', pipe]) {
    assert.throws(
      () => prepareFileOutput({ kind: 'file', path }, 1, { jobId: 'a' }),
      (error: unknown) => error instanceof LeatError && error.code === 'FORMAT_IO' && /regular/.test(error.message),
    );
  }
  assert.ok(statSync('/dev/zero').isCharacterDevice());
  assert.ok(statSync(pipe).isFIFO());
});

test('a folder in the place of the output, or a file in the place of its folder, is FORMAT_IO', () => {
  mkdirSync(join(folder, 'taken'));
  writeFileSync(join(folder, 'file'), '');
  for (const name of ['taken', 'file/out.csv']) {
    assert.throws(
      () => prepareFileOutput({ kind: 'file', path: join(folder, name) }, 1, { jobId: 'a' }),
      (error: LeatError) => error.code === 'FORMAT_IO' && error.diagnostics[0].hint !== undefined,
    );
  }
  assert.deepEqual(tree(folder), ['file', 'taken']);
});

test('a write that fails names the output, not the file that it is staged in', async () => {
  const path = join(folder, 'out.csv');
  const output = prepareFileOutput({ kind: 'file', path }, 1, { jobId: 'a' });
  rmSync(output.prepared.path);
  const names = ({ code, diagnostics: [{ place, message }] }: LeatError): boolean =>
    code === 'FORMAT_IO' && place?.file === path && /: ENOENT: [^']*$/.test(message);
  assert.throws(() => fill(output, ['x']), names);
  await assert.rejects(output.finish(), names);
  await output.abort();
});

test('a second run of the same output is RUNTIME_OUTPUTS_HELD, and takes nothing from the first', async () => {
  const path = join(folder, 'out.csv');
  const first = prepareFileOutput({ kind: 'file', path }, 1, { jobId: 'first' });
  assert.throws(
    () => prepareFileOutput({ kind: 'file', path }, 1, { jobId: 'second' }),
    (error: LeatError) => error.code === 'RUNTIME_OUTPUTS_HELD' && error.exitStatus === 4,
  );
  fill(first, ['first']);
  await publishOutputs(await first.finish(), 'first');
  assert.equal(readFileSync(path, 'utf8'), 'first');
  await publish(path, ['second'], 'second');
  assert.equal(readFileSync(path, 'utf8'), 'second');
  assert.deepEqual(readdirSync(folder), ['out.csv']);
});

test('a lock of another host holds, one of a dead process does not', async () => {
  const path = join(folder, 'out.csv');
  const lock = (marker: string): void =>
    writeFileSync(lockPath(path), JSON.stringify({ marker, job: 'x', temporary: join(folder, 'staged') }));
  lock('elsewhere_1_1');
  assert.throws(
    () => prepareFileOutput({ kind: 'file', path }, 1, { jobId: 'a' }),
    (error: LeatError) => error.code === 'RUNTIME_OUTPUTS_HELD',
  );
  const host = hostname()
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 32);
  lock(`${host}_${process.pid}_12345`);
  writeFileSync(join(folder, 'staged'), 'left behind');
  await publish(path, ['new']);
  assert.deepEqual(readdirSync(folder), ['out.csv']);
});

test('a lock that was taken away in the meantime is COMMIT_FAILED, and nothing is published', async () => {
  const path = join(folder, 'out.csv');
  const output = prepareFileOutput({ kind: 'file', path }, 1, { jobId: 'a' });
  fill(output, ['x']);
  const staged = await output.finish();
  rmSync(lockPath(path));
  await assert.rejects(publishOutputs(staged, 'a'), (error: LeatError) => error.code === 'COMMIT_FAILED');
  await output.abort();
  assert.deepEqual(readdirSync(folder), []);
});

test('killed between any two steps of a commit: all old or all new, and nothing else', () => {
  mkdirSync(join(folder, 'a'));
  mkdirSync(join(folder, 'b'));
  const targets = ['a/1.csv', 'b/2.csv', 'a/3.csv'].map((name) => join(folder, name));
  const steps = commitInChild(-1, 'old', targets) as number;
  assert.ok(steps > 10);
  let sawOld = 0;
  let sawNew = 0;
  for (let dieAt = 0; dieAt < steps; dieAt++) {
    for (const target of targets) writeFileSync(target, 'old');
    assert.equal(commitInChild(dieAt, 'new', targets), undefined, 'it died');
    for (const target of targets) assert.match(readFileSync(target, 'utf8'), /^(old|new)$/, 'whole at every instant');
    // The next command may touch any of the folders first.
    const [one, other] = dieAt % 2 === 0 ? ['a', 'b'] : ['b', 'a'];
    recoverOutputs(join(folder, one), 'recovery');
    recoverOutputs(join(folder, other), 'recovery');
    const contents = new Set(targets.map((target) => readFileSync(target, 'utf8')));
    assert.equal(contents.size, 1, `step ${dieAt}: all old or all new`);
    if (contents.has('old')) sawOld++;
    else sawNew++;
    assert.deepEqual(tree(folder), ['a', 'a/1.csv', 'a/3.csv', 'b', 'b/2.csv'], `step ${dieAt}`);
  }
  assert.ok(sawOld > 2 && sawNew > 4, `${sawOld} old, ${sawNew} new`);
});

test('killed between any two steps of a commit of a folder: its files are all old or all new', () => {
  const out = join(folder, 'out');
  const targets = [`${out}/`, join(folder, 'x.csv')];
  const steps = commitInChild(-1, 'd\ne\n', targets) as number;
  assert.ok(commitInChild(-1, 'a\nb\nc\n', targets));
  const old = tree(folder);
  assert.ok(old.includes('out/part-00002.csv'), `${old}`);
  let sawNew = 0;
  for (let dieAt = 0; dieAt < steps; dieAt += byTier(3, 1)) {
    assert.ok(commitInChild(-1, 'a\nb\nc\n', targets), 'the old files again');
    assert.equal(commitInChild(dieAt, 'd\ne\n', targets), undefined, `it died at ${dieAt}`);
    // Who reads there finishes it, as who writes does.
    if (dieAt % 2 === 0) recoverOutputs(folder, 'recovery');
    else recoverAbove([join(out, 'part-00000.csv')]);
    const parts = readdirSync(out).filter((name) => !name.startsWith('.'));
    const text = parts.map((name) => readFileSync(join(out, name), 'utf8')).join('');
    const isNew = readFileSync(join(folder, 'x.csv'), 'utf8') === 'd\ne\n';
    assert.equal(text, isNew ? 'd\ne\n' : 'a\nb\nc\n', `step ${dieAt}`);
    recoverOutputs(folder, 'recovery');
    assert.deepEqual(tree(folder), isNew ? old.filter((path) => path !== 'out/part-00002.csv') : old, `step ${dieAt}`);
    if (isNew) sawNew++;
  }
  assert.ok(sawNew > 1 && sawNew < steps / byTier(3, 1) - 1, `${sawNew} of ${steps}`);
});

class Collected extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

test('stdout is spooled until the commit, or streams split by split', async () => {
  for (const streams of [false, true]) {
    const stdout = new Collected();
    const options = { jobId: 'a', stdout, spoolFolder: folder, preamble: Buffer.from('head\n') };
    const output = prepareFileOutput({ kind: 'stdout', streams }, 3, options);
    fill(output, ['one\n', 'two\n', 'three\n']);
    if (!streams) assert.equal(stdout.text, '');
    const staged = await output.finish();
    assert.equal(stdout.text, streams ? 'head\none\ntwo\nthree\n' : '');
    await publishOutputs(staged, 'a', { stdout });
    assert.equal(stdout.text, 'head\none\ntwo\nthree\n');
    assert.deepEqual([staged[0].rows, staged[0].bytes, staged[0].target], [3, 19, 'stdout']);
    assert.deepEqual(readdirSync(folder), []);
  }
});

test('what the reader has not taken when a run begins anew is not printed twice', async () => {
  let text = '';
  let take = (): void => {};
  const stdout = new Writable({
    write(chunk, _encoding, done) {
      text += chunk.toString();
      take = done;
      stdout.emit('given');
    },
  });
  const options = { jobId: 'a', stdout, spoolFolder: folder };
  const first = prepareFileOutput({ kind: 'stdout', streams: true }, 2, options);
  fill(first, ['one\n', 'two\n']);
  await once(stdout, 'given');
  await first.abort();
  const printedBytes = first.printedBytes();
  assert.equal(printedBytes, 8);
  take();
  const again = prepareFileOutput({ kind: 'stdout', streams: true }, 3, { ...options, printedBytes });
  fill(again, ['one\n', 'two\n', 'three\n']);
  const finished = again.finish();
  await once(stdout, 'given');
  take();
  await finished;
  assert.equal(text, 'one\ntwo\nthree\n');
});

test('files are published only when stdout has not failed; a reader that goes away is no failure', async () => {
  for (const code of ['EPIPE', 'ENOSPC', undefined]) {
    const stdout = new Writable({
      write(_chunk, _encoding, done) {
        done(code === undefined ? null : Object.assign(new Error('refused'), { code }));
      },
    });
    const path = join(folder, `beside-${code}.csv`);
    const [file, printed] = [
      prepareFileOutput({ kind: 'file', path }, 1, { jobId: 'a' }),
      prepareFileOutput({ kind: 'stdout', streams: false }, 1, { jobId: 'a', spoolFolder: folder }),
    ];
    for (const output of [file, printed]) fill(output, ['x\n']);
    const staged = [...(await file.finish()), ...(await printed.finish())];
    const published = publishOutputs(staged, 'a', { stdout });
    if (code !== 'ENOSPC') await published;
    else await assert.rejects(published, (error: LeatError) => error.code === 'FORMAT_IO');
    assert.equal(existsSync(path), code !== 'ENOSPC', code);
    for (const output of [printed, file]) await output.abort();
    rmSync(path, { force: true });
    assert.deepEqual(readdirSync(folder), []);
  }
});

test('what is written to /dev/null is gone', async () => {
  const output = prepareFileOutput({ kind: 'file', path: '/dev/null' }, 1, { jobId: 'a', spoolFolder: folder });
  fill(output, ['x\n']);
  await publishOutputs(await output.finish(), 'a');
  assert.ok(statSync('/dev/null').isCharacterDevice());
  assert.deepEqual(readdirSync(folder), []);
});

test('a closed pipe ends the output quietly', async () => {
  const stdout = new Writable({
    write(_chunk, _encoding, done) {
      done(Object.assign(new Error('gone'), { code: 'EPIPE' }));
    },
  });
  const output = prepareFileOutput({ kind: 'stdout', streams: true }, 1, { jobId: 'a', stdout, spoolFolder: folder });
  fill(output, ['x']);
  await output.finish();
  assert.ok(new OrderedFileState(output.prepared.shared, 1).isClosed);
});

test('splits written by several slots in any interleaving give the bytes in split order', () => {
  for (let seed = 1; seed <= 100; seed++) {
    const rng = random(seed);
    const splits = rng.between(1, 12);
    const texts = Array.from({ length: splits }, (_, split) => `<${split}>`.repeat(rng.int(30_000)));
    const output = prepareFileOutput({ kind: 'file', path: join(folder, `${seed}`) }, splits, { jobId: 'a' });
    const { heap, memory, pagesInUse } = testMemory(64);
    const before = pagesInUse();
    let text = memory.allocate(BUFFER_PAGES, 'text');
    const lanes = Array.from({ length: rng.between(1, 4) }, () => new Lane(output, memory));
    // Leases as slots take them: each lane the lowest split that is left, when it is free.
    let next = 0;
    let waitedFor = 0;
    while (lanes.some((lane) => lane.split >= 0) || next < splits) {
      const lane = rng.pick(lanes);
      if (lane.split < 0) {
        if (next < splits) lane.begin(next++);
        else lane.finish();
        continue;
      }
      const rest = texts[lane.split].slice(lane.done);
      const bytes = Math.min(rest.length, rng.between(1, 70_000));
      // One thread plays all slots, so none may wait: a lane that would is not the one to go on.
      if (!lane.canWrite(bytes)) {
        waitedFor++;
        continue;
      }
      heap.u8.set(Buffer.from(rest.slice(0, bytes)), text);
      text = lane.write(text, bytes);
      if (lane.done === texts[lane.split].length) lane.end();
    }
    while (lanes.map((lane) => lane.finish()).includes(false)) waitedFor++;
    for (const lane of lanes) lane.writer.close();
    memory.free(text, BUFFER_PAGES);
    assert.equal(pagesInUse(), before, `seed ${seed}: buffers are given back`);
    const state = new OrderedFileState(output.prepared.shared, splits);
    assert.equal(state.turn, splits, `seed ${seed}`);
    assert.equal(readFileSync(output.prepared.path, 'utf8'), texts.join(''), `seed ${seed}, ${waitedFor} waits`);
    void output.abort();
  }
});

const BUFFER_PAGES = 2;

/** A slot as one thread can play it. */
class Lane {
  readonly writer: OrderedFileWriter;
  readonly #state: OrderedFileState;
  split = -1;
  done = 0;
  #unwritten: number[] = [];
  #kept = 0;

  constructor(output: FileOutput, memory: ReturnType<typeof testMemory>['memory']) {
    this.#state = new OrderedFileState(output.prepared.shared, output.prepared.splits);
    this.writer = new OrderedFileWriter(output.prepared, {
      memory,
      kernels: loadKernels(memory.heap),
      metrics: { bytesOut: 0, waitMs: 0 },
      poll: () => assert.fail('this lane had to wait'),
    });
  }

  #forget(): void {
    this.#unwritten = this.#unwritten.filter((split) => split >= this.#state.turn);
    if (this.#unwritten.length === 0 || this.#unwritten[0] === this.#state.turn) this.#kept = 0;
  }

  begin(split: number): void {
    this.split = split;
    this.done = 0;
    this.writer.beginSplit(split);
    this.#unwritten.push(split);
  }

  canWrite(bytes: number): boolean {
    this.#forget();
    const isNext = this.#unwritten[0] === this.#state.turn;
    // A quarter of 64 pages, less what page ends waste.
    return isNext || this.#kept + bytes <= 6 * 65536;
  }

  /** The buffer to go on with. */
  write(address: number, bytes: number): number {
    // Half a buffer or more is kept as it is.
    this.#kept += 2 * bytes + 4096;
    this.done += bytes;
    return this.writer.writeBuffer(address, bytes, BUFFER_PAGES);
  }

  end(): void {
    this.writer.endSplit(1);
    this.split = -1;
  }

  /** False while the turn of something it holds has not come. */
  finish(): boolean {
    this.#forget();
    if (this.#unwritten.length > 0 && this.#unwritten[0] !== this.#state.turn) return false;
    if (this.#unwritten.length > 1) {
      this.writer.beginSplit(0);
      this.writer.endSplit(0);
      this.#forget();
      if (this.#unwritten.length > 0 && this.#unwritten[0] !== this.#state.turn) return false;
    }
    this.writer.finish();
    return true;
  }
}
