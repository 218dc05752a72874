/** Starts the built program as a person's shell would: a process of its own, whose streams and status are seen. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from './project-root.js';

export interface LeatOutcome {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LeatOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What stdin is: closed at once, these bytes and then closed, or open for as long as the program runs. */
  readonly stdin?: 'closed' | 'open' | { readonly bytes: string };
  /** Called when the program has started. */
  readonly started?: (child: ChildProcess) => void;
}

/** A program that does not end is stopped, and its test fails on the signal. */
const LONGEST_RUN_MS = 60_000;

export function leat(args: readonly string[], options: LeatOptions = {}): Promise<LeatOutcome> {
  const stdin = options.stdin ?? 'closed';
  const child = spawn(process.execPath, [join(projectRoot, 'bin/run.js'), ...args], {
    cwd: options.cwd ?? projectRoot,
    env: { ...quietEnvironment(), ...options.env },
    stdio: [stdin === 'closed' ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    timeout: LONGEST_RUN_MS,
    killSignal: 'SIGKILL',
  });
  if (typeof stdin === 'object') child.stdin?.on('error', () => {}).end(stdin.bytes);
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  options.started?.(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }));
  });
}

/** Without what the surroundings say about colour, CI or leat, and with a cache of compiled code of its own. */
export function quietEnvironment(): NodeJS.ProcessEnv {
  const loud = /^(LEAT_|GITHUB_|CI$|NO_COLOR$|FORCE_COLOR$|COLUMNS$|NODE_OPTIONS$|NODE_TEST_CONTEXT$|NODE_ENV$)/;
  const quiet = Object.entries(process.env).filter(([name]) => !loud.test(name));
  return { ...Object.fromEntries(quiet), XDG_CACHE_HOME: join(projectRoot, 'build/cache') };
}
