/**
 * Reads a step's value and options by the schema of its verb. All problems are collected, each with its place;
 * when there was one, the answer is undefined.
 */
import type { Diagnostic } from '../errors.js';
import { NodeReader, type OptionContext } from './node-reader.js';
import { readEntries, readOption } from './option-reader.js';
import type { OptionsOf, VerbSchema } from './option-schema.js';
import type { StepSpec } from './pipeline-spec.js';
import { STEP_KEYS } from './step-keys.js';

export function readOptions<const S extends VerbSchema>(
  schema: S,
  step: StepSpec,
  diagnostics: Diagnostic[],
  context: OptionContext = {},
): OptionsOf<S> | undefined {
  const before = diagnostics.length;
  const { verb, verbSource } = step;
  const reader = new NodeReader(verbSource.file, diagnostics, context);
  const value = readOption(reader, schema.value, { key: verbSource, value: step.value }) as OptionsOf<S>['value'];
  const owner = { owner: `\`${verb}\``, at: verbSource, planned: verb, alsoKnown: Object.keys(STEP_KEYS) };
  const options: OptionsOf<S>['options'] = readEntries(schema.options, step.options, owner, diagnostics, context);
  return diagnostics.length > before ? undefined : { value, options };
}
