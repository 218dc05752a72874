/** Texts as numbers, digits and bytes, and back: code points, hexadecimal, base 64, URLs. Bytes are those of UTF-8. */
import { BIGINT, BYTES, INT, STRING } from '../../columnar/data-type.js';
import { formatValue } from '../../columnar/text.js';
import { textBytes } from '../../columnar/text-bytes.js';
import type { Value } from '../../columnar/value.js';
import { EvaluationError } from '../evaluation-error.js';
import { define, withCounts } from './define.js';
import type { ScalarFunction, Signature } from './function.js';

const MAX_CODE_POINT = 0x10ffff;
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function codePoint(text: Value, ofNothing: number): number {
  return (text as string).codePointAt(0) ?? ofNothing;
}

function chr([code]: readonly Value[]): string {
  const point = code as number;
  const isSurrogate = point >= 0xd800 && point <= 0xdfff;
  if (point < 0 || point > MAX_CODE_POINT || isSurrogate) {
    throw new EvaluationError('EXPR_DOMAIN', `no character has the code ${point}`);
  }
  return String.fromCodePoint(point);
}

/** The bytes of a text, or bytes, as digits; an integer as the digits of its 64 bits, without leading zeros. */
function digits(radix: 2 | 16) {
  const width = radix === 16 ? 2 : 8;
  return ([value]: readonly Value[], { args: [type] }: Signature): string => {
    if (typeof value !== 'string')
      return BigInt.asUintN(64, BigInt(value as number | bigint))
        .toString(radix)
        .toUpperCase();
    const bytes = Array.from(textBytes(value, type), (byte) => byte.toString(radix).padStart(width, '0'));
    return bytes.join('').toUpperCase();
  };
}

function toBase([value, radix, length = 0]: readonly Value[]): string {
  const number = BigInt(value as number | bigint);
  const [base, width] = [radix as number, length as number];
  if (number < 0n) throw new EvaluationError('EXPR_DOMAIN', `to_base does not take the negative number ${number}`);
  if (base < 2 || base > 36) throw new EvaluationError('EXPR_DOMAIN', `to_base has bases from 2 to 36, not ${base}`);
  if (width < 0 || width > 64) throw new EvaluationError('EXPR_DOMAIN', `to_base fills up to 64 digits, not ${width}`);
  return number.toString(base).toUpperCase().padStart(width, '0');
}

function textOf(bytes: Uint8Array, source: Value): string {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    throw new EvaluationError('EXPR_DOMAIN', `the bytes of '${source}' are not UTF-8 text`);
  }
}

