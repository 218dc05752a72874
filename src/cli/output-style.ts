/**
 * How to speak, decided once from the command line and the environment before flags are parsed, so that the report of
 * a mistake in the flags follows it too.
 */
import { Chalk, type ChalkInstance, supportsColorStderr } from 'chalk';

export interface OutputStyle {
  /** stdout carries one JSON document. */
  readonly json: boolean;
  /** Nothing is printed unless something fails. */
  readonly quiet: boolean;
  /** For stderr. */
  readonly paint: ChalkInstance;
  /** Errors as annotations of a GitHub workflow, beside the report for people. */
  readonly annotations: boolean;
  /** stderr is a terminal that can be drawn on. */
  readonly interactive: boolean;
  /** Show stacks. */
  readonly debug: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

export function outputStyle(argv: readonly string[], env: Environment, isTerminal: boolean): OutputStyle {
  const end = argv.indexOf('--');
  const flags = end === -1 ? argv : argv.slice(0, end);
  return {
    json: flags.includes('--json'),
    quiet: flags.includes('--quiet') || flags.includes('-q'),
    paint: new Chalk({ level: colourLevel(flags, env, isTerminal) }),
    annotations: env['GITHUB_ACTIONS'] === 'true',
    interactive: isTerminal && env['TERM'] !== 'dumb' && !isSet(env['CI']),
    debug: isSet(env['LEAT_DEBUG']),
  };
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
