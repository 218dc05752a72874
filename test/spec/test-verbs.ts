/** A small language to test the readers of options with: every kind of option occurs. */
import type { VerbSchema } from '../../src/spec/option-schema.js';

export const TEST_VERBS = {
  read: {
    value: { kind: 'paths', doc: 'files' },
    options: {
      delimiter: { kind: 'character', default: ',', doc: 'between fields' },
      quote: { kind: 'character', orNone: true, default: '"', doc: 'around fields' },
      quotes: { kind: 'enum', values: ['strict', 'lax'], default: 'strict', doc: 'stray quotes' },
      header: { kind: 'boolean', default: true, doc: 'names in the first row' },
      nulls: { kind: 'strings', doc: 'texts that mean null' },
      skip_lines: { kind: 'integer', min: 0, default: 0, doc: 'lines to skip' },
      schema: { kind: 'schema', doc: 'columns and types' },
      part_size: { kind: 'size', doc: 'a size' },
      delay: { kind: 'duration', doc: 'a duration' },
      seed: { kind: 'bigint', doc: 'a seed' },
      encoding: { kind: 'string', doc: 'an encoding' },
    },
  },
  write: { value: { kind: 'path', doc: 'a file' }, options: {} },
  filter: { value: { kind: 'expression', doc: 'a condition' }, options: {} },
  select: { value: { kind: 'outputs', doc: 'columns' }, options: {} },
  derive: { value: { kind: 'expressions', doc: 'new columns' }, options: {} },
  by: { value: { kind: 'outputs', doc: 'keys' }, options: {} },
  check: { value: { kind: 'group', doc: 'a check', options: { rows: { kind: 'string', doc: 'rows' } } }, options: {} },
  aggregate: {
    value: { kind: 'expressions', doc: 'aggregates' },
    options: { by: { kind: 'outputs', doc: 'keys' } },
  },
  join: {
    value: { kind: 'name', doc: 'a step' },
    options: { on: { kind: 'columns', required: true, doc: 'the columns to match' } },
  },
} as const satisfies Record<string, VerbSchema>;
