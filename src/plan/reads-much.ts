/** Whether a pipeline reads enough to be worth threads: a guess from its text, made before anything else is loaded. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';

/** From here on threads pay for themselves. */
const MUCH_BYTES = 4 << 20;

const READ = /^[ \t]*(?:-[ \t]+)?read:(?:[ \t]+(.*))?$/gm;
/** A list, a pattern or a variable: only the plan can say which files it means. */
const OPEN = /^$|[*?[{$|>]/;

/** Some plain path is a large file, or some read is more than a plain path. Relative paths start from `folder`. */
export function readsMuch(text: string, folder: string): boolean {
  return [...text.matchAll(READ)].some(([, value = '']) => {
    const path = value
      .replace(/(?:^|[ \t])#.*$/, '')
      .trim()
      .replace(/^(["'])(.*)\1$/, '$2');
    return OPEN.test(path) || sizeOf(resolve(folder, path)) >= MUCH_BYTES;
  });
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
