/**
 * Scalars that stand for a value of their own: numbers, sizes, durations, booleans, characters. Each reader answers the
 * value, or what it expected instead.
 */
export type Reading<T> = { readonly value: T } | { readonly expected: string; readonly hint?: string };

const SIZE_UNITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    B: 1,
    KIB: 2 ** 10,
    MIB: 2 ** 20,
    GIB: 2 ** 30,
    TIB: 2 ** 40,
    KB: 1e3,
    MB: 1e6,
    GB: 1e9,
    TB: 1e12,
  }),
);

const DURATION_UNITS: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ms: 1,
    s: 1000,
    m: 60_000,
    min: 60_000,
    h: 3_600_000,
    d: 86_400_000,
  }),
);

/** For the JSON Schema; any case will do. */
export const UNITS = { size: [...SIZE_UNITS.keys()], duration: [...DURATION_UNITS.keys()] };

export interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** `256MiB`, `1.5GiB`, `64MB`; bytes. */
export function readSize(text: string, range: Range = {}): Reading<number> {
  const expected = 'a size, such as 256MiB or 1GiB';
  const match = /^(\d+(?:\.\d+)?) ?([a-z]+)$/i.exec(text);
  const unit = match && SIZE_UNITS.get(match[2].toUpperCase());
  if (match === null || !unit) {
    return { expected, hint: /^\d+$/.test(text) ? `give the unit: ${text}MiB` : undefined };
  }
  return inRange(Number(match[1]) * unit, range, expected, showSize);
}

/** `500ms`, `1s`, `5m`, `2h`, `1d`; milliseconds. */
export function readDuration(text: string, range: Range = {}): Reading<number> {
  const expected = 'a duration, such as 500ms, 1s, 5m or 2h';
  const match = /^(\d+(?:\.\d+)?) ?([a-z]+)$/i.exec(text);
  const unit = match && DURATION_UNITS.get(match[2].toLowerCase());
  if (match === null || !unit) {
    return { expected, hint: /^\d+$/.test(text) ? `give the unit: ${text}s` : undefined };
  }
  return inRange(Number(match[1]) * unit, range, expected, (bound) => `${bound / unit}${match[2]}`);
}

/** Digits, with `_` between them if one likes. */
export function readInteger(text: string, range: Range = {}): Reading<number> {
  const expected = 'a whole number';
  if (!/^[-+]?\d+(?:_\d+)*$/.test(text)) return { expected, hint: inDigits(text) };
  return inRange(Number(text.replaceAll('_', '')), range, expected, String);
}

/** How a number that is written in another way is to be written. */
function inDigits(text: string): string | undefined {
  const plain = text.replace(/(?<=\d)[,'. ](?=\d{3}(?:\D|$))/g, '').replace(/^(\d+(?:\.\d+)?) ?([kM])$/, thousands);
  const number = /^\d+(?:\.\d+)?(?:e\+?\d+)?$/i.test(plain) ? Number(plain) : undefined;
  if (Number.isSafeInteger(number)) return `write it in digits: ${number}`;
  return /^[a-z]+$/i.test(text) ? 'write it in digits, such as 10' : undefined;
}

function thousands(_: string, count: string, unit: string): string {
  return `${count}e${unit === 'k' ? 3 : 6}`;
}

/** A whole number of 64 bits. */
export function readBigint(text: string): Reading<bigint> {
  const expected = 'a whole number of 64 bits';
  if (!/^[-+]?\d+(?:_\d+)*$/.test(text)) return { expected };
  const value = BigInt(text.replaceAll('_', '').replace(/^\+/, ''));
  return BigInt.asIntN(64, value) === value ? { value } : { expected };
}

/** So many rows, or `part` of each `of`. */
export type Amount =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'share'; readonly part: bigint; readonly of: bigint };

/** Counters of rows are 32 bits wide. */
export const MOST_ROWS = 2 ** 31 - 1;

/** `10%`, `0.5%`, `1000`. */
export function readAmount(text: string): Reading<Amount> {
  const expected = 'a share of the rows, such as 10%, or how many';
  const share = /^(\d+)(?:\.(\d+))? ?%$/.exec(text);
  if (share !== null) {
    const [, whole, fraction = ''] = share;
    const [part, of] = [BigInt(whole + fraction), 100n * 10n ** BigInt(fraction.length)];
    return part <= of ? { value: { kind: 'share', part, of } } : { expected: 'a share of at most 100%' };
  }
  const decimal = /^0?\.(\d+)$/.exec(text);
  if (decimal !== null) return { expected, hint: `a share is written in percent: ${percent(decimal[1])}%` };
  const count = readInteger(text, { min: 0, max: MOST_ROWS });
  if ('value' in count) return { value: { kind: 'count', count: count.value } };
  return { expected: /^[-+]?\d+$/.test(text) ? count.expected : expected, hint: count.hint };
}

/** 0.25 is 25%, by its digits. */
function percent(digits: string): string {
  const padded = digits.padEnd(2, '0');
  const [whole, fraction] = [padded.slice(0, 2).replace(/^0/, ''), padded.slice(2).replace(/0+$/, '')];
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

export function readBoolean(text: string): Reading<boolean> {
  if (/^(?:true|True|TRUE)$/.test(text)) return { value: true };
  if (/^(?:false|False|FALSE)$/.test(text)) return { value: false };
  const meant = /^(?:yes|on|y)$/i.test(text) ? 'true' : /^(?:no|off|n)$/i.test(text) ? 'false' : undefined;
  return { expected: 'true or false', hint: meant && `write ${meant}` };
}

/** One code point; `\t` and `tab` are a tab, however quoted. */
export function readCharacter(text: string, orNone: boolean): Reading<string> {
  if (text === '\\t' || text === 'tab') return { value: '\t' };
  if (orNone && text === 'none') return { value: '' };
  return [...text].length === 1 ? { value: text } : { expected: orNone ? 'one character, or none' : 'one character' };
}

/** In the largest unit that needs no fraction: 1MiB, whatever unit was asked in. */
function showSize(bytes: number): string {
  const units = ['TiB', 'GiB', 'MiB', 'KiB', 'B'];
  const unit = units.find((name) => bytes % SIZE_UNITS.get(name.toUpperCase())! === 0) ?? 'B';
  return `${bytes / SIZE_UNITS.get(unit.toUpperCase())!}${unit}`;
}

function inRange(
  value: number,
  { min, max }: Range,
  expected: string,
  show: (bound: number) => string,
): Reading<number> {
  const whole = Math.round(value);
  if (!Number.isSafeInteger(whole)) return { expected };
  if (min !== undefined && whole < min) return { expected: `${expected}, at least ${show(min)}` };
  if (max !== undefined && whole > max) return { expected: `${expected}, at most ${show(max)}` };
  return { value: whole };
}
