/** The files that a `read` names: its paths, what its patterns stand for, standard input. */
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { LoweringContext, StartedPath } from '../dataflow/verb.js';
import { compressionOfName } from '../formats/compression/names.js';
import { expandInputs, isThere } from '../formats/globs.js';
import { STDIN } from '../formats/input-file.js';
import { recoverAbove } from '../formats/publishing/recover-inputs.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { plannedPacking } from '../spec/planned.js';
import { locatedText } from '../spec/source.js';
import { atStep, type NamedFile } from './read-formats/read-format.js';
import type { ReadOptions } from './read-formats/read-options.js';

/** All files in order: those of a pattern by the bytes of their paths, patterns and paths as they are written. */
export async function filesOf(
  context: LoweringContext,
  paths: readonly SourceText[],
  options: ReadOptions,
): Promise<readonly NamedFile[] | undefined> {
  const { pathOverride } = context;
  if (pathOverride === STDIN) return stdinOf(context, paths[0], options);
  if (pathOverride !== undefined) {
    recoverAbove([pathOverride]);
    return present([pathOverride], '', paths[0], options);
  }
  const files: NamedFile[] = [];
  let isWrong = false;
  for (const source of paths) {
    const some = await filesOfOne(context, source, options);
    isWrong ||= some === undefined;
    files.push(...(some ?? []));
  }
  return isWrong ? undefined : files;
}

async function filesOfOne(
  context: LoweringContext,
  source: SourceText,
  options: ReadOptions,
): Promise<readonly NamedFile[] | undefined> {
  const path = context.resolvePath(source);
  if (path?.text === STDIN) return stdinOf(context, source, options);
  const isKnown = path === undefined || compressionOfName(path.text) !== undefined;
  const later = isKnown ? undefined : plannedPacking(path.text, 'unpack the file first', source);
  if (later !== undefined) {
    context.report(later);
    return undefined;
  }
  const found = path && atStep(context, source, () => expand(path, options));
  return found && present(found, isAbsolute(path.text) ? '' : path.folder, source, options);
}

/** Behind a run that was killed while it published, a pattern fits other files when that is finished. */
function expand({ text, folder }: StartedPath, { allow_empty }: ReadOptions): readonly string[] {
  const [fixed] = text.split(/[^/]*[*?[{]/, 1);
  recoverAbove([join(resolve(folder, fixed), 'file')]);
  const files = expandInputs(text, folder, allow_empty);
  return recoverAbove(files) ? expandInputs(text, folder, allow_empty) : files;
}

/** With `if_missing: empty` without those that are not there. `folder`: where they start from as they are named, '' for absolute ones. */
function present(
  paths: readonly string[],
  folder: string,
  source: SourceText,
  { if_missing }: ReadOptions,
): readonly NamedFile[] {
  const at = locatedText(source);
  const there = if_missing === 'empty' ? paths.filter(isThere) : paths;
  return there.map((path) => ({ file: { path }, name: folder === '' ? path : relative(folder, path), at }));
}

async function stdinOf(
  context: LoweringContext,
  source: SourceText,
  { schema }: ReadOptions,
): Promise<readonly NamedFile[] | undefined> {
  const file = await context.openStdin(source, schema === undefined);
  return file && [{ file, name: STDIN, at: locatedText(source) }];
}
