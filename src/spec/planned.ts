/**
 * Words of the language that are designed and not built. Whoever writes one is told so, and what to write instead where
 * there is something; a line goes when its word comes.
 */
import type { Diagnostic, Span } from '../errors.js';
import type { SourceText } from './pipeline-spec.js';
import { diagnosticAt } from './source.js';

/** What to do meanwhile; empty: nothing comes near it. */
type Meanwhile = Readonly<Record<string, string>>;

const PLANNED_VERBS: Meanwhile = {
  repartition: 'leave it out: leat shares the rows out by itself',
  iterate: '',
  sql: 'write the query as steps: `filter`, `join`, `aggregate`, `sort`',
  map: '`derive` and `select` compute with expressions',
  flat_map: '`derive` and `filter` compute with expressions',
  reduce: '`aggregate` with `by`',
  process: '`derive`, `aggregate` and `sort` compute with expressions',
};

/** Keys by the verb or section that they belong to; those of `step` to every step. */
const PLANNED_KEYS: Readonly<Record<string, Meanwhile>> = {
  step: {
    chain: 'leave it out: leat makes the chains',
    slot_group: 'leave it out: leat shares the slots out',
  },
  read: {
    incremental: 'name the new files: --param or --read',
    min_age: '',
    follow: '',
    watermark: '',
  },
  write: {
    roll: '',
    manifest: 'leat run --report FILE lists what was written',
  },
  aggregate: { window: "group by `date_trunc('minute', at)` or `time_bucket`", emit: '' },
  distinct: { ttl: '' },
  dedupe: { ttl: '' },
  join: {
    within: 'a condition says it: `on: left.id = right.id AND right.at BETWEEN left.at AND left.at + INTERVAL 1 HOUR`',
  },
};

const PLANNED_SIDES: Meanwhile = { late: '' };

export const plannedVerb = (key: SourceText): Diagnostic | undefined =>
  planned(PLANNED_VERBS, key.text, `the verb \`${key.text}\``, key);

/** `owner`: a verb, a section of the file, or `check`. */
export function plannedKey(owner: string, key: SourceText): Diagnostic | undefined {
  const ofOwner = Object.hasOwn(PLANNED_KEYS, owner) ? PLANNED_KEYS[owner] : {};
  const ofStep = owner === 'run' || owner === 'check' ? {} : PLANNED_KEYS['step'];
  return planned({ ...ofStep, ...ofOwner }, key.text, `the key \`${key.text}\``, key);
}

export const plannedSide = (side: string, at: SourceText): Diagnostic | undefined =>
  planned(PLANNED_SIDES, side, `the side output \`${side}\``, at);

const PACKED = /\.(?:gz|zst|bz2|xz|zip|lz4|br)$/i;

/** A packed file, by its name. `meanwhile`: how it is to be packed or unpacked. */
export function plannedPacking(path: string, meanwhile: string, at: SourceText): Diagnostic | undefined {
  return PACKED.test(path) ? notYet('compressed files', meanwhile, at) : undefined;
}

/** Something that the language is to have. */
export function notYet(what: string, meanwhile: string, at: SourceText, span?: Span): Diagnostic {
  const hint = meanwhile === '' ? undefined : meanwhile;
  return diagnosticAt('SPEC_PLANNED', `leat does not have ${what} yet`, at, span, { hint });
}

function planned(words: Meanwhile, word: string, what: string, at: SourceText): Diagnostic | undefined {
  return Object.hasOwn(words, word) ? notYet(what, words[word], at) : undefined;
}
