/** The parser's place in the tokens, and what it may ask of them. Keywords are names in any case. */
import type { Span } from '../errors.js';
import { type Token, tokenize } from './lexer.js';
import { fail } from './problem.js';

/** Words that are never names of columns unless quoted. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  'and or not is in like ilike between case when then else end null true false'.split(' '),
);

export class TokenStream {
  private readonly tokens: readonly Token[];
  private position = 0;

  constructor(text: string) {
    this.tokens = tokenize(text);
  }

  get next(): Token {
    return this.tokens[this.position];
  }

  /** The token after the next one. */
  get afterNext(): Token {
    return this.tokens[Math.min(this.position + 1, this.tokens.length - 1)];
  }

  get isEnd(): boolean {
    return this.next.kind === 'end';
  }

  /** Where the last taken token ended. */
  get lastEnd(): number {
    return this.position === 0 ? 0 : this.tokens[this.position - 1].span.end;
  }

  take(): Token {
    const token = this.next;
    if (token.kind !== 'end') this.position++;
    return token;
  }

  isOperator(text: string): boolean {
    return this.next.kind === 'operator' && this.next.text === text;
  }

  isWord(...words: readonly string[]): boolean {
    return isWord(this.next, words);
  }

  isWordAfterNext(...words: readonly string[]): boolean {
    return isWord(this.afterNext, words);
  }

  takeOperator(text: string): boolean {
    if (!this.isOperator(text)) return false;
    this.take();
    return true;
  }

  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.take();
    return true;
  }

  expectWord(word: string, context: string, hint?: string): void {
    if (!this.takeWord(word)) this.unexpected(`${word.toUpperCase()} ${context}`, hint);
  }

  /** The closing parenthesis of the one at `opened`. */
  expectClose(opened: Span): void {
    if (this.takeOperator(')')) return;
    if (this.next.kind === 'end') {
      fail('EXPR_SYNTAX', 'this parenthesis is never closed', opened, 'add a )');
    }
    this.unexpected(') or a comma');
  }

  /** Fails at the next token: it is not what was `expected`. */
  unexpected(expected: string, hint?: string): never {
    const { next } = this;
    const found = next.kind === 'end' ? 'the end of the expression' : describe(next);
    fail('EXPR_SYNTAX', `found ${found} where ${expected} was expected`, next.span, hint);
  }
}

function isWord(token: Token, words: readonly string[]): boolean {
  return token.kind === 'name' && words.includes(token.text.toLowerCase());
}

export function describe(token: Token): string {
  if (token.kind === 'text') return `the text '${token.text.replaceAll("'", "''")}'`;
  if (token.kind === 'quoted') return `the name "${token.text.replaceAll('"', '""')}"`;
  return token.kind === 'param' ? `$${token.text}` : token.text;
}
