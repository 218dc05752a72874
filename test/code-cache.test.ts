/** Code that an earlier process compiled: used when it is whole and of this file, made anew otherwise, never a reason to fail. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { loadCode } from '../src/code-cache.js';
import { leat } from './support/leat.js';

let folder: string;
let bundle: string;
const before = process.env['XDG_CACHE_HOME'];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leat-code-cache-'));
  bundle = join(folder, 'bundle.js');
  process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
  writeBundle(100);
});
afterEach(() => {
  if (before === undefined) delete process.env['XDG_CACHE_HOME'];
  else process.env['XDG_CACHE_HOME'] = before;
  rmSync(folder, { recursive: true, force: true });
});

/** Always of one length and one time, so that only the text differs. */
function writeBundle(answer: number): void {
  writeFileSync(bundle, `exports.answer = () => ${answer};\nexports.place = __filename;\n`);
  utimesSync(bundle, 1_700_000_000, 1_700_000_000);
}

const load = (use?: string) => loadCode<{ answer: () => number; place: string }>(bundle, use);
const cacheFiles = (): string[] =>
  readdirSync(join(folder, 'cache/leat')).map((name) => join(folder, 'cache/leat', name));

/** Each text is new: V8 has a cache in memory too. */
let newest = 100;

/** The file is changed so that V8, which looks at the length only, takes it for the same: does the old code run? */
function isKept(use?: string): boolean {
  writeBundle(++newest);
  const answer = load(use).exports.answer();
  writeBundle(100);
  assert.ok(answer === newest || answer === 100);
  return answer === 100;
}

function keepBundle(): void {
  const code = load();
  code.exports.answer();
  code.keep();
}

test('a second load runs what the first one compiled', () => {
  const first = load();
  assert.equal(first.exports.answer(), 100);
  assert.equal(first.exports.place, bundle);
  assert.equal(isKept(), false);
  first.keep();
  assert.equal(isKept(), true);
  assert.equal(isKept('another use'), false);
  assert.equal(cacheFiles().length, 1);
});

test('nothing is written twice', () => {
  keepBundle();
  const [file] = cacheFiles();
  const { ino } = statSync(file);
  keepBundle();
  assert.equal(statSync(file).ino, ino);
});

test('kept code that is not whole is passed over, and made anew', () => {
  keepBundle();
  const [file] = cacheFiles();
  const whole = readFileSync(file);
  const flipped = Buffer.from(whole);
  flipped[whole.length >> 1] ^= 1;
  for (const damaged of [Buffer.alloc(0), whole.subarray(0, 3), whole.subarray(0, 100), flipped]) {
    writeFileSync(file, damaged);
    assert.equal(isKept(), false);
    keepBundle();
    assert.equal(isKept(), true);
  }
});

test('another file in the same place is compiled', () => {
  keepBundle();
  writeFileSync(bundle, 'exports.answer = () => 1;\n');
  assert.equal(load().exports.answer(), 1);
});

test('files of versions that are gone are removed', () => {
  load().keep();
  const old = join(folder, 'cache/leat/old.bin');
  writeFileSync(old, 'old');
  utimesSync(old, 1_700_000_000, 1_700_000_000);
  load('another use').keep();
  assert.equal(cacheFiles().includes(old), false);
  assert.equal(cacheFiles().length, 2);
});

test('the program runs without a cache folder, and without the cache', async () => {
  writeFileSync(join(folder, 'file'), '');
  const broken = await leat(['--version'], { env: { XDG_CACHE_HOME: join(folder, 'file') } });
  assert.deepEqual([broken.status, broken.stderr], [0, '']);
  const off = await leat(['--version'], {
    env: { XDG_CACHE_HOME: join(folder, 'off'), NODE_DISABLE_COMPILE_CACHE: '1' },
  });
  assert.deepEqual([off.status, off.stderr, off.stdout], [0, '', broken.stdout]);
  assert.equal(readdirSync(folder).includes('off'), false);
});

test('a command that fails keeps nothing', async () => {
  const cache = join(folder, 'failing');
  assert.equal((await leat(['run', 'missing.yaml'], { env: { XDG_CACHE_HOME: cache } })).status, 2);
  assert.equal(readdirSync(folder).includes('failing'), false);
  assert.equal((await leat(['--version'], { env: { XDG_CACHE_HOME: cache } })).status, 0);
  assert.equal(readdirSync(join(cache, 'leat')).length, 1);
});
