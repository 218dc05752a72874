/** A named pipe, which waits for its other end when it is opened. */
import { execFileSync } from 'node:child_process';

export function makePipe(path: string): string {
  execFileSync('mkfifo', [path]);
  return path;
}
