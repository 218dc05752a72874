/** Makes JSON to read: objects whose keys come in any order, are missing or null, written in many ways. */
import type { Random } from '../../support/random.js';

export interface JsonStyle {
  /** How often white space stands where it may. */
  readonly blanks: number;
  /** How often the keys come in another order than in the row before. */
  readonly shuffles: number;
  /** How often characters are written as escapes. */
  readonly escapes: number;
}

export const randomStyle = (rng: Random): JsonStyle => ({
  blanks: rng.pick([0, 0, 0.1, 1]),
  shuffles: rng.pick([0, 0, 0.2, 1]),
  escapes: rng.pick([0, 0, 0.05, 0.5]),
});

const WORDS = [
  '',
  'a',
  'plain text',
  'å, é and ü',
  '日本語',
  '😀',
  '"',
  '\\',
  '\n\t\r\b\f',
  '\u0000\u001f',
  '/',
  '{}[],:',
];

export function randomText(rng: Random): string {
  const length = rng.chance(0.05) ? rng.int(40) : rng.int(4);
  return Array.from({ length }, () => rng.pick(WORDS)).join(rng.pick(['', ' ', 'x'.repeat(rng.int(20))]));
}

/** A string with some of its characters as escapes. */
export function stringJson(rng: Random, text: string, { escapes }: Pick<JsonStyle, 'escapes'>): string {
  const units = Array.from({ length: text.length }, (_, i) => {
    const unit = text[i];
    if (rng.chance(escapes)) {
      const hex = unit.charCodeAt(0).toString(16).padStart(4, '0');
      return `\\u${rng.chance(0.5) ? hex : hex.toUpperCase()}`;
    }
    return unit === '/' && rng.chance(0.3) ? '\\/' : undefined;
  });
  // Halves of a pair stay together, as escapes or as they are.
  return `"${units.map((unit, i) => unit ?? plain(text, i, units)).join('')}"`;
}

function plain(text: string, i: number, units: readonly (string | undefined)[]): string {
  const code = text.charCodeAt(i);
  const isHigh = code >= 0xd800 && code < 0xdc00;
  const isLow = code >= 0xdc00 && code < 0xe000;
  const hasEscapedHalf = (isHigh && units[i + 1] !== undefined) || (isLow && units[i - 1] !== undefined);
  return hasEscapedHalf ? `\\u${code.toString(16)}` : JSON.stringify(text[i] === undefined ? '' : text[i]).slice(1, -1);
}

export function numberJson(rng: Random): string {
  const sign = rng.chance(0.3) ? '-' : '';
  const whole = rng.chance(0.2) ? '0' : String(1 + rng.int(9)) + digits(rng, rng.int(rng.chance(0.1) ? 30 : 8));
  const fraction = rng.chance(0.4) ? `.${digits(rng, 1 + rng.int(rng.chance(0.1) ? 20 : 4))}` : '';
  const exponent = rng.chance(0.1) ? rng.pick(['e', 'E']) + rng.pick(['', '+', '-']) + digits(rng, 2) : '';
  return sign + whole + fraction + exponent;
}

export const digits = (rng: Random, count: number): string =>
  Array.from({ length: count }, () => String(rng.int(10))).join('');

/** Any value. */
export function valueJson(rng: Random, style: JsonStyle, depth = 0): string {
  const kind = rng.int(depth < 4 ? 9 : 6);
  if (kind < 2) return numberJson(rng);
  if (kind < 4) return stringJson(rng, randomText(rng), style);
  if (kind === 4) return rng.pick(['true', 'false', 'null']);
  if (kind === 5) return rng.pick(['{}', '[]', '[ ]', '{ }']);
  const items = Array.from({ length: rng.int(4) }, () => valueJson(rng, style, depth + 1));
  const blank = (): string => (rng.chance(style.blanks) ? rng.pick([' ', '\t', '  ']) : '');
  if (kind === 6) return `[${items.map((item) => blank() + item + blank()).join(',')}]`;
  return `{${items.map((item, i) => `${blank()}"k${i}"${blank()}:${blank()}${item}${blank()}`).join(',')}}`;
}

/** A row of members that are given as JSON, in this order. */
export function objectJson(rng: Random, members: readonly (readonly [string, string])[], style: JsonStyle): string {
  const blank = (): string => (rng.chance(style.blanks) ? rng.pick([' ', ' ', '\t', '   ']) : '');
  const texts = members.map(
    ([key, value]) => `${blank()}${stringJson(rng, key, style)}${blank()}:${blank()}${value}${blank()}`,
  );
  return `${blank()}{${texts.join(',') || blank()}}${blank()}`;
}

export function shuffled<T>(rng: Random, items: readonly T[]): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = rng.int(i + 1);
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}
