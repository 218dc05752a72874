/**
 * The end of a successful job: what was spooled for stdout goes out, then files take their names together. In this order,
 * because stdout may fail (a full disk) and a run that fails publishes no file; what was printed cannot be taken back
 * either way. A reader that goes away is no failure.
 */
import { createReadStream, rmSync } from 'node:fs';
import { devNull } from 'node:os';
import type { Writable } from 'node:stream';
import { leatError } from '../../errors.js';
import { type CommitOptions, commitChanges, type StagedChange } from './commit.js';
import { STDOUT, type StagedOutputFile } from './file-output.js';
import { printBytes } from './print-bytes.js';

const PRINT_BYTES = 256 * 1024;

export interface PublishOptions extends CommitOptions {
  /** Where `stdout` goes; for tests. */
  readonly stdout?: Writable;
  /** Aborting it ends a print that waits for its reader; files are not published then. */
  readonly signal?: AbortSignal;
}

/** What was published: the outputs as they were staged, and whether the reader of stdout took all. */
export async function publishOutputs(
  staged: readonly StagedOutputFile[],
  job: string,
  options: PublishOptions = {},
): Promise<readonly StagedOutputFile[]> {
  const waiting = staged.filter((output) => output.temporary !== '');
  const files = waiting.filter((output) => !isSpooled(output));
  const left = new Set<StagedOutputFile>();
  for (const output of waiting.filter(isSpooled)) {
    const { temporary, target } = output;
    if (target === STDOUT && !(await print(temporary, options))) left.add(output);
    rmSync(temporary, { force: true });
  }
  if (options.signal?.aborted) throw leatError('RUNTIME_CANCELLED', 'the run was interrupted');
  const changes = files.map(({ temporary, target, folder }): StagedChange => {
    return folder === undefined ? { target, files: [{ temporary, target }], removes: [] } : { target, ...folder };
  });
  commitChanges(changes, job, options);
  return staged.map((output) => (left.has(output) ? { ...output, readerLeft: true } : output));
}

function isSpooled({ target }: StagedOutputFile): boolean {
  return target === STDOUT || target === devNull;
}

/** False when the reader went away. */
async function print(temporary: string, { stdout = process.stdout, signal }: PublishOptions): Promise<boolean> {
  for await (const bytes of createReadStream(temporary, { highWaterMark: PRINT_BYTES })) {
    if (!(await printBytes(stdout, bytes as Buffer, signal))) return false;
  }
  return true;
}
