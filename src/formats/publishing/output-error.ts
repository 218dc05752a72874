/** An output that the system refuses to make, write or publish, as a person can act on it. */
import { type LeatError, leatError } from '../../errors.js';

const HINTS: Partial<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'name a file in it',
  ENAMETOOLONG: 'the name is too long for this file system',
};

export function outputError(path: string, verb: string, cause: unknown): LeatError {
  const { code, message, path: named } = cause as NodeJS.ErrnoException;
  // The name of a staged file means nothing to anybody.
  const reason = named === undefined || named === path ? message : message.replace(` '${named}'`, '');
  return leatError('FORMAT_IO', `the output cannot be ${verb}: ${reason}`, {
    place: { file: path },
    hint: HINTS[code ?? ''],
    cause,
  });
}
