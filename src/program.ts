/** The program as it is bundled: the command line with all its commands. */
import { fileURLToPath } from 'node:url';
import { type Commands, main as runMain } from './cli/main.js';
import Convert from './commands/convert.js';
import Docs from './commands/docs.js';
import Explain from './commands/explain.js';
import Preview from './commands/preview.js';
import Run from './commands/run.js';
import Schema from './commands/schema.js';
import Validate from './commands/validate.js';

/** Commands by name; oclif's manifest, from which help is printed, is made from them. */
export const COMMANDS: Commands = {
  convert: Convert,
  docs: Docs,
  explain: Explain,
  preview: Preview,
  run: Run,
  schema: Schema,
  validate: Validate,
};

export function main(argv: readonly string[]): Promise<void> {
  return runMain(argv, fileURLToPath(new URL('..', import.meta.url)), COMMANDS);
}
