/**
 * Reads a step's value and options by the schema of its verb. All problems are collected, each with its place;
 * when there was one, the answer is undefined.
 */
import type { Diagnostic } from '../errors.js';
import type { OptionsOf, VerbSchema } from './option-schema.js';
import type { StepSpec } from './pipeline-spec.js';

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
  return undefined;
}
