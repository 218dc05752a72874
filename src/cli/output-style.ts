/**
 * How to speak, decided once from the command line and the environment before flags are parsed, so that the report of
 * a mistake in the flags follows it too.
 */
import { Chalk, type ChalkInstance, supportsColorStderr } from 'chalk';
import { leatError } from '../errors.js';

export interface OutputStyle {
  /** stdout carries one JSON document. */
  readonly json: boolean;
  /** Nothing is printed unless something fails. */
  readonly quiet: boolean;
  /** For the stream that is spoken to. */
  readonly paint: ChalkInstance;
  /** Errors as annotations of a GitHub workflow, beside the report for people. */
  readonly annotations: boolean;
  /** It is a terminal that can be drawn on. */
  readonly interactive: boolean;
  /** Columns of the terminal that is spoken to; undefined where lines may be of any length. */
  readonly columns: number | undefined;
  /** Show stacks. */
  readonly debug: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What is asked of a stream; node's own have it only as terminals. */
export interface SpokenStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** `stream` is stderr, but for commands whose result is text for people. */
export function outputStyle(argv: readonly string[], env: Environment, stream: SpokenStream): OutputStyle {
  const isTerminal = stream.isTTY === true;
  const end = argv.indexOf('--');
  const flags = end === -1 ? argv : argv.slice(0, end);
  return {
    json: asksForJson(flags),
    quiet: flags.includes('--quiet') || flags.includes('-q'),
    paint: new Chalk({ level: colourLevel(flags, env, isTerminal) }),
    annotations: env['GITHUB_ACTIONS'] === 'true',
    interactive: isTerminal && env['TERM'] !== 'dumb' && !isSet(env['CI']),
    // Some terminals say that they have none.
    columns: isTerminal ? stream.columns || undefined : undefined,
    debug: isSet(env['LEAT_DEBUG']),
  };
}

function asksForJson(flags: readonly string[]): boolean {
  const format = flags.indexOf('--format');
  return flags.includes('--json') || flags.includes('--format=json') || (format >= 0 && flags[format + 1] === 'json');
}

/** A flag wins over FORCE_COLOR, that over NO_COLOR, that over what the terminal can do. */
function colourLevel(flags: readonly string[], env: Environment, isTerminal: boolean): 0 | 1 | 2 | 3 {
  if (flags.includes('--no-color')) return 0;
  const force = env['FORCE_COLOR'];
  if (force !== undefined) {
    if (force === '0' || force === 'false') return 0;
    return force === '2' ? 2 : force === '3' ? 3 : 1;
  }
  if (isSet(env['NO_COLOR']) || !isTerminal || env['TERM'] === 'dumb') return 0;
  return supportsColorStderr ? supportsColorStderr.level : 1;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}

/** `--json` is short for `--format json`. */
export function formatOf<F extends string>(json: boolean, format: F | undefined): F | 'text' | 'json' {
  if (!json) return format ?? 'text';
  if (format === undefined || format === 'json') return 'json';
  throw leatError('CLI_USAGE', `--json and --format ${format} ask for two formats`);
}
