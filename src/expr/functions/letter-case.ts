/**
 * Upper and lower case, code point by code point and without regard to language or neighbours: Unicode's simple
 * mappings. JavaScript has the full ones, in which some letters become several; those are the exceptions here.
 */

/** Greek letters whose full upper case has an iota of its own: range, and how far their simple upper case lies. */
const WITH_IOTA: readonly (readonly [from: number, to: number, shift: number])[] = [
  [0x1f80, 0x1f87, 8],
  [0x1f90, 0x1f97, 8],
  [0x1fa0, 0x1fa7, 8],
  [0x1fb3, 0x1fb3, 9],
  [0x1fc3, 0x1fc3, 9],
  [0x1ff3, 0x1ff3, 9],
];

const ASCII = /^[\0-\x7f]*$/;

export function upperCase(text: string): string {
  if (ASCII.test(text)) return text.toUpperCase();
  return Array.from(text, upperOne).join('');
}

export function lowerCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return Array.from(text, lowerOne).join('');
}

function upperOne(character: string): string {
  if (character === '\u00df') return '\u1e9e';
  const upper = character.toUpperCase();
  if (isOne(upper)) return upper;
  const code = character.codePointAt(0) as number;
  const shift = WITH_IOTA.find(([from, to]) => code >= from && code <= to)?.[2];
  return shift === undefined ? character : String.fromCodePoint(code + shift);
}

function lowerOne(character: string): string {
  if (character === '\u0130') return 'i';
  const lower = character.toLowerCase();
  return isOne(lower) ? lower : character;
}

/** One code point. */
function isOne(text: string): boolean {
  return text.length === ((text.codePointAt(0) as number) > 0xffff ? 2 : 1);
}
