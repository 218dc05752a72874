/** How far apart or alike two texts are, counted in code points. */
import { distance } from 'fastest-levenshtein';
import { BIGINT, DOUBLE, STRING } from '../../columnar/data-type.js';
import type { Value } from '../../columnar/value.js';
import { EvaluationError } from '../evaluation-error.js';
import { characters } from './characters.js';
import { define } from './define.js';
import type { ScalarFunction } from './function.js';

/** `distance` counts UTF-16 units, so characters of two units are given one that neither text has. */
function levenshtein([a, b]: readonly Value[]): bigint {
  const [left, right] = [a as string, b as string];
  if (!/[\ud800-\udfff]/.test(left + right)) return BigInt(distance(left, right));
  const units = new Map<string, string>();
  const inUnits = (text: string): string =>
    characters(text)
      .map((character) => {
        const unit = units.get(character) ?? String.fromCharCode(units.size);
        units.set(character, unit);
        return unit;
      })
      .join('');
  return BigInt(distance(inUnits(left), inUnits(right)));
}

/** Exchanged neighbours count one step, and may still be changed afterwards. */
function damerauLevenshtein([a, b]: readonly Value[]): bigint {
  const [left, right] = [characters(a), characters(b)];
  const far = left.length + right.length;
  const width = right.length + 2;
  /** steps[(i + 1) * width + j + 1]: from the first i characters of a to the first j of b; far where i or j is -1. */
  const steps = new Int32Array((left.length + 2) * width).fill(far);
  for (let i = 0; i <= left.length; i++) steps[(i + 1) * width + 1] = i;
  for (let j = 0; j <= right.length; j++) steps[width + j + 1] = j;
  const lastRowOf = new Map<string, number>();
  for (let i = 1; i <= left.length; i++) {
    let lastMatch = 0;
    for (let j = 1; j <= right.length; j++) {
      const row = lastRowOf.get(right[j - 1]) ?? 0;
      const column = lastMatch;
      const isSame = left[i - 1] === right[j - 1];
      if (isSame) lastMatch = j;
      steps[(i + 1) * width + j + 1] = Math.min(
        steps[i * width + j] + (isSame ? 0 : 1),
        steps[(i + 1) * width + j] + 1,
        steps[i * width + j + 1] + 1,
        steps[row * width + column] + (i - row - 1) + 1 + (j - column - 1),
      );
    }
    lastRowOf.set(left[i - 1], i);
  }
  return BigInt(steps[steps.length - 1]);
}

function hamming([a, b]: readonly Value[]): bigint {
  const [left, right] = [characters(a), characters(b)];
  if (left.length !== right.length || left.length === 0) {
    throw new EvaluationError('EXPR_DOMAIN', `hamming compares texts of one length, not '${a}' and '${b}'`);
  }
  return BigInt(left.filter((character, index) => character !== right[index]).length);
}

function jaccard([a, b]: readonly Value[]): number {
  const [left, right] = [new Set(characters(a)), new Set(characters(b))];
  if (left.size === 0 || right.size === 0) {
    throw new EvaluationError('EXPR_DOMAIN', 'jaccard has no result for an empty text');
  }
  const common = [...left].filter((character) => right.has(character)).length;
  return common / (left.size + right.size - common);
}

/** Characters match where they are equal and less than half the longer text apart. */
function jaro(left: readonly string[], right: readonly string[]): number {
  const reach = Math.max(Math.floor(Math.max(left.length, right.length) / 2) - 1, 0);
  const taken = new Set<number>();
  const matched: string[] = [];
  for (const [at, character] of left.entries()) {
    for (let j = Math.max(at - reach, 0); j < Math.min(at + reach + 1, right.length); j++) {
      if (right[j] !== character || taken.has(j)) continue;
      taken.add(j);
      matched.push(character);
      break;
    }
  }
  const count = matched.length;
  if (count === 0) return 0;
  const other = right.filter((_, index) => taken.has(index));
  const moved = matched.filter((character, index) => character !== other[index]).length;
  return (count / left.length + count / right.length + (count - Math.floor(moved / 2)) / count) / 3;
}

/** Jaro's likeness; above 0.7 a common beginning of up to four characters brings it nearer to 1. */
function jaroWinkler([a, b]: readonly Value[]): number {
  const [left, right] = [characters(a), characters(b)];
  const alike = jaro(left, right);
  if (alike <= 0.7) return alike;
  let prefix = 0;
  while (prefix < 4 && prefix < left.length && left[prefix] === right[prefix]) prefix++;
  return alike + prefix * 0.1 * (1 - alike);
}

const COUNT = [[[STRING, STRING], BIGINT]] as const;
const LIKENESS = [[[STRING, STRING], DOUBLE]] as const;

export const TEXT_DISTANCES: readonly ScalarFunction[] = [
  define({
    id: 'levenshtein',
    aliases: ['editdist3'],
    usage: 'levenshtein(a, b)',
    summary: 'How many characters must be inserted, deleted or replaced to make the other text.',
    examples: [["levenshtein('kitten', 'sitting')", '3']],
    takes: COUNT,
    evaluate: levenshtein,
  }),
  define({
    id: 'damerau_levenshtein',
    usage: 'damerau_levenshtein(a, b)',
    summary: 'Like levenshtein; exchanging two neighbours is one step.',
    examples: [["damerau_levenshtein('ab', 'ba')", '1']],
    takes: COUNT,
    evaluate: damerauLevenshtein,
  }),
  define({
    id: 'hamming',
    aliases: ['mismatches'],
    usage: 'hamming(a, b)',
    summary: 'In how many places two texts of the same length differ.',
    examples: [["hamming('duck', 'luck')", '1']],
    takes: COUNT,
    mayFail: true,
    evaluate: hamming,
  }),
  define({
    id: 'jaccard',
    usage: 'jaccard(a, b)',
    summary: 'How many of the characters that occur in either occur in both, 0 to 1.',
    examples: [["jaccard('duck', 'luck')", '0.6']],
    takes: LIKENESS,
    mayFail: true,
    evaluate: jaccard,
  }),
  define({
    id: 'jaro_similarity',
    usage: 'jaro_similarity(a, b)',
    summary: "Jaro's likeness of two texts, 0 to 1.",
    examples: [["jaro_similarity('abc', 'abc')", '1.0']],
    takes: LIKENESS,
    evaluate: ([a, b]) => jaro(characters(a), characters(b)),
  }),
  define({
    id: 'jaro_winkler_similarity',
    usage: 'jaro_winkler_similarity(a, b)',
    summary: "Jaro's likeness, higher where both begin alike, 0 to 1.",
    examples: [["round(jaro_winkler_similarity('dixon', 'dicksonx'), 4)", '0.8133']],
    takes: LIKENESS,
    evaluate: jaroWinkler,
  }),
];
