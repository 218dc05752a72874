/**
 * The end of a successful job: files take their names together, then what was spooled for stdout and devices goes out,
 * which cannot be taken back.
 */
import { copyFileSync, createReadStream, createWriteStream, rmSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type CommitOptions, commitFiles } from './commit.js';
import { STDOUT, type StagedOutputFile } from './file-output.js';
import { outputError } from './output-error.js';

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
  const isFile = (output: StagedOutputFile): boolean => !isSpooled(output);
  commitFiles(waiting.filter(isFile), job, options);
  for (const { temporary, target } of waiting.filter(isSpooled)) {
    await print(temporary, target, options.stdout);
    rmSync(temporary, { force: true });
  }
}
