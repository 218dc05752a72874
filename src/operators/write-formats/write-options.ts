/** The keys of a `write`, those of all formats; each format says which ones are its own. */
import { PACKINGS } from '../../formats/publishing/member-writer.js';
import type { OptionSchema, OptionValues } from '../../spec/option-schema.js';

export const WRITE_OPTIONS = {
  format: {
    kind: 'enum',
    values: ['csv', 'jsonl', 'json', 'parquet'],
    doc: "the file's format, if its name does not say it",
  },
  mode: {
    kind: 'enum',
    values: ['replace', 'replace_partitions', 'append', 'error'],
    default: 'replace',
    doc: 'what becomes of a file that is there, or of what leat wrote into a folder: it is replaced, only in partitions that have rows now, stays before or beside the new rows, or is an error',
  },
  partition_by: {
    kind: 'columns',
    doc: 'columns that are folders instead, `country=NO/...`; for a folder',
  },
  part_size: {
    kind: 'size',
    min: 1,
    default: 256 << 20,
    doc: 'a file of a folder ends with the row in which it gets so long',
  },
  compression: {
    kind: 'enum',
    values: ['auto', 'none', 'snappy', ...PACKINGS],
    default: 'auto',
    doc: 'how the file is compressed; auto: what the end of its name says, .gz or .zst; of Parquet its pages, auto: snappy',
  },
  header: { kind: 'boolean', default: true, doc: 'write the names of the columns as the first row' },
  delimiter: { kind: 'character', doc: 'between fields; default: comma, in .tsv files a tab' },
} as const satisfies OptionSchema;

export type WriteOptions = OptionValues<typeof WRITE_OPTIONS>;