function unhex([text]: readonly Value[]): string {
  const hex = text as string;
  if (!/^[0-9a-f]*$/i.test(hex)) throw new EvaluationError('EXPR_DOMAIN', `'${hex}' is not hexadecimal`);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('latin1');
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function fromBase64([text]: readonly Value[]): string {
  if (!BASE64.test(text as string)) throw new EvaluationError('EXPR_DOMAIN', `'${text}' is not base 64`);
  return Buffer.from(text as string, 'base64').toString('latin1');
}

function urlEncode([text]: readonly Value[]): string {
  const escaped = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text as string).replace(/[!'()*]/g, escaped);
}

function urlDecode([text]: readonly Value[]): string {
  return (text as string).replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
    textOf(Buffer.from(run.replaceAll('%', ''), 'hex'), text),
  );
}

const ONE_TEXT = [[[STRING], STRING]] as const;
const DIGITS = [
  [[STRING], STRING],
  [[BYTES], STRING],
  [[INT], STRING],
  [[BIGINT], STRING],
] as const;

export const TEXT_CODES: readonly ScalarFunction[] = [
  define({
    id: 'ascii',
    usage: 'ascii(text)',
    summary: 'The code of the first character; 0 for the empty text.',
    examples: [["ascii('A')", '65']],
    takes: [[[STRING], INT]],
    evaluate: ([text]) => codePoint(text, 0),
  }),
  define({
    id: 'unicode',
    aliases: ['ord'],
    usage: 'unicode(text)',
    summary: 'The code of the first character; -1 for the empty text.',
    examples: [
      ["unicode('é')", '233'],
      ["ord('')", '-1'],
    ],
    takes: [[[STRING], INT]],
    evaluate: ([text]) => codePoint(text, -1),
  }),
  define({
    id: 'chr',
    usage: 'chr(code)',
    summary: 'The character with that code.',
    examples: [['chr(233)', 'é']],
    takes: [[[INT], STRING]],
    mayFail: true,
    evaluate: chr,
  }),
  define({
    id: 'strlen',
    usage: 'strlen(text)',
    summary: 'Number of bytes in UTF-8.',
    examples: [["strlen('é')", '2']],
    takes: [[[STRING], BIGINT]],
    evaluate: ([text]) => BigInt(Buffer.byteLength(text as string)),
  }),
  define({
    id: 'octet_length',
    usage: 'octet_length(bytes)',
    summary: 'Number of bytes.',
    examples: [["octet_length(encode('é'))", '2']],
    takes: [[[BYTES], BIGINT]],
    evaluate: ([bytes]) => BigInt((bytes as string).length),
  }),
  define({
    id: 'encode',
    usage: 'encode(text)',
    summary: 'The bytes of the text in UTF-8.',
    examples: [["encode('é')", '\\xC3\\xA9']],
    takes: [[[STRING], BYTES]],
    evaluate: ([text]) => Buffer.from(text as string).toString('latin1'),
  }),
  define({
    id: 'decode',
    usage: 'decode(bytes)',
    summary: 'The text that these bytes are in UTF-8.',
    examples: [["decode(encode('é'))", 'é']],
    takes: [[[BYTES], STRING]],
    mayFail: true,
    evaluate: ([bytes]) => textOf(Buffer.from(bytes as string, 'latin1'), formatValue(bytes, BYTES)),
  }),
  define({
    id: 'hex',
    aliases: ['to_hex'],
    usage: 'hex(text, bytes or integer)',
    summary: 'The bytes of a text, bytes, or the 64 bits of an integer, in hexadecimal.',
    examples: [
      ["hex('é')", 'C3A9'],
      ['hex(255)', 'FF'],
      ['hex(-1)', 'FFFFFFFFFFFFFFFF'],
    ],
    takes: DIGITS,
    evaluate: digits(16),
  }),
  define({
    id: 'bin',
    aliases: ['to_binary'],
    usage: 'bin(text, bytes or integer)',
    summary: 'The bytes of a text, bytes, or the 64 bits of an integer, in binary.',
    examples: [
      ['bin(5)', '101'],
      ["bin('a')", '01100001'],
    ],
    takes: DIGITS,
    evaluate: digits(2),
  }),
  define({
    id: 'to_base',
    usage: 'to_base(integer, base[, digits])',
    summary: 'The digits in a base from 2 to 36, filled up with zeros.',
    examples: [
      ['to_base(10, 2)', '1010'],
      ['to_base(255, 16, 4)', '00FF'],
    ],
    takes: [...withCounts((count) => [count, INT], STRING), ...withCounts((count) => [count, INT, INT], STRING)],
    mayFail: true,
    evaluate: toBase,
  }),
  define({
    id: 'unhex',
    aliases: ['from_hex'],
    usage: 'unhex(text)',
    summary: 'The bytes that these hexadecimal digits are.',
    examples: [
      ["unhex('C3A9')", '\\xC3\\xA9'],
      ["decode(unhex('C3A9'))", 'é'],
    ],
    takes: [[[STRING], BYTES]],
    mayFail: true,
    evaluate: unhex,
  }),
  define({
    id: 'to_base64',
    aliases: ['base64'],
    usage: 'to_base64(bytes or text)',
    summary: 'The bytes, or those of the text, in base 64.',
    examples: [["to_base64('é')", 'w6k=']],
    takes: [
      [[STRING], STRING],
      [[BYTES], STRING],
    ],
    evaluate: ([value], { args: [type] }) => textBytes(value as string, type).toString('base64'),
  }),
  define({
    id: 'from_base64',
    usage: 'from_base64(text)',
    summary: 'The bytes that these are in base 64.',
    examples: [
      ["from_base64('w6k=')", '\\xC3\\xA9'],
      ["decode(from_base64('w6k='))", 'é'],
    ],
    takes: [[[STRING], BYTES]],
    mayFail: true,
    evaluate: fromBase64,
  }),
  define({
    id: 'url_encode',
    usage: 'url_encode(text)',
    summary: 'As it stands in a URL: all but letters, digits and - _ . ~ become %XX.',
    examples: [["url_encode('a b/é')", 'a%20b%2F%C3%A9']],
    takes: ONE_TEXT,
    evaluate: urlEncode,
  }),
  define({
    id: 'url_decode',
    usage: 'url_decode(text)',
    summary: 'With every %XX as the byte it is.',
    examples: [["url_decode('a%20b%C3%A9')", 'a bé']],
    takes: ONE_TEXT,
    mayFail: true,
    evaluate: urlDecode,
  }),
];
