/**
 * Reads a step's value and options by the schema of its verb. All problems are collected, each with its place;
 * when there was one, the answer is undefined.
 */
import type { Diagnostic } from '../errors.js';
import { OptionReader } from './option-reader.js';
import type { OptionDefinition, OptionSchema, OptionsOf, OptionValues, VerbSchema } from './option-schema.js';
import type { SourceText, SpecEntry, StepSpec } from './pipeline-spec.js';
import { diagnosticAt } from './source.js';
import { didYouMean } from './suggest.js';

export interface OptionContext {
  /** The text of parameter `name`, for numbers and durations written as `$name`; undefined: no such parameter. */
  parameter?(name: string): string | undefined;
}

export function readOptions<const S extends VerbSchema>(
  schema: S,
  step: StepSpec,
  diagnostics: Diagnostic[],
  context: OptionContext = {},
): OptionsOf<S> | undefined {
  const before = diagnostics.length;
  const { verb, verbSource, value, options } = step;
  const reader = new OptionReader(verbSource.file, diagnostics, context);
  const found = reader.read(schema.value, { key: verbSource, value });
  const rest = readEntries(schema.options, options, { owner: `\`${verb}\``, at: verbSource }, diagnostics, context);
  if (diagnostics.length > before) return undefined;
  return { [schema.verb]: found, ...rest } as OptionsOf<S>;
}

/** Whose keys they are, and where to say that one is missing. */
export interface KeyOwner {
  readonly owner: string;
  readonly at: SourceText;
  /** Keys that are known elsewhere, for "did you mean". */
  readonly alsoKnown?: readonly string[];
}

/** Reads a map of keys by their schema: a step's options, `run:`, an entry of `schema:`. */
export function readEntries<const M extends OptionSchema>(
  schema: M,
  entries: ReadonlyMap<string, SpecEntry>,
  { owner, at, alsoKnown = [] }: KeyOwner,
  diagnostics: Diagnostic[],
  context: OptionContext = {},
): OptionValues<M> {
  const reader = new OptionReader(at.file, diagnostics, context);
  const values: Record<string, unknown> = {};
  for (const [key, entry] of entries) {
    if (Object.hasOwn(schema, key)) continue;
    const hint = didYouMean(key, [...Object.keys(schema), ...alsoKnown], `keys of ${owner}`);
    diagnostics.push(
      diagnosticAt('SPEC_UNKNOWN_KEY', `${owner} has no key \`${key}\``, entry.key, undefined, { hint }),
    );
  }
  for (const [key, definition] of Object.entries(schema)) {
    const entry = entries.get(key);
    if (entry !== undefined) values[key] = reader.read(definition, entry);
    else {
      values[key] = definition.default;
      if (definition.required === true) reportMissing(key, definition, owner, at, diagnostics);
    }
  }
  return values as OptionValues<M>;
}

/** The entries of a map by key. */
export function entriesByKey(entries: readonly SpecEntry[]): ReadonlyMap<string, SpecEntry> {
  return new Map(entries.map((entry) => [entry.key.text, entry]));
}

function reportMissing(
  key: string,
  definition: OptionDefinition,
  owner: string,
  at: SourceText,
  diagnostics: Diagnostic[],
): void {
  diagnostics.push(
    diagnosticAt('SPEC_MISSING_KEY', `${owner} needs the key \`${key}\``, at, undefined, {
      hint: `${key}: ${definition.doc}`,
    }),
  );
}
