/**
 * Texts. Positions and lengths count code points, from 1; a negative one counts from the end. `reverse` alone keeps what
 * a reader sees as one character together.
 */
import { BIGINT, BOOLEAN, BYTES, type DataType, INT, STRING } from '../../columnar/data-type.js';
import type { Value } from '../../columnar/value.js';
import {
  concatEmit,
  leftEmit,
  lengthEmit,
  lowerEmit,
  positionEmit,
  rightEmit,
  searchEmit,
  substringEmit,
  trimEmit,
  upperEmit,
} from '../compiler/text-emit.js';
import { EvaluationError } from '../evaluation-error.js';
import { boundedCount, characters } from './characters.js';
import { define, type Overload, withCounts } from './define.js';
import { neverFails, type ScalarFunction } from './function.js';
import { lowerCase, upperCase } from './letter-case.js';

function substring([text, offset, length]: readonly Value[]): string {
  const all = characters(text);
  const from = Number(offset);
  const start = from > 0 ? from - 1 : from < 0 ? all.length + from : -1;
  const end = length === undefined ? all.length : start + Number(length);
  return all.slice(Math.max(Math.min(start, end), 0), Math.max(start, end, 0)).join('');
}

const BLANKS = /^\p{Zs}$/u;

/** Takes characters off the ends: blanks, or those of a set. */
function trim(sides: 'left' | 'right' | 'both') {
  return ([text, set]: readonly Value[]): string => {
    const all = characters(text);
    const unwanted = new Set(set === undefined ? [] : characters(set));
    const goes = (character: string): boolean => (set === undefined ? BLANKS.test(character) : unwanted.has(character));
    let start = 0;
    let end = all.length;
    if (sides !== 'right') while (start < end && goes(all[start])) start++;
    if (sides !== 'left') while (end > start && goes(all[end - 1])) end--;
    return all.slice(start, end).join('');
  };
}

function pad(name: 'lpad' | 'rpad') {
  return ([text, count, filling]: readonly Value[]): string => {
    const all = characters(text);
    const wanted = boundedCount(count, name);
    if (all.length >= wanted) return all.slice(0, wanted).join('');
    const fill = characters(filling);
    if (fill.length === 0) throw new EvaluationError('EXPR_DOMAIN', `${name} has nothing to fill up with`);
    const missing = Array.from({ length: wanted - all.length }, (_, i) => fill[i % fill.length]).join('');
    return name === 'lpad' ? missing + (text as string) : (text as string) + missing;
  };
}

function splitPart([text, separator, index]: readonly Value[]): string {
  const pieces = separator === '' ? characters(text) : (text as string).split(separator as string);
  const at = Number(index);
  if (at === 0) return '';
  return pieces[at > 0 ? at - 1 : pieces.length + at] ?? '';
}

function position([text, sought]: readonly Value[]): bigint {
  const at = (text as string).indexOf(sought as string);
  return at < 0 ? 0n : BigInt(characters((text as string).slice(0, at)).length + 1);
}

let segmenter: Intl.Segmenter | undefined;

function reverse([text]: readonly Value[]): string {
  if (/^[\0-\x7f]*$/.test(text as string)) return characters(text).reverse().join('');
  segmenter ??= new Intl.Segmenter('und', { granularity: 'grapheme' });
  const graphemes = Array.from(segmenter.segment(text as string), ({ segment }) => segment);
  return graphemes
    .flatMap((grapheme) => (grapheme === '\r\n' ? ['\r', '\n'] : [grapheme]))
    .reverse()
    .join('');
}

const TEST: readonly Overload[] = [[[STRING, STRING], BOOLEAN]];
const SAME: readonly Overload[] = [[[STRING], STRING]];

/** All arguments as text, whatever they are. */
function texts(count: (given: number) => boolean) {
  return (args: readonly DataType[]) =>
    count(args.length) ? { args: args.map(() => STRING), result: STRING } : undefined;
}

