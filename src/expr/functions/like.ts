/**
 * LIKE: `%` is any text, `_` any one code point, and the escape character (there is none unless ESCAPE names one) takes
 * the next character as itself. ILIKE compares lower case. A pattern that ends in its escape character matches nothing.
 */
import { BOOLEAN, type DataType, STRING } from '../../columnar/data-type.js';
import type { Value } from '../../columnar/value.js';
import type { EmitRule } from '../compiler/emit.js';
import { likeEmit } from '../compiler/text-emit.js';
import { type Example, type LiteralArgument, neverFails, type Resolution, type ScalarFunction } from './function.js';
import { lowerCase } from './letter-case.js';

/** One code point that must be there, any one, or any number of any. */
type LikeToken =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'many' };

/** undefined: matches nothing. */
function likeTokens(pattern: string, escapeCharacter: string): readonly LikeToken[] | undefined {
  const tokens: LikeToken[] = [];
  const characters = Array.from(pattern);
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i];
    if (character === escapeCharacter) {
      if (++i === characters.length) return undefined;
      tokens.push({ kind: 'literal', text: characters[i] });
    } else if (character === '%') tokens.push({ kind: 'many' });
    else if (character === '_') tokens.push({ kind: 'one' });
    else tokens.push({ kind: 'literal', text: character });
  }
  return tokens;
}

/** Greedy with one way back, to the last `%`: never exponential. */
function matchesLike(text: string, tokens: readonly LikeToken[]): boolean {
  const characters = Array.from(text);
  let at = 0;
  let token = 0;
  let lastMany = -1;
  let retryAt = 0;
  while (at < characters.length) {
    const current = tokens[token];
    if (current?.kind === 'many') {
      lastMany = token++;
      retryAt = at;
    } else if (current?.kind === 'one' || (current?.kind === 'literal' && current.text === characters[at])) {
      token++;
      at++;
    } else if (lastMany >= 0) {
      token = lastMany + 1;
      at = ++retryAt;
    } else {
      return false;
    }
  }
  while (tokens[token]?.kind === 'many') token++;
  return token === tokens.length;
}

function resolveLike(args: readonly DataType[], literals: readonly LiteralArgument[]): Resolution {
  if (args.length < 2 || args.length > 3 || args.some((type) => type.kind !== 'string')) return undefined;
  if (args.length === 3) {
    const character = literals[2];
    if (character !== null && (typeof character !== 'string' || Array.from(character).length > 1)) {
      return { refused: 'ESCAPE takes one character', hint: "x LIKE '10!%' ESCAPE '!'" };
    }
  }
  return { args: args.map(() => STRING), result: BOOLEAN };
}

function like(
  id: string,
  summary: string,
  examples: readonly Example[],
  fold: (text: string) => string,
  emit?: EmitRule,
): ScalarFunction {
  return {
    id,
    aliases: [],
    usage: `a ${id.toUpperCase()} b`,
    summary,
    examples,
    resolve: resolveLike,
    nullRule: 'propagate',
    mayFail: neverFails,
    evaluate: ([text, pattern, escapeCharacter = '']: readonly Value[]) => {
      const tokens = likeTokens(fold(pattern as string), escapeCharacter as string);
      return tokens !== undefined && matchesLike(fold(text as string), tokens);
    },
    emit,
  };
}

export const LIKE: readonly ScalarFunction[] = [
  like(
    'like',
    'True when the text fits the pattern: % is any text, _ any one character.',
    [
      ["'abc' LIKE 'a%'", 'true'],
      ["'abc' LIKE 'a_'", 'false'],
      ["'10%' LIKE '10!%' ESCAPE '!'", 'true'],
    ],
    (text) => text,
    likeEmit,
  ),
  like('ilike', 'LIKE without regard to case.', [["'ABC' ILIKE 'a%'", 'true']], lowerCase),
];
