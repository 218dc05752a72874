/**
 * Makes a folder and those above it. Node's recursive mkdir never comes back where a folder claims to hold names that
 * cannot be made in it (/proc), so each is made by itself, from the first that is there.
 */
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The first folder that had to be made; undefined when all were there. Throws what the system says. */
export function makeFolders(path: string, mode?: number): string | undefined {
  const missing: string[] = [];
  for (let at = path; statSync(at, { throwIfNoEntry: false }) === undefined; at = dirname(at)) missing.push(at);
  for (const folder of [...missing].reverse()) {
    try {
      mkdirSync(folder, { mode });
    } catch (error) {
      // Another run may make it at the same moment.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  // A file in its place is refused by whoever opens something in it.
  return missing.at(-1);
}
