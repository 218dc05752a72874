/** Other forms of a text: letters exchanged or normalized, the parts of a path, a number of bytes for readers. */
import { BIGINT, BOOLEAN, STRING } from '../../columnar/data-type.js';
import type { Value } from '../../columnar/value.js';
import { characters } from './characters.js';
import { define } from './define.js';
import type { ScalarFunction } from './function.js';
import { lowerCase, upperCase } from './letter-case.js';

/** Each character of `from` becomes the one in its place of `to`, or goes; of two that are equal the first counts. */
function translate([text, from, to]: readonly Value[]): string {
  const targets = characters(to);
  const replaced = new Map<string, string>();
  for (const [index, character] of characters(from).entries()) {
    if (!replaced.has(character)) replaced.set(character, targets[index] ?? '');
  }
  return characters(text)
    .map((character) => replaced.get(character) ?? character)
    .join('');
}

function initcap([text]: readonly Value[]): string {
  return (text as string).replace(/[\p{L}\p{M}\p{N}]+/gu, (word) => {
    const [first, ...rest] = Array.from(word);
    return upperCase(first) + lowerCase(rest.join(''));
  });
}

const SEPARATORS = /[/\\]/;

function lastSeparator(path: string): number {
  return Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
}

function fileName([path, withoutExtension]: readonly Value[]): string {
  const name = (path as string).slice(lastSeparator(path as string) + 1);
  const dot = name.lastIndexOf('.');
  return withoutExtension === true && dot >= 0 ? name.slice(0, dot) : name;
}

/** The first folder; of an absolute path the separator. */
function firstFolder([path]: readonly Value[]): string {
  const at = (path as string).search(SEPARATORS);
  return (path as string).slice(0, at === 0 ? 1 : Math.max(at, 0));
}

const BYTE_UNITS = ['KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** Cut off, not rounded, to one digit. */
function formatBytes([count]: readonly Value[]): string {
  const bytes = count as bigint;
  const sign = bytes < 0n ? '-' : '';
  const size = bytes < 0n ? -bytes : bytes;
  if (size < 1024n) return `${sign}${size} ${size === 1n ? 'byte' : 'bytes'}`;
  const unit = Math.min(Math.floor((size.toString(2).length - 1) / 10), BYTE_UNITS.length);
  const tenths = (size * 10n) >> BigInt(10 * unit);
  return `${sign}${tenths / 10n}.${tenths % 10n} ${BYTE_UNITS[unit - 1]}`;
}

const ONE_TEXT = [[[STRING], STRING]] as const;

export const TEXT_FORMS: readonly ScalarFunction[] = [
  define({
    id: 'translate',
    usage: 'translate(text, from, to)',
    summary: 'Each character of from replaced by the one in its place of to; without one it goes.',
    examples: [["translate('12345', '143', 'ax')", 'a2x5']],
    takes: [[[STRING, STRING, STRING], STRING]],
    evaluate: translate,
  }),
  define({
    id: 'strip_accents',
    usage: 'strip_accents(text)',
    summary: 'Letters without their accents and other marks.',
    examples: [["strip_accents('Ålesund, café')", 'Alesund, cafe']],
    takes: ONE_TEXT,
    evaluate: ([text]) => (text as string).normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC'),
  }),
  define({
    id: 'nfc_normalize',
    usage: 'nfc_normalize(text)',
    summary: 'In Unicode normalization form C, in which texts that look alike are equal.',
    examples: [["length(nfc_normalize('e' || chr(769)))", '1']],
    takes: ONE_TEXT,
    evaluate: ([text]) => (text as string).normalize('NFC'),
  }),
  define({
    id: 'initcap',
    usage: 'initcap(text)',
    summary: 'The first letter of every word in upper case, the others in lower case.',
    examples: [["initcap('hello WORLD')", 'Hello World']],
    takes: ONE_TEXT,
    evaluate: initcap,
  }),
  define({
    id: 'parse_filename',
    usage: 'parse_filename(path[, without extension])',
    summary: 'What stands behind the last / or \\ of a path; with true without its last extension.',
    examples: [
      ["parse_filename('a/b.csv')", 'b.csv'],
      ["parse_filename('a/b.csv', true)", 'b'],
    ],
    takes: [...ONE_TEXT, [[STRING, BOOLEAN], STRING]],
    evaluate: fileName,
  }),
  define({
    id: 'parse_dirname',
    usage: 'parse_dirname(path)',
    summary: 'The first folder of a path.',
    examples: [["parse_dirname('a/b/c.csv')", 'a']],
    takes: ONE_TEXT,
    evaluate: firstFolder,
  }),
  define({
    id: 'parse_dirpath',
    usage: 'parse_dirpath(path)',
    summary: 'What stands before the last / or \\ of a path.',
    examples: [["parse_dirpath('a/b/c.csv')", 'a/b']],
    takes: ONE_TEXT,
    evaluate: ([path]) => (path as string).slice(0, Math.max(lastSeparator(path as string), 0)),
  }),
  define({
    id: 'format_bytes',
    usage: 'format_bytes(count)',
    summary: 'A number of bytes as people read it, in units of 1024.',
    examples: [['format_bytes(16000)', '15.6 KiB']],
    takes: [[[BIGINT], STRING]],
    evaluate: formatBytes,
  }),
];
