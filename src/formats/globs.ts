/**
 * Inputs by pattern: `*` and `?` inside a path segment, `[abc]`, `{a,b}`, and `**` for any folders. Files come sorted by
 * the bytes of their paths, so that the order of inputs does not depend on the file system. As in a shell, wildcards do
 * not match names that begin with a dot.
 */
import { readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { leatError } from '../errors.js';

const WILDCARD = /[*?[{]/;

/**
 * The files that `pattern` stands for; without wildcards, or if a file has this very name, it is the one file.
 * FORMAT_NO_FILES when there are none, unless `mayBeEmpty`.
 */
export function expandInputs(pattern: string, folder: string, mayBeEmpty = false): readonly string[] {
  if (!WILDCARD.test(pattern) || isFile(resolve(folder, pattern))) return [resolve(folder, pattern)];
  const found = new Set(alternatives(pattern).flatMap((one) => walk(one, folder)));
  const files = [...found].filter(isFile);
  if (files.length === 0 && !mayBeEmpty) {
    throw leatError('FORMAT_NO_FILES', `no file matches ${resolve(folder, pattern)}`, {
      place: { file: resolve(folder) },
      hint: 'patterns know * ? [abc] {a,b} and ** for any folders; if there may be none, say `allow_empty: true`',
    });
  }
  return files.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** Whatever it is. */
export function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // Below a file there is nothing; of a folder that may not be entered nobody knows.
    return (error as NodeJS.ErrnoException).code !== 'ENOTDIR';
  }
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // Nothing there, or a part of the path is no folder.
    return false;
  }
}

/** The pattern once for every choice of its braces. */
function alternatives(pattern: string): string[] {
  const open = pattern.indexOf('{');
  if (open < 0) return [pattern];
  let depth = 0;
  const cuts = [open];
  for (let i = open; i < pattern.length; i++) {
    if (pattern[i] === '{') depth++;
    else if (pattern[i] === '}' && --depth === 0) {
      cuts.push(i);
      const [before, after] = [pattern.slice(0, open), pattern.slice(i + 1)];
      return cuts.slice(1).flatMap((cut, k) => alternatives(before + pattern.slice(cuts[k] + 1, cut) + after));
    } else if (pattern[i] === ',' && depth === 1) cuts.push(i);
  }
  return [pattern];
}

/** Whatever characters the names of `folder` are made of, only those of the pattern are wildcards. */
function walk(pattern: string, folder: string): string[] {
  const segments = pattern.split(/[\\/]/);
  const fixed = segments.findIndex((segment) => WILDCARD.test(segment));
  if (fixed < 0) return [resolve(folder, pattern)];
  const root = fixed === 0 ? folder : resolve(folder, `${segments.slice(0, fixed).join('/')}/`);
  return descend(root, segments.slice(fixed));
}

/** Paths below `folder` that match the segments. */
function descend(folder: string, [segment, ...rest]: readonly string[]): string[] {
  const entries = entriesOf(folder);
  if (segment === '**') {
    const deeper = entries.filter((entry) => entry.isFolder && !entry.name.startsWith('.'));
    const here = rest.length === 0 ? entries.map(({ path }) => path) : descend(folder, rest);
    return [...here, ...deeper.flatMap(({ path }) => descend(path, [segment, ...rest]))];
  }
  if (!WILDCARD.test(segment)) {
    const path = join(folder, segment);
    if (rest.length > 0) return descend(path, rest);
    return [path];
  }
  const matching = entries.filter(({ name }) => segmentPattern(segment).test(name));
  return rest.length === 0 ? matching.map(({ path }) => path) : matching.flatMap(({ path }) => descend(path, rest));
}

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly isFolder: boolean;
}

function entriesOf(folder: string): Entry[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).map((entry) => {
      return { name: entry.name, path: join(folder, entry.name), isFolder: entry.isDirectory() };
    });
  } catch {
    // Not a folder, or none: nothing matches in it.
    return [];
  }
}

function segmentPattern(segment: string): RegExp {
  const source = segment.replace(/\[!?[^\]]+\]|[\s\S]/g, (part) => {
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.length > 1) return part.replace('[!', '[^').replaceAll('\\', '\\\\');
    return part.replace(/[.+^${}()|[\]\\]/, '\\$&');
  });
  return new RegExp(`^${segment.startsWith('.') ? '' : '(?!\\.)'}${source}$`, 'u');
}
