/** What the system refuses in the spill folder, as a person can act on it. */
import { type LeatError, leatError } from '../errors.js';

const HINTS: Partial<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space, point --spill-dir to another disk, or give the job more --memory',
  EDQUOT: 'the quota is used up: point --spill-dir to another disk, or give the job more --memory',
  EACCES: 'point --spill-dir to a folder that can be written',
  EPERM: 'point --spill-dir to a folder that can be written',
  EROFS: 'point --spill-dir to a folder that can be written',
  ENOTDIR: 'point --spill-dir to a folder; a part of the path is a file',
  ENOENT: 'something removed the spill folder while the job ran',
};

export function spillError(path: string, verb: string, cause: unknown): LeatError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return leatError('SPILL_IO', `a spill file cannot be ${verb}: ${message}`, {
    notes: [`the file is ${path}`],
    hint: HINTS[code ?? ''] ?? 'point --spill-dir to another disk',
    cause,
  });
}
