/**
 * What lies in the folder of an output: the files that leat put there, by a list that is part of each commit, and others. Names that
 * begin with a dot are nobody's business.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Beside the files; globs of inputs leave it out. */
export const LIST_NAME = '.leat-files.json';

export interface FolderFiles {
  /** Paths within the folder, with slashes, ascending. */
  readonly own: readonly string[];
  readonly foreign: readonly string[];
}

export function filesInFolder(folder: string): FolderFiles {
  const listed = new Set(readList(folder));
  const all = filesBelow(folder, '').sort();
  return { own: all.filter((path) => listed.has(path)), foreign: all.filter((path) => !listed.has(path)) };
}

export function listText(files: readonly string[]): string {
  return `${JSON.stringify({ files: [...files].sort() }, null, 1)}\n`;
}

function readList(folder: string): readonly string[] {
  try {
    const { files } = JSON.parse(readFileSync(join(folder, LIST_NAME), 'utf8')) as { files: readonly string[] };
    return files;
  } catch {
    // None yet, or one that somebody has spoilt: then all files are foreign, and nothing is removed.
    return [];
  }
}

function filesBelow(folder: string, prefix: string): string[] {
  let entries: import('node:fs').Dirent[];
  try {
    entries = readdirSync(join(folder, prefix), { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  return entries.flatMap((entry) => {
    if (entry.name.startsWith('.')) return [];
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(folder, path) : [path];
  });
}
