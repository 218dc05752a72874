/** `write`: rows into a file or onto standard output; published when the whole job has succeeded. */
import { devNull } from 'node:os';
import { basename, extname, resolve } from 'node:path';
import { defineVerb } from '../dataflow/verb.js';
import { csvRowText } from '../formats/csv/dialect.js';
import { notYet, plannedFile, plannedPacking } from '../spec/planned.js';
import { diagnosticAt, locatedText } from '../spec/source.js';
import type { CsvSinkConfig } from './csv-sink.js';

const STDOUT = 'stdout';
/** Other names of it; through them the file behind a redirected stdout would be replaced. */
const STDOUT_FILES = ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'];
const TAB_EXTENSIONS = ['.tsv', '.tab'];
const CSV_EXTENSIONS = ['.csv', '.txt', ...TAB_EXTENSIONS];

export const WRITE = defineVerb({
  verb: 'write',
  summary: 'Writes the rows to a file, or to stdout. Nothing appears before the whole job has succeeded.',
  example: '- write: out/revenue.csv',
  hasInput: true,
  hasOutput: false,
  schema: {
    value: { kind: 'path', required: true, doc: 'the file, or `stdout`' },
    options: {
      format: { kind: 'enum', values: ['csv'], doc: "the file's format, if its name does not say it" },
      mode: {
        kind: 'enum',
        values: ['replace', 'error'],
        default: 'replace',
        doc: 'what to do when the file is there already',
      },
      header: { kind: 'boolean', default: true, doc: 'write the names of the columns as the first row' },
      delimiter: { kind: 'character', doc: 'between fields; default: comma, in .tsv files a tab' },
    },
  },
  async lower(context, { value, options }) {
    const input = context.input!;
    const written = context.pathOverride ?? value.text;
    const isStdout = written === STDOUT || STDOUT_FILES.includes(written);
    const target =
      isStdout || context.pathOverride !== undefined ? { folder: '', text: written } : context.resolvePath(value);
    if (target === undefined) return undefined;
    const path = isStdout ? STDOUT : resolve(target.folder, target.text);
    // Where nobody reads, no name says a format.
    const saysFormat = !isStdout && path !== devNull;
    const extension = extname(path).toLowerCase();
    const planned = isFolder(target.text) ? notYet('writes of folders', 'name a file in it', value) : undefined;
    const packed = plannedPacking(path, 'write a plain file and pack it afterwards', value);
    const later = planned ?? packed ?? (options.format === undefined ? plannedFile(path, value) : undefined);
    if (later !== undefined) {
      context.report(later);
      return undefined;
    }
    if (saysFormat && options.format === undefined && !CSV_EXTENSIONS.includes(extension)) {
      context.report(
        diagnosticAt('FORMAT_UNKNOWN', `"${basename(path)}" does not say its format`, value, undefined, {
          hint: 'end the name in .csv or .tsv, or add `format: csv`',
        }),
      );
      return undefined;
    }
    const config: Omit<CsvSinkConfig, 'schema' | 'isOnlyOutput'> = {
      at: locatedText(value),
      target: isStdout ? { kind: 'stdout' } : { kind: 'file', path },
      mode: options.mode,
      delimiter: options.delimiter ?? (TAB_EXTENSIONS.includes(extension) ? '\t' : ','),
      header: options.header,
      showsFailures: context.showsFailures,
    };
    const rawText = csvRowText(config.delimiter);
    const sink = { op: 'sink', factory: 'csv-sink', config, typed: false, text: path, rawText } as const;
    return context.add(sink, [input], input.schema);
  },
});

function isFolder(path: string): boolean {
  return path.endsWith('/');
}
