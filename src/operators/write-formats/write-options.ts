/** The keys of a `write`, those of all formats; each format says which ones are its own. */
import { PACKINGS } from '../../formats/publishing/member-writer.js';
import type { OptionSchema, OptionValues } from '../../spec/option-schema.js';

export const WRITE_OPTIONS = {
  format: { kind: 'enum', values: ['csv', 'jsonl', 'json'], doc: "the file's format, if its name does not say it" },
  mode: {
    kind: 'enum',
    values: ['replace', 'error'],
    default: 'replace',
    doc: 'what to do when the file is there already',
  },
  compression: {
    kind: 'enum',
    values: ['auto', 'none', ...PACKINGS],
    default: 'auto',
    doc: 'how the file is compressed; auto: what the end of its name says, .gz or .zst',
  },
  header: { kind: 'boolean', default: true, doc: 'write the names of the columns as the first row' },
  delimiter: { kind: 'character', doc: 'between fields; default: comma, in .tsv files a tab' },
} as const satisfies OptionSchema;

export type WriteOptions = OptionValues<typeof WRITE_OPTIONS>;
