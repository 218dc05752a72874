/** A small file whole or not at all, like every other output. Throws what the system says. */
import { chmodSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

export function writeWhole(path: string, text: string): void {
  const existing = statSync(path, { throwIfNoEntry: false });
  // A pipe or a device is written to, not replaced.
  if (existing !== undefined && !existing.isFile()) {
    writeFileSync(path, text);
    return;
  }
  const target = existing === undefined ? resolve(path) : realpathSync(path);
  const temporary = `${target}.${process.pid}.tmp`;
  writeFileSync(temporary, text);
  if (existing !== undefined) chmodSync(temporary, existing.mode & 0o7777);
  renameSync(temporary, target);
}
