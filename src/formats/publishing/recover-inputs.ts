/**
 * A run that was killed while it published left a part of its outputs new and a part old. Whoever reads there finishes that first, as
 * whoever writes there does: otherwise it would read a mix that never was.
 */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { hasRecord, recoverOutputs } from './commit.js';
import { outputError } from './output-error.js';

/** Looks in the folders of these files and in all above them; true when something was finished. FORMAT_IO when it cannot be. */
export function recoverAbove(paths: readonly string[]): boolean {
  const seen = new Set<string>();
  let isChanged = false;
  for (const path of paths) {
    for (let folder = dirname(path); !seen.has(folder); folder = dirname(folder)) {
      seen.add(folder);
      if (!existsSync(folder) || !hasRecord(folder)) continue;
      recoverOutputs(folder, `reader${process.pid}`, (cause) => {
        throw outputError(folder, 'published to the end, which a run that was killed had begun', cause);
      });
      isChanged = true;
    }
  }
  return isChanged;
}
