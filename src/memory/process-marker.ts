/**
 * Names a process so that a later one can tell whether it still runs: host, pid, and where the system tells it, the
 * time the process started, because pids are used again. Contains no `-`, so it can be part of a file name.
 */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';

function startTicks(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Field 22; the second field is the command in parentheses and may hold blanks.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return '0';
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
  own ??= `${host()}_${process.pid}_${startTicks(process.pid)}`;
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
  const now = startTicks(pid);
  return now === '0' || ticks === '0' || now === ticks;
}

/** Whether a text has the form of a marker. */
export function isMarker(text: string): boolean {
  return /^[A-Za-z0-9]+_\d+_\d+$/.test(text);
}
