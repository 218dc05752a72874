/** Mistakes on the command line, in the shape of all other mistakes: oclif's own errors are rebuilt from their data. */
import { Errors } from '@oclif/core';
import { diagnostic, LeatError, leatError } from '../errors.js';
import { didYouMean, suggest } from '../spec/suggest.js';

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
  const looksLikeFile = /\.ya?ml$/i.test(name);
  const hint = looksLikeFile ? `to run it: \`leat run ${name}\`` : didYouMean(name, [...commands].sort(), 'commands');
  return leatError('CLI_USAGE', `leat has no command "${name}"`, { hint });
}
