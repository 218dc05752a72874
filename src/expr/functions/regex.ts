/** Regular expressions, in RE2's syntax; a pattern that is written as such is checked when the expression is bound. */
import type { RE2JS } from 're2js';
import { BOOLEAN, type DataType, INT, JSON_TEXT, STRING } from '../../columnar/data-type.js';
import type { Value } from '../../columnar/value.js';
import { EvaluationError } from '../evaluation-error.js';
import { define } from './define.js';
import type { Example, LiteralArgument, Refusal, Resolution, ScalarFunction } from './function.js';
import {
  compilePattern,
  escapePattern,
  isBad,
  namedGroups,
  replaceMatches,
  replacementPieces,
} from './regex-pattern.js';

const PATTERN = 1;

function patternOf(pattern: Value, options: Value | undefined): RE2JS {
  const compiled = compilePattern(pattern as string, (options as string | undefined) ?? '');
  if (isBad(compiled)) throw new EvaluationError('EXPR_DOMAIN', compiled.message, compiled.hint);
  return compiled;
}

/** What is wrong with the pattern and the options, which stand at `place`, as far as they are written as such. */
function refusePattern(literals: readonly LiteralArgument[], place: number): Refusal | undefined {
  const options = place < literals.length ? literals[place] : '';
  if (options === undefined) {
    return { refused: 'the options must be a text as such', hint: "write them: 'i'", argument: place };
  }
  if (typeof options !== 'string') return undefined;
  const badOptions = compilePattern('', options);
  if (isBad(badOptions)) return { refused: badOptions.message, hint: badOptions.hint, argument: place };
  const pattern = literals[PATTERN];
  if (typeof pattern !== 'string') return undefined;
  const compiled = compilePattern(pattern, options);
  return isBad(compiled) ? { refused: compiled.message, hint: compiled.hint, argument: PATTERN } : undefined;
}

const isText = (type: DataType): boolean => type.kind === 'string';

function test(
  id: string,
  summary: string,
  examples: readonly Example[],
  matches: (pattern: RE2JS, text: string) => boolean,
): ScalarFunction {
  return {
    id,
    aliases: [],
    usage: `${id}(text, pattern[, options])`,
    summary,
    examples,
    resolve: (args, literals) => {
      if (args.length < 2 || args.length > 3 || !args.every(isText)) return undefined;
      return refusePattern(literals, 2) ?? { args: args.map(() => STRING), result: BOOLEAN };
    },
    nullRule: 'propagate',
    mayFail: (_, literals) => literals[PATTERN] === undefined,
    evaluate: ([text, pattern, options]) => matches(patternOf(pattern, options), text as string),
  };
}

function resolveReplace(args: readonly DataType[], literals: readonly LiteralArgument[]): Resolution {
  if (args.length < 3 || args.length > 4 || !args.every(isText)) return undefined;
  // 'g' is an option of replacing alone.
  const options = literals[3];
  const others = typeof options === 'string' ? [...literals.slice(0, 3), options.replaceAll('g', '')] : literals;
  const refusal = refusePattern(others, 3) ?? refuseReplacement(others);
  return refusal ?? { args: args.map(() => STRING), result: STRING };
}

const REPLACEMENT_HINT = '\\1 is the first group, \\0 the whole match, \\\\ a backslash';

function refuseReplacement([, pattern, replacement, options = '']: readonly LiteralArgument[]): Refusal | undefined {
  if (typeof replacement !== 'string') return undefined;
  const pieces = replacementPieces(replacement);
  if (pieces === undefined) return { refused: brokenReplacement(replacement), hint: REPLACEMENT_HINT, argument: 2 };
  if (typeof pattern !== 'string' || typeof options !== 'string') return undefined;
  const compiled = compilePattern(pattern, options);
  if (isBad(compiled)) return undefined;
  const missing = missingGroup(compiled, pieces);
  return missing === undefined ? undefined : { refused: noGroup(compiled, missing), argument: 2 };
}

const brokenReplacement = (replacement: Value): string =>
  `a backslash in the replacement '${replacement}' stands before neither a digit nor a backslash`;

function missingGroup(pattern: RE2JS, pieces: readonly (string | number)[]): number | undefined {
  return pieces.find((piece): piece is number => typeof piece === 'number' && piece > pattern.groupCount());
}

function noGroup(pattern: RE2JS, group: number | bigint): string {
  const count = pattern.groupCount();
  return `the pattern has ${count === 0 ? 'no groups' : count === 1 ? 'one group' : `${count} groups`}, not ${group}`;
}

