/**
 * Reads a step's value and options by the schema of its verb. All problems are collected, each with its place;
 * when there was one, the answer is undefined.
 */
import type { Diagnostic } from '../errors.js';
import { type OptionContext, OptionReader, readEntries } from './option-reader.js';
import type { OptionsOf, VerbSchema } from './option-schema.js';
import type { StepSpec } from './pipeline-spec.js';

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
