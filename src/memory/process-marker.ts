/**
 * Names a process so that a later one can tell whether it still runs: host, pid, and where the system tells it, the
 * time the process started, because pids are used again. Contains no `-`, so it can be part of a file name.
 */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

/** Start in ticks, `0` where the system does not tell. A process that ended and was not waited for (Z) is still listed. */
function statOf(pid: number): { readonly ticks: string; readonly hasEnded: boolean } {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // From field 3 on; the second field is the command in parentheses and may hold blanks.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { ticks: fields[19], hasEnded: fields[0] === 'Z' };
  } catch {
    return { ticks: '0', hasEnded: false };
  }
}

function host(): string {
  return (
    hostname()
      .replace(/[^A-Za-z0-9]/g, '')
      .slice(0, 32) || 'localhost'
  );
}

let own: string | undefined;

/** Marker of this process. */
export function processMarker(): string {
  own ??= `${host()}_${process.pid}_${statOf(process.pid).ticks}`;
  return own;
}

/** Whether the marked process may still run; a process of another host counts as running. */
export function isAlive(marker: string): boolean {
  const parts = /^([A-Za-z0-9]+)_(\d+)_(\d+)$/.exec(marker);
  if (!parts) return false;
  const [, where, pidText, ticks] = parts;
  if (where !== host()) return true;
  const pid = Number(pidText);
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const now = statOf(pid);
  return !now.hasEnded && (now.ticks === '0' || ticks === '0' || now.ticks === ticks);
}

/** Whether a text has the form of a marker. */
export function isMarker(text: string): boolean {
  return /^[A-Za-z0-9]+_\d+_\d+$/.test(text);
}
