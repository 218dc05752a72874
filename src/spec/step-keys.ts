/** The keys that every step may have beside its verb and the verb's options. */
import type { OptionSchema } from './option-schema.js';

export const STEP_KEYS = {
  name: { kind: 'name', doc: 'what the step is called, for `from` and for --read and --write' },
  from: { kind: 'name', doc: 'the step whose rows it reads; default: the step above' },
  description: { kind: 'string', doc: 'what it is for; for people' },
  parallelism: { kind: 'integer', min: 1, max: 65536, doc: 'at most so many tasks run the chain of this step' },
} as const satisfies OptionSchema;