function replace([text, pattern, replacement, options = '']: readonly Value[]): string {
  const compiled = patternOf(pattern, (options as string).replaceAll('g', ''));
  const pieces = replacementPieces(replacement as string);
  if (pieces === undefined) {
    throw new EvaluationError('EXPR_DOMAIN', brokenReplacement(replacement), REPLACEMENT_HINT);
  }
  const missing = missingGroup(compiled, pieces);
  if (missing !== undefined) throw new EvaluationError('EXPR_DOMAIN', noGroup(compiled, missing));
  return replaceMatches(text as string, compiled, pieces, (options as string).includes('g'));
}

function resolveExtract(args: readonly DataType[], literals: readonly LiteralArgument[]): Resolution {
  const [text, pattern, group, options] = args;
  if (args.length < 2 || args.length > 4 || !isText(text) || !isText(pattern)) return undefined;
  if ((group !== undefined && group.kind !== 'int') || (options !== undefined && !isText(options))) return undefined;
  const refusal = refusePattern(literals, 3) ?? refuseGroup(literals);
  return refusal ?? { args: [STRING, STRING, INT, STRING].slice(0, args.length), result: STRING };
}

function refuseGroup([, pattern, group, options = '']: readonly LiteralArgument[]): Refusal | undefined {
  if (typeof pattern !== 'string' || typeof group !== 'number' || typeof options !== 'string') return undefined;
  const compiled = compilePattern(pattern, options);
  if (isBad(compiled) || (group >= 0 && group <= compiled.groupCount())) return undefined;
  return { refused: noGroup(compiled, group), hint: 'groups count from 1; 0 is the whole match', argument: 2 };
}

function extract([text, pattern, group = 0, options]: readonly Value[]): string {
  const compiled = patternOf(pattern, options);
  const wanted = group as number;
  if (wanted < 0 || wanted > compiled.groupCount()) throw new EvaluationError('EXPR_DOMAIN', noGroup(compiled, wanted));
  if (!compiled.test(text as string)) return '';
  const matcher = compiled.matcher(text as string);
  return matcher.find() ? (matcher.group(wanted) ?? '') : '';
}

/** What `extract` takes apart: the named groups of the first match as an array of json; no expression calls it by name. */
export const REGEXP_GROUPS: ScalarFunction = define({
  id: 'regexp_groups',
  usage: 'regexp_groups',
  summary: '',
  examples: [],
  takes: [[[STRING, STRING], JSON_TEXT]],
  evaluate: ([text, pattern]) => {
    const compiled = patternOf(pattern, undefined);
    // Most texts that do not match are told apart faster than they are searched.
    if (!compiled.test(text as string)) return null;
    const matcher = compiled.matcher(text as string);
    matcher.find();
    return JSON.stringify(namedGroups(compiled).map(([, group]) => matcher.group(group)));
  },
});

export const REGULAR_EXPRESSIONS: readonly ScalarFunction[] = [
  test(
    'regexp_matches',
    "True when the pattern matches somewhere in the text. Options: 'i' ignores case, 's' lets . take line ends.",
    [
      ["regexp_matches('abc', 'b.')", 'true'],
      ["regexp_matches('ABC', '^a', 'i')", 'true'],
    ],
    (pattern, text) => pattern.test(text),
  ),
  test(
    'regexp_full_match',
    'True when the pattern matches the whole text.',
    [["regexp_full_match('abc', 'b.')", 'false']],
    (pattern, text) => pattern.testExact(text),
  ),
  {
    id: 'regexp_replace',
    aliases: [],
    usage: 'regexp_replace(text, pattern, replacement[, options])',
    summary: "With the first match replaced, or all with the option 'g'; \\1 is the first group, \\0 the match.",
    examples: [
      ["regexp_replace('a-b-c', '-', '+')", 'a+b-c'],
      ["regexp_replace('a-b-c', '([a-z])-', '\\1\\1', 'g')", 'aabbc'],
    ],
    resolve: resolveReplace,
    nullRule: 'propagate',
    mayFail: (_, literals) => literals[PATTERN] === undefined || literals[2] === undefined,
    evaluate: replace,
  },
  {
    id: 'regexp_extract',
    aliases: [],
    usage: 'regexp_extract(text, pattern[, group[, options]])',
    summary: 'The first match, or what its group took; empty where nothing matches.',
    examples: [
      ["regexp_extract('order 17', '[0-9]+')", '17'],
      ["regexp_extract('k=v', '(.*)=(.*)', 2)", 'v'],
    ],
    resolve: resolveExtract,
    nullRule: 'propagate',
    mayFail: (_, literals) => literals[PATTERN] === undefined || (literals.length > 2 && literals[2] === undefined),
    evaluate: extract,
  },
  define({
    id: 'regexp_escape',
    usage: 'regexp_escape(text)',
    summary: 'A pattern that matches just this text.',
    examples: [["regexp_escape('1.5')", '1\\.5']],
    takes: [[[STRING], STRING]],
    evaluate: ([text]) => escapePattern(text as string),
  }),
];
