/**
 * The program: finds the command, runs it, reports what went wrong, sets the exit status. oclif does the commands,
 * flags and help; this file does what `execute` of oclif would, without its way of reporting errors (whole stacks,
 * exit statuses of its own) and without compiling TypeScript at run time when it meets a tsconfig.json.
 */
import { fileURLToPath } from 'node:url';
import { Config, Errors, settings } from '@oclif/core';
import { LeatHelp } from './help.js';
import { outputStyle } from './output-style.js';
import { reportFailure } from './report-failure.js';
import { ignoreClosedPipes, writeResult } from './streams.js';
import { asUsageError, unknownCommand } from './usage-errors.js';

/**
 * `entry` is the URL of the script in bin/; package.json is looked for above it. `development` runs the commands from
 * their sources.
 */
export async function main(argv: readonly string[], entry: string, development = false): Promise<void> {
  const style = outputStyle(argv, process.env, process.stderr.isTTY === true);
  ignoreClosedPipes();
  // The flag is ours; oclif's help asks the environment.
  if (argv.includes('--no-color')) process.env['NO_COLOR'] = '1';
  const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : [...argv];
  try {
    await dispatch(words, entry, development);
  } catch (error) {
    if (error instanceof Errors.ExitError) process.exitCode = error.oclif.exit ?? 0;
    else process.exitCode = reportFailure(asUsageError(error, words[0] ?? ''), style);
  }
}

async function dispatch(words: string[], entry: string, development: boolean): Promise<void> {
  settings.enableAutoTranspile = development;
  const config = await Config.load({ root: fileURLToPath(entry), ignoreManifest: development });
  const [id, ...rest] = words;
  if (id === '--version' || id === '-v') return writeResult(config.userAgent);
  const command = id === undefined || id.startsWith('-') ? undefined : config.findCommand(id);
  if (id !== undefined && !id.startsWith('-') && !command) throw unknownCommand(id, config.commandIDs);
  if (asksForHelp(words) || command === undefined) {
    if (id !== undefined && command === undefined && !asksForHelp(words)) throw unknownCommand(id, config.commandIDs);
    return new LeatHelp(config).showHelp(words);
  }
  await config.runCommand(id, rest, command);
}

function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return (end === -1 ? words : words.slice(0, end)).some((word) => word === '--help' || word === '-h');
}
