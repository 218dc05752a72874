/**
 * A stdout that the shell has closed (`leat run x >&-`). Node opens /dev/null in its place before any code of ours runs,
 * so nothing fails and the rows would be gone. What gives it away is that Node opens it for reading and writing; a shell's
 * `>/dev/null` only writes. The few programs that discard a stdout in Node's way cannot be told from a closed one.
 */
import { fstatSync, readFileSync, statSync } from 'node:fs';
import { devNull } from 'node:os';
import { leatError } from '../../errors.js';

const STDOUT_FD = 1;
const ACCESS_MODE = 3;
const READ_WRITE = 2;

/** FORMAT_IO when rows for stdout would be lost. */
export function refuseClosedStdout(): void {
  if (!isClosed()) return;
  throw leatError('FORMAT_IO', 'stdout is closed, so the rows for it would be lost', {
    hint: 'redirect it to a file or a pipe, or with >/dev/null when nobody wants the rows',
    notes: ['a stdout that is /dev/null, opened for reading and writing, is taken for closed'],
  });
}

function isClosed(): boolean {
  try {
    if (fstatSync(STDOUT_FD).rdev !== statSync(devNull).rdev) return false;
    const [, flags] = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${STDOUT_FD}`, 'latin1')) ?? [];
    return flags !== undefined && (Number.parseInt(flags, 8) & ACCESS_MODE) === READ_WRITE;
  } catch {
    // A system that does not tell how a file was opened.
    return false;
  }
}
