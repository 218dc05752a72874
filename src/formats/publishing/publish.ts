/**
 * The end of a successful job: files take their names together, then what was spooled for stdout and devices goes out,
 * which cannot be taken back.
 */
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type CommitOptions, commitFiles } from './commit.js';
import { STDOUT, type StagedOutputFile } from './file-output.js';
import { outputError } from './output-error.js';
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
  for (const { temporary, target } of waiting.filter(isSpooled)) {
    await print(temporary, target, options.stdout);
    rmSync(temporary, { force: true });
  }
}

/** Files are staged beside their targets, all else in the spool folder. */
function isSpooled({ temporary, target }: StagedOutputFile): boolean {
  return dirname(temporary) !== dirname(target);
}

async function print(temporary: string, target: string, stdout: Writable = process.stdout): Promise<void> {
  if (target !== STDOUT) {
    try {
      await pipeline(createReadStream(temporary), createWriteStream(target, { flags: 'r+' }));
    } catch (cause) {
      throw outputError(target, 'written', cause);
    }
    return;
  }
  for await (const bytes of createReadStream(temporary, { highWaterMark: PRINT_BYTES })) {
    if (!(await printBytes(stdout, bytes as Buffer))) return;
  }
}
