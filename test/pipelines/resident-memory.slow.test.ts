/**
 * Memory does not show: an aggregation that needs far more than its budget stays within it, spills, and writes the same
 * bytes as with plenty; a filter takes no more for a longer file. Whole processes, as the operating system sees them.
 */
import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import type { JobResult } from '../../src/runtime/job-result.js';
import { leat } from '../support/leat.js';
import { random } from '../support/random.js';

const MIB = 2 ** 20;
/** What a process and a slot may take beside the managed memory. */
const PROCESS_BYTES = 150 * MIB;
const SLOT_BYTES = 40 * MIB;
const ROWS = 1_500_000;

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'leat-resident-'));
  const rng = random(11);
  const fd = openSync(join(folder, 'in.csv'), 'w');
  writeSync(fd, 'key,amount,note\n');
  for (let row = 0; row < ROWS; row += 1000) {
    const lines = Array.from(
      { length: 1000 },
      () => `customer-${rng.int(600_000)},${rng.int(100_000)}.25,n${rng.int(9)}\n`,
    );
    writeSync(fd, lines.join(''));
  }
  closeSync(fd);
});
after(() => rmSync(folder, { recursive: true }));

async function run(steps: string, memoryMiB: number, slots: number): Promise<JobResult> {
  writeFileSync(join(folder, 'p.yaml'), `steps:\n  - read: in.csv\n${steps}  - write: out.csv\n`);
  const args = ['run', join(folder, 'p.yaml'), '--json', '--memory', `${memoryMiB}MiB`, '--slots', String(slots)];
  const { stdout, stderr, status } = await leat(args);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as JobResult;
}

const spilledBytes = (result: JobResult): number =>
  result.vertices.flatMap(({ operators }) => operators).reduce((sum, { metrics }) => sum + metrics.spilledBytes, 0);

const GROUPS = '  - aggregate:\n      total: sum(amount)\n      rows: count(*)\n      last: max(note)\n    by: [key]\n';

it('600 000 groups in 8 MiB at two slots', async () => {
  await run(GROUPS, 1024, 2);
  const plenty = readFileSync(join(folder, 'out.csv'));
  const starved = await run(GROUPS, 8, 2);
  assert.ok(readFileSync(join(folder, 'out.csv')).equals(plenty), 'the same bytes');
  assert.ok(spilledBytes(starved) > 8 * MIB, `spilled ${spilledBytes(starved)}`);
  assert.ok(starved.peakResidentBytes <= 8 * MIB + PROCESS_BYTES + 2 * SLOT_BYTES, `${starved.peakResidentBytes}`);
});

it('a filter in 16 MiB', async () => {
  const { peakResidentBytes } = await run('  - filter: amount > 50000\n', 16, 2);
  assert.ok(peakResidentBytes <= 16 * MIB + PROCESS_BYTES + 2 * SLOT_BYTES, `${peakResidentBytes}`);
});

it('a limit of each group that begins anew by key: its tries share their memory', async () => {
  const result = await run('  - limit: 1\n    by: [key, amount, note]\n', 96, 1);
  assert.match(result.notes.join('\n'), /rows are sorted/);
  assert.ok(result.peakResidentBytes <= 96 * MIB + PROCESS_BYTES + SLOT_BYTES, `${result.peakResidentBytes}`);
});
