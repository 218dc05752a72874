/** The keys of steps in which rows can fail: what becomes of such rows. */
import type { OptionSchema, OptionValues } from './option-schema.js';

export const ERROR_OPTIONS = {
  on_error: {
    kind: 'enum',
    values: ['fail', 'skip', 'reject'],
    default: 'fail',
    doc: 'what a row that fails does: end the run, or be left out, or be left out and told of in `NAME.rejects`',
  },
  max_errors: { kind: 'amount', doc: 'so many rows, or such a share of them, may fail; default: any number' },
  rejects: { kind: 'path', doc: 'the file that the rejects go to, short for a `write` of `NAME.rejects`' },
} as const satisfies OptionSchema;

export type ErrorOptions = OptionValues<typeof ERROR_OPTIONS>;

/** The side output of steps with these keys. */
export const REJECTS = 'rejects';
