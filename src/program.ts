/** The program as it is bundled: the command line with all its commands. */
import { fileURLToPath } from 'node:url';
import { type Commands, main as runMain } from './cli/main.js';
import Docs from './commands/docs.js';
import Explain from './commands/explain.js';
import Run from './commands/run.js';
import Validate from './commands/validate.js';

/** Commands by name; oclif's manifest, from which help is printed, is made from them. */
export const COMMANDS: Commands = { docs: Docs, explain: Explain, run: Run, validate: Validate };

export function main(argv: readonly string[]): Promise<void> {
  return runMain(argv, fileURLToPath(new URL('..', import.meta.url)), COMMANDS);
}
