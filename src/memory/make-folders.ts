/**
 * Makes a folder and those above it, and takes them away again. Node's recursive mkdir never comes back where a folder claims to hold names that
 * cannot be made in it (/proc), so each is made by itself, from the first that is there.
 */
import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The first folder that had to be made; undefined when all were there. Throws what the system says. */
export function makeFolders(path: string, mode?: number): string | undefined {
  const missing = missingFolders(path);
  for (const folder of [...missing].reverse()) {
    try {
      mkdirSync(folder, { mode });
    } catch (error) {
      // Another run may make it at the same moment.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return missing.at(-1);
}

/** The folder and those above it that are not there, the deepest first. ENOTDIR when the first that is there is a file. */
export function missingFolders(path: string): readonly string[] {
  const missing: string[] = [];
  let at = path;
  // Below a file there is no entry: some versions of Node say so, others throw ENOTDIR here.
  let found = statSync(at, { throwIfNoEntry: false });
  while (found === undefined) {
    missing.push(at);
    at = dirname(at);
    found = statSync(at, { throwIfNoEntry: false });
  }
  if (!found.isDirectory()) throw Object.assign(new Error(`ENOTDIR: not a directory, '${at}'`), { code: 'ENOTDIR' });
  return missing;
}

/** Removes `path` and the folders above it, up to `made`, the first that was made, as long as they are empty. */
export function removeMadeFolders(path: string, made: string): void {
  for (let at = path; at.length >= made.length; at = dirname(at)) {
    try {
      rmdirSync(at);
    } catch {
      // Somebody else put something there.
      return;
    }
  }
}
