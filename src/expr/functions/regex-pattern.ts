/**
 * Regular expressions in RE2's syntax, matched in time linear in the text: nothing goes back. re2js is loaded when the
 * first pattern turns up: loading takes 13 ms, and most runs do without.
 */
import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';

const load = createRequire(import.meta.url);

function library(): typeof import('re2js') {
  return load('re2js');
}

/** What is wrong with a pattern or its options. */
export interface BadPattern {
  readonly message: string;
  readonly hint?: string;
}

type Compiled = RE2JS | BadPattern;

/** Patterns out of columns: more than this many at once are not remembered. */
const MAX_KNOWN = 256;

/** By options, then by pattern. */
const known = new Map<string, Map<string, Compiled>>();

/** Each pattern is compiled once, whether a literal or out of a column. */
export function compilePattern(pattern: string, options: string): Compiled {
  let patterns = known.get(options);
  if (patterns === undefined) {
    patterns = new Map();
    known.set(options, patterns);
  }
  let compiled = patterns.get(pattern);
  if (compiled === undefined) {
    if (patterns.size >= MAX_KNOWN) patterns.clear();
    compiled = compile(pattern, options);
    patterns.set(pattern, compiled);
  }
  return compiled;
}

export function isBad(compiled: Compiled): compiled is BadPattern {
  return 'message' in compiled;
}

const OPTIONS_HINT = "'i' ignores case, 'c' does not, 's' lets . take line ends, 'l' takes the pattern as plain text";

function compile(pattern: string, options: string): Compiled {
  const { RE2JS } = library();
  let flags = 0;
  let isPlain = false;
  for (const option of options) {
    if (option === 'i') flags |= RE2JS.CASE_INSENSITIVE;
    else if (option === 'c') flags &= ~RE2JS.CASE_INSENSITIVE;
    else if (option === 's') flags |= RE2JS.DOTALL;
    else if ('mnp'.includes(option)) flags &= ~RE2JS.DOTALL;
    else if (option === 'l') isPlain = true;
    else if (option.trim() !== '')
      return { message: `'${option}' is not an option of regular expressions`, hint: OPTIONS_HINT };
  }
  try {
    return RE2JS.compile(isPlain ? RE2JS.quote(pattern) : pattern, flags);
  } catch (error) {
    return describe(error, pattern);
  }
}

/** What re2js says names the reason and, mostly, the part of the pattern. */
function describe(error: unknown, pattern: string): BadPattern {
  const { error: reason, input } = error as { readonly error?: unknown; readonly input?: unknown };
  if (typeof reason !== 'string') throw error;
  const part = typeof input === 'string' && input !== '' ? input : pattern;
  const where = part === pattern ? '' : ` in '${pattern}'`;
  return { message: `'${part}'${where} is not a regular expression: ${reason}`, hint: hintFor(part, reason) };
}

function hintFor(part: string, reason: string): string {
  if (/^\(\?<?[=!]/.test(part)) return 'there is no looking ahead or behind; take a group out with regexp_extract';
  if (/^\\[1-9]/.test(part)) return 'a pattern cannot refer to its own groups';
  if (/^\\Z/.test(part)) return 'the end of the text is \\z';
  if (reason.includes('repeat count')) return 'at most 1000 repetitions can be counted';
  return 'the syntax is that of RE2; a character that means itself is written with \\ before it';
}

/** The names and numbers of the groups that have a name, in their order. */
export function namedGroups(pattern: RE2JS): readonly (readonly [name: string, group: number])[] {
  return Object.entries(pattern.namedGroups()).sort(([, a], [, b]) => a - b);
}

/** Every character that could mean something else, with a backslash. */
export function escapePattern(text: string): string {
  return text.replaceAll('\0', '\\x00').replace(/[\x01-/:-@[-^`{-\x7f]/g, (character) => `\\${character}`);
}

/** The pieces of a replacement: text, and numbers of groups. undefined: it ends in the middle, or names no digit. */
export function replacementPieces(replacement: string): readonly (string | number)[] | undefined {
  const pieces: (string | number)[] = [];
  let at = 0;
  for (;;) {
    const backslash = replacement.indexOf('\\', at);
    if (backslash < 0) return [...pieces, replacement.slice(at)];
    pieces.push(replacement.slice(at, backslash));
    const next = replacement[backslash + 1];
    if (next === '\\') pieces.push('\\');
    else if (next !== undefined && next >= '0' && next <= '9') pieces.push(Number(next));
    else return undefined;
    at = backslash + 2;
  }
}

/** The text with the first match, or all, replaced. An empty match right behind another match is none. */
export function replaceMatches(
  text: string,
  pattern: RE2JS,
  pieces: readonly (string | number)[],
  all: boolean,
): string {
  // Most texts do not match, and asking that is several times faster than finding where.
  if (!pattern.test(text)) return text;
  const matcher = pattern.matcher(text);
  let made = '';
  let copied = 0;
  let lastEnd = -1;
  while (matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    if (start === end && start === lastEnd) continue;
    made += text.slice(copied, start);
    for (const piece of pieces) made += typeof piece === 'string' ? piece : (matcher.group(piece) ?? '');
    copied = end;
    lastEnd = end;
    if (!all) break;
  }
  return made + text.slice(copied);
}
