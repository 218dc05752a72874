/** A staged file is sent to the disk while it grows; what the disk says of it is not lost. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { FlushAhead } from '../../src/formats/publishing/flush-ahead.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-flush-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'staged');
writeFileSync(path, 'bytes');

const STEP = 32 << 20;

/** A file that has grown by a step each time it is asked for its length. */
function growing(): { readonly bytes: () => number; asked: number } {
  const file = { asked: 0, bytes: () => STEP * ++file.asked };
  return file;
}

test('is sent again and again while it grows', async () => {
  let sent = 0;
  const { promise, resolve } = deferred();
  const ahead = new FlushAhead(path, growing().bytes, async () => {
    if (++sent === 3) resolve();
  });
  ahead.start();
  await promise;
  await ahead.finish();
  assert.equal(sent, 3);
});

test('is not sent while there is little of it', async () => {
  let asked = 0;
  const { promise, resolve } = deferred();
  const little = (): number => {
    if (++asked === 3) resolve();
    return STEP - 1;
  };
  const ahead = new FlushAhead(path, little, () => assert.fail('sent'));
  ahead.start();
  await promise;
  await ahead.finish();
});

test('what the disk refuses is told at the end, and not to one who stops', async () => {
  const refused = new Error('EIO: the disk');
  for (const end of ['finish', 'stop'] as const) {
    const { promise, resolve } = deferred();
    const ahead = new FlushAhead(path, growing().bytes, async () => {
      resolve();
      throw refused;
    });
    ahead.start();
    await promise;
    if (end === 'finish') await assert.rejects(ahead.finish(), refused);
    else await ahead.stop();
  }
});

test('the end waits for what is on its way', async () => {
  const begun = deferred();
  const written = deferred();
  let isWritten = false;
  const ahead = new FlushAhead(path, growing().bytes, async () => {
    begun.resolve();
    await written.promise;
    isWritten = true;
  });
  ahead.start();
  await begun.promise;
  const finished = ahead.finish();
  written.resolve();
  await finished;
  assert.ok(isWritten);
});

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve!: () => void;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
