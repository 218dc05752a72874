/**
 * Expression text to tokens. Spans are UTF-16 offsets in the text. Numbers keep their text (no digit is lost), comments
 * and blanks go. What looks like another language's operator is refused here with SQL's own.
 */
import type { Span } from '../errors.js';
import { fail } from './problem.js';

export type TokenKind = 'name' | 'quoted' | 'number' | 'text' | 'param' | 'operator' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** A name as written, a quoted name or text without its quotes, a number or an operator as written. */
  readonly text: string;
  readonly span: Span;
}

/** Longest first. */
const OPERATORS = ['::', '||', '<>', '!=', '<=', '>=', '//', '**', ...'<>=+-*/%^(),.[]'];

/** Operators of other languages: what SQL writes instead. */
const FOREIGN_OPERATORS: readonly (readonly [string, string])[] = [
  ['==', 'SQL compares with ='],
  ['&&', 'SQL writes AND'],
  ['=~', "regexp_matches(x, 'pattern') looks for a pattern"],
  ['!~', "NOT regexp_matches(x, 'pattern') looks for a pattern"],
  ['~', "regexp_matches(x, 'pattern') looks for a pattern, regexp_full_match fits the whole text"],
  ['<=>', 'SQL writes IS NOT DISTINCT FROM'],
  ['?', 'SQL writes CASE WHEN condition THEN a ELSE b END'],
  ['!', 'SQL writes NOT'],
  ['`', 'a column name with blanks stands in double quotes: "Order ID"'],
  ['{', 'a parameter is written $name'],
  ['@', 'a parameter is written $name'],
  [':', 'a parameter is written $name'],
  ['#', 'a comment begins with --'],
  [';', 'one expression stands here, without a semicolon'],
  ['\u2018', "text stands in straight quotes: 'text'"],
  ['\u2019', "text stands in straight quotes: 'text'"],
  ['\u201c', 'a column name stands in straight quotes: "name"'],
  ['\u201d', 'a column name stands in straight quotes: "name"'],
];

const BLANKS = /[\s\ufeff]+/y;
const NAME = /[\p{L}_][\p{L}\p{M}\p{N}_$]*/uy;
const NUMBER = /(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y;
const PARAM = /\$([\p{L}_][\p{L}\p{M}\p{N}_]*)/uy;

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const add = (kind: TokenKind, value: string, end: number): void => {
    tokens.push({ kind, text: value, span: { start: at, end } });
    at = end;
  };
  while (at < text.length) {
    const blanks = match(BLANKS, text, at);
    if (blanks !== undefined) at += blanks[0].length;
    else if (text.startsWith('--', at)) at = endOfLine(text, at);
    else if (text.startsWith('/*', at)) at = endOfComment(text, at);
    else if (text[at] === "'") add('text', ...quotedText(text, at, "'"));
    else if (text[at] === '"') add('quoted', ...quotedText(text, at, '"'));
    else add(...plainToken(text, at));
  }
  tokens.push({ kind: 'end', text: '', span: { start: text.length, end: text.length } });
  return tokens;
}

function plainToken(text: string, at: number): [kind: TokenKind, value: string, end: number] {
  const number = match(NUMBER, text, at);
  if (number !== undefined) {
    refuseTail(text, at, at + number[0].length);
    return ['number', number[0], at + number[0].length];
  }
  const name = match(NAME, text, at);
  if (name !== undefined) return ['name', name[0], at + name[0].length];
  const param = match(PARAM, text, at);
  if (param !== undefined) return ['param', param[1], at + param[0].length];
  // != is SQL's and ! alone is not, < is SQL's and <=> is not: the longer one counts.
  const operator = OPERATORS.find((candidate) => text.startsWith(candidate, at));
  const foreign = FOREIGN_OPERATORS.find(([candidate]) => text.startsWith(candidate, at));
  if (foreign !== undefined && (operator === undefined || foreign[0].length > operator.length)) {
    fail('EXPR_SYNTAX', `${foreign[0]} is not SQL`, { start: at, end: at + foreign[0].length }, foreign[1]);
  }
  if (operator !== undefined) return ['operator', operator, at + operator.length];
  const character = String.fromCodePoint(text.codePointAt(at) as number);
  const hint = character === '$' ? 'a parameter is written $name' : undefined;
  return fail('EXPR_SYNTAX', `unexpected character ${character}`, { start: at, end: at + character.length }, hint);
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

/** A number that runs into letters: 12abc, 1_000, 0x1f. */
function refuseTail(text: string, start: number, end: number): void {
  const tail = match(NAME, text, end);
  if (tail === undefined) return;
  const span = { start, end: end + tail[0].length };
  const hint = tail[0].startsWith('_')
    ? 'write the digits without _'
    : 'a name cannot begin with a digit unless quoted';
  fail('EXPR_SYNTAX', `${text.slice(span.start, span.end)} is not a number`, span, hint);
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

function endOfComment(text: string, at: number): number {
  const end = text.indexOf('*/', at + 2);
  if (end < 0) fail('EXPR_SYNTAX', 'the comment has no end', { start: at, end: text.length }, 'close it with */');
  return end + 2;
}

/** The text between quotes, doubled quotes halved, and where it ends. */
function quotedText(text: string, start: number, quote: "'" | '"'): [value: string, end: number] {
  let value = '';
  let from = start + 1;
  for (;;) {
    const end = text.indexOf(quote, from);
    if (end < 0) {
      const what = quote === "'" ? 'text' : 'name';
      fail('EXPR_SYNTAX', `the quoted ${what} has no end`, { start, end: text.length }, `close it with ${quote}`);
    }
    value += text.slice(from, end);
    if (text[end + 1] !== quote) return [value, end + 1];
    value += quote;
    from = end + 2;
  }
}
