/**
 * Inputs by pattern: `*` and `?` inside a path segment, `[abc]`, `{a,b}`, and `**` for any folders. Files come sorted by
 * the bytes of their paths, so that the order of inputs does not depend on the file system.
 */
import { leatError } from '../errors.js';

/** The files that `pattern` stands for; a pattern without wildcards is the one file, existing or not. */
export function expandInputs(_pattern: string, _folder: string): readonly string[] {
  throw leatError('INTERNAL', 'not built yet');
}
