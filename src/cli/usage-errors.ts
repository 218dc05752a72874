/** Mistakes on the command line, in the shape of all other mistakes: oclif's own errors are rebuilt from their data. */
import { Errors } from '@oclif/core';
import { type Diagnostic, diagnostic, LeatError, leatError } from '../errors.js';
import { didYouMean, suggest } from '../spec/suggest.js';

/** Commands and flags that leat is to have, and what to do meanwhile. */
const PLANNED_COMMANDS: Readonly<Record<string, string>> = {
  sql: 'write the query as a pipeline; leat docs verbs',
  test: 'run the pipeline over small files: --read STEP=FILE --write STEP=stdout',
  init: 'the README has a pipeline to start from; leat docs --json-schema is for editors',
  jobs: 'leat run FILE --report FILE keeps what a run did',
  history: 'leat run FILE --report FILE keeps what a run did',
  export: '',
  autocomplete: '',
};
const PLANNED_FLAGS: Readonly<Record<string, string>> = {
  '--mode': 'write `mode:` at the step',
  '--junit': '--report FILE writes the results of the checks as JSON',
  '--fail-on-empty': 'add a check to the pipeline: `rows: { min: 1 }`',
  '--if-locked': 'another run that holds the outputs is exit 4',
  '--rejects': 'write `run: { rejects: FILE }` in the pipeline',
};

/** The fields of oclif's parse errors that are read here; the classes themselves are not exported. */
interface ParseFailure {
  readonly parse?: {
    readonly input: { readonly flags: Readonly<Record<string, unknown>> };
    readonly output?: { readonly nonExistentFlags?: readonly string[] };
  };
  readonly args?: readonly (string | { readonly name: string })[];
}

/** `error` as CLI_USAGE if it is oclif's, else as it is. */
export function asUsageError(error: unknown, command: string): unknown {
  if (!(error instanceof Errors.CLIError)) return error;
  const { parse, args } = error as ParseFailure;
  const help = `see \`leat ${command} --help\``;
  const unknown = parse?.output?.nonExistentFlags ?? [];
  if (parse && unknown.length > 0) {
    const known = [...Object.keys(parse.input.flags).map((name) => `--${name}`), '--help'];
    return new LeatError(
      unknown.map((flag) => {
        const [name] = flag.split('=', 1);
        if (Object.hasOwn(PLANNED_FLAGS, name)) return notYet(`the flag ${name}`, PLANNED_FLAGS[name]);
        const meant = suggest(name, known);
        const hint = meant === undefined ? help : `did you mean \`${meant}\`?`;
        return diagnostic('CLI_USAGE', `${command} has no flag ${name}`, { hint });
      }),
    );
  }
  if (args && args.length > 0) {
    const names = args.map((arg) => (typeof arg === 'string' ? `"${arg}"` : arg.name.toUpperCase())).join(' ');
    const missing = typeof args[0] !== 'string';
    return leatError('CLI_USAGE', missing ? `${command} needs ${names}` : `${command} does not take ${names}`, {
      hint: help,
    });
  }
  const [sentence] = error.message.split('\n', 1);
  return leatError('CLI_USAGE', sentence.charAt(0).toLowerCase() + sentence.slice(1), { hint: help });
}

export function unknownCommand(name: string, commands: readonly string[]): LeatError {
  if (Object.hasOwn(PLANNED_COMMANDS, name)) {
    return new LeatError(notYet(`the command "${name}"`, PLANNED_COMMANDS[name]));
  }
  const looksLikeFile = /\.ya?ml$/i.test(name);
  const hint = looksLikeFile ? `to run it: \`leat run ${name}\`` : didYouMean(name, [...commands].sort(), 'commands');
  return leatError('CLI_USAGE', `leat has no command "${name}"`, { hint });
}

function notYet(what: string, meanwhile: string): Diagnostic {
  return diagnostic('SPEC_PLANNED', `leat does not have ${what} yet`, {
    hint: meanwhile === '' ? undefined : meanwhile,
  });
}
