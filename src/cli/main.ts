/**
 * Finds the command, runs it, reports what went wrong, sets the exit status. oclif does the commands, flags and help;
 * this file does what `execute` of oclif would, without its way of reporting errors (whole stacks, exit statuses of its
 * own), without looking for commands in files, and without compiling TypeScript when it meets a tsconfig.json.
 */
import { type Command, Config, Errors, settings } from '@oclif/core';
import { LeatHelp } from './help.js';
import { outputStyle } from './output-style.js';
import { reportFailure } from './report-failure.js';
import { ignoreClosedPipes, writeResult } from './streams.js';
import { asUsageError, unknownCommand } from './usage-errors.js';

export type Commands = Readonly<Record<string, Command.Class>>;

/** `root`: the folder of package.json. */
export async function main(argv: readonly string[], root: string, commands: Commands): Promise<void> {
  const style = outputStyle(argv, process.env, process.stderr);
  ignoreClosedPipes();
  // The flag is ours; oclif's help asks the environment.
  if (argv.includes('--no-color')) process.env['NO_COLOR'] = '1';
  const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : [...argv];
  try {
    await dispatch(words, root, commands);
  } catch (error) {
    if (error instanceof Errors.ExitError) process.exitCode = error.oclif.exit ?? 0;
    else process.exitCode = reportFailure(asUsageError(error, words[0] ?? ''), style);
  }
}

async function dispatch(words: string[], root: string, commands: Commands): Promise<void> {
  settings.enableAutoTranspile = false;
  const config = await Config.load({ root });
  const [id, ...rest] = words;
  if (id === '--version' || id === '-v') return writeResult(config.userAgent);
  const isCommand = id !== undefined && Object.hasOwn(commands, id);
  if (id !== undefined && !id.startsWith('-') && !isCommand) throw unknownCommand(id, Object.keys(commands));
  if (asksForHelp(words) || !isCommand) {
    if (id !== undefined && !asksForHelp(words)) throw unknownCommand(id, Object.keys(commands));
    return new LeatHelp(config).showHelp(words);
  }
  const command = commands[id];
  command.id = id;
  await command.run(rest, config);
}

function asksForHelp(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return (end === -1 ? words : words.slice(0, end)).some((word) => word === '--help' || word === '-h');
}
