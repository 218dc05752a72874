/** The programs that others compress with, where they are installed. */
import { spawnSync } from 'node:child_process';

/** What a program makes of the bytes on its standard input; undefined where it is not installed. */
export function pipe(data: Uint8Array, command: string, ...args: readonly string[]): Uint8Array | undefined {
  const { error, status, stdout, stderr } = spawnSync(command, args, { input: data, maxBuffer: 1 << 28 });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') return undefined;
  if (error !== undefined || status !== 0) throw error ?? new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return new Uint8Array(stdout);
}
