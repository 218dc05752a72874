/**
 * The end of a successful job: files take their names together, then what was spooled for stdout goes out, which
 * cannot be taken back.
 */
import { createReadStream, rmSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { type CommitOptions, commitFiles } from './commit.js';
import { STDOUT, type StagedOutputFile } from './file-output.js';
import { printBytes } from './print-bytes.js';

const PRINT_BYTES = 256 * 1024;

export interface PublishOptions extends CommitOptions {
  /** Where `stdout` goes; for tests. */
  readonly stdout?: Writable;
}

export async function publishOutputs(
  staged: readonly StagedOutputFile[],
  job: string,
  options: PublishOptions = {},
): Promise<void> {
  const waiting = staged.filter((output) => output.temporary !== '');
  commitFiles(
    waiting.filter((output) => !isSpooled(output)),
    job,
    options,
  );
  for (const { temporary } of waiting.filter(isSpooled)) {
    await print(temporary, options.stdout);
    rmSync(temporary, { force: true });
  }
}

function isSpooled({ target }: StagedOutputFile): boolean {
  return target === STDOUT;
}

async function print(temporary: string, stdout: Writable = process.stdout): Promise<void> {
  for await (const bytes of createReadStream(temporary, { highWaterMark: PRINT_BYTES })) {
    if (!(await printBytes(stdout, bytes as Buffer))) return;
  }
}