export const TEXT: readonly ScalarFunction[] = [
  {
    id: 'concat_operator',
    aliases: [],
    usage: 'a || b',
    summary: 'Both as one text, or bytes; null when one is null. Other types become text first.',
    examples: [
      ["'a' || 'b'", 'ab'],
      ["'a' || 1", 'a1'],
      ["'a' || NULL", 'NULL'],
    ],
    resolve: (args) =>
      args.length === 2 && args.every((type) => type.kind === 'boolean')
        ? { refused: '|| joins texts', hint: 'write OR' }
        : args.length === 2 && args.every((type) => type.kind === 'bytes')
          ? { args, result: BYTES }
          : texts((given) => given === 2)(args),
    nullRule: 'propagate',
    mayFail: neverFails,
    evaluate: ([a, b]) => (a as string) + (b as string),
    emit: concatEmit,
  },
  {
    id: 'concat',
    aliases: [],
    usage: 'concat(a, b, ...)',
    summary: 'All as one text; nulls are left out.',
    examples: [["concat('a', 1, NULL, true)", 'a1true']],
    resolve: texts((given) => given >= 1),
    nullRule: 'custom',
    mayFail: neverFails,
    evaluate: (args) => args.filter((value) => value !== null).join(''),
  },
  {
    id: 'concat_ws',
    aliases: [],
    usage: 'concat_ws(separator, a, b, ...)',
    summary: 'All as one text with the separator between; nulls are left out.',
    examples: [["concat_ws(', ', 'a', NULL, 'b')", 'a, b']],
    resolve: texts((given) => given >= 2),
    nullRule: 'custom',
    mayFail: neverFails,
    evaluate: ([separator, ...args]) =>
      separator === null ? null : args.filter((value) => value !== null).join(separator as string),
  },
  define({
    id: 'lower',
    aliases: ['lcase'],
    usage: 'lower(text)',
    summary: 'In lower case.',
    examples: [["lower('ÄB')", 'äb']],
    takes: SAME,
    evaluate: ([text]) => lowerCase(text as string),
    emit: lowerEmit,
  }),
  define({
    id: 'upper',
    aliases: ['ucase'],
    usage: 'upper(text)',
    summary: 'In upper case.',
    examples: [["upper('äb')", 'ÄB']],
    takes: SAME,
    evaluate: ([text]) => upperCase(text as string),
    emit: upperEmit,
  }),
  define({
    id: 'length',
    aliases: ['len', 'char_length', 'character_length'],
    usage: 'length(text)',
    summary: 'Number of code points.',
    examples: [["length('aé😀')", '3']],
    takes: [[[STRING], BIGINT]],
    evaluate: ([text]) => BigInt(characters(text).length),
    emit: lengthEmit,
  }),
  define({
    id: 'trim',
    usage: 'trim(text[, characters])',
    summary: 'Without blanks at both ends, or without any of the characters.',
    examples: [
      ["trim('  a ')", 'a'],
      ["trim('xxaxy', 'xy')", 'a'],
    ],
    takes: [...SAME, [[STRING, STRING], STRING]],
    evaluate: trim('both'),
    emit: trimEmit(3),
  }),
  define({
    id: 'ltrim',
    usage: 'ltrim(text[, characters])',
    summary: 'Without blanks at the start, or without any of the characters.',
    examples: [["ltrim('  a ')", 'a ']],
    takes: [...SAME, [[STRING, STRING], STRING]],
    evaluate: trim('left'),
    emit: trimEmit(1),
  }),
  define({
    id: 'rtrim',
    usage: 'rtrim(text[, characters])',
    summary: 'Without blanks at the end, or without any of the characters.',
    examples: [["rtrim('abc', 'cb')", 'a']],
    takes: [...SAME, [[STRING, STRING], STRING]],
    evaluate: trim('right'),
    emit: trimEmit(2),
  }),
  define({
    id: 'substring',
    aliases: ['substr'],
    usage: 'substring(text, start[, length])',
    summary: 'Characters from start on, at most length of them; a negative start counts from the end.',
    examples: [
      ["substring('hello', 2, 3)", 'ell'],
      ["substring('hello', -3)", 'llo'],
    ],
    takes: [
      ...withCounts((count) => [STRING, count], STRING),
      ...withCounts((count) => [STRING, count, count], STRING),
    ],
    evaluate: substring,
    emit: substringEmit,
  }),
  define({
    id: 'left',
    usage: 'left(text, count)',
    summary: 'The first characters; with a negative count all but the last.',
    examples: [
      ["left('hello', 2)", 'he'],
      ["left('hello', -2)", 'hel'],
    ],
    takes: withCounts((count) => [STRING, count], STRING),
    evaluate: ([text, count]) => characters(text).slice(0, Number(count)).join(''),
    emit: leftEmit,
  }),
  define({
    id: 'right',
    usage: 'right(text, count)',
    summary: 'The last characters; with a negative count all but the first.',
    examples: [
      ["right('hello', 2)", 'lo'],
      ["right('hello', -2)", 'llo'],
    ],
    takes: withCounts((count) => [STRING, count], STRING),
    evaluate: ([text, count]) => {
      const all = characters(text);
      const start = Number(count) >= 0 ? Math.max(all.length - Number(count), 0) : -Number(count);
      return all.slice(start).join('');
    },
    emit: rightEmit,
  }),
  define({
    id: 'replace',
    usage: 'replace(text, from, to)',
    summary: 'With every occurrence of from replaced.',
    examples: [["replace('a-b-c', '-', '')", 'abc']],
    takes: [[[STRING, STRING, STRING], STRING]],
    evaluate: ([text, from, to]) => (from === '' ? text : (text as string).split(from as string).join(to as string)),
  }),
  define({
    id: 'starts_with',
    aliases: ['prefix'],
    usage: 'starts_with(text, start)',
    summary: 'True when the text begins with start.',
    examples: [["starts_with('abc', 'ab')", 'true']],
    takes: TEST,
    evaluate: ([text, start]) => (text as string).startsWith(start as string),
    emit: searchEmit(1),
  }),
  define({
    id: 'ends_with',
    aliases: ['suffix'],
    usage: 'ends_with(text, end)',
    summary: 'True when the text ends with end.',
    examples: [["ends_with('abc', 'bc')", 'true']],
    takes: TEST,
    evaluate: ([text, end]) => (text as string).endsWith(end as string),
    emit: searchEmit(2),
  }),
  define({
    id: 'contains',
    usage: 'contains(text, sought)',
    summary: 'True when the text holds the other.',
    examples: [["contains('abc', 'b')", 'true']],
    takes: TEST,
    evaluate: ([text, sought]) => (text as string).includes(sought as string),
    emit: searchEmit(0),
  }),
  define({
    id: 'strpos',
    aliases: ['instr'],
    usage: 'strpos(text, sought)',
    summary: 'Where the other begins first, from 1; 0 when it is not there. Also POSITION(sought IN text).',
    examples: [
      ["strpos('abc', 'c')", '3'],
      ["position('x' IN 'abc')", '0'],
    ],
    takes: [[[STRING, STRING], BIGINT]],
    evaluate: position,
    emit: positionEmit,
  }),
  define({
    id: 'reverse',
    usage: 'reverse(text)',
    summary: 'From back to front.',
    examples: [["reverse('abc')", 'cba']],
    takes: SAME,
    evaluate: reverse,
  }),
  define({
    id: 'repeat',
    usage: 'repeat(text, count)',
    summary: 'The text so many times.',
    examples: [["repeat('ab', 3)", 'ababab']],
    takes: withCounts((count) => [STRING, count], STRING),
    mayFail: true,
    evaluate: ([text, count]) =>
      text === '' ? '' : (text as string).repeat(boundedCount(count, 'repeat', (text as string).length)),
  }),
  define({
    id: 'lpad',
    usage: 'lpad(text, length, filling)',
    summary: 'Filled up at the start to the length, or cut off to it.',
    examples: [["lpad('7', 3, '0')", '007']],
    takes: [[[STRING, INT, STRING], STRING]],
    mayFail: true,
    evaluate: pad('lpad'),
  }),
  define({
    id: 'rpad',
    usage: 'rpad(text, length, filling)',
    summary: 'Filled up at the end to the length, or cut off to it.',
    examples: [["rpad('a', 4, 'xy')", 'axyx']],
    takes: [[[STRING, INT, STRING], STRING]],
    mayFail: true,
    evaluate: pad('rpad'),
  }),
  define({
    id: 'split_part',
    usage: 'split_part(text, separator, index)',
    summary: 'The piece with that index between separators, from 1; a negative index counts from the end. Else empty.',
    examples: [
      ["split_part('a,b,c', ',', 2)", 'b'],
      ["split_part('a,b,c', ',', -1)", 'c'],
    ],
    takes: withCounts((count) => [STRING, STRING, count], STRING),
    evaluate: splitPart,
  }),
];
