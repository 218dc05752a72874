/**
 * `read`: rows out of files. With a schema, its columns are read and nothing is opened before the run; without one the
 * names come from the header and the types from a sample of the first file.
 */
import { typedLater } from '../columnar/schema.js';
import type { ScanColumn } from '../dataflow/logical-graph.js';
import { defineVerb, type LoweringContext } from '../dataflow/verb.js';
import { type Diagnostic, LeatError } from '../errors.js';
import { parseType } from '../expr/parse-type.js';
import type { CsvOptions } from '../formats/csv/dialect.js';
import { csvRowText, hasSpans, resolveDialect } from '../formats/csv/dialect.js';
import { type CsvSample, sampleCsv } from '../formats/csv/infer.js';
import { expandInputs } from '../formats/globs.js';
import type { SchemaEntry } from '../spec/option-schema.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { notYet, plannedFile, plannedPacking } from '../spec/planned.js';
import { diagnosticAt, type Located, locatedText } from '../spec/source.js';
import { type CsvSourceConfig, READ_HERE } from './csv-source.js';
import { toldAtStep } from './step-place.js';

const TAB_FILE = /\.(tsv|tab)$/i;

/** Entries of a schema that say more than type, name and nulls. */
const LATER_ENTRY_KEYS = ['format', 'timezone', 'decimal', 'thousands', 'trim'] as const;

export const READ = defineVerb({
  verb: 'read',
  summary: 'Reads rows from CSV files: a path, a glob, or a list of them.',
  example: '- read: data/orders/*.csv\n  schema:\n    id: bigint\n    amount: decimal(12,2)',
  hasInput: false,
  hasOutput: true,
  schema: {
    value: { kind: 'paths', required: true, doc: 'a path, a glob, or a list of them; files are read in that order' },
    options: {
      format: { kind: 'enum', values: ['csv'], default: 'csv', doc: 'the format of the files' },
      schema: { kind: 'schema', doc: 'the columns to read and their types; others are ignored' },
      delimiter: { kind: 'string', doc: 'between fields; default: comma, in .tsv files a tab' },
      quote: { kind: 'character', orNone: true, default: '"', doc: 'around fields, or `none`' },
      quotes: {
        kind: 'enum',
        values: ['strict', 'lax'],
        default: 'strict',
        doc: 'lax: a quote inside a field that is not quoted is a character like others',
      },
      escape: { kind: 'character', doc: 'makes a quote inside a quoted field a character; default: the quote itself' },
      header: { kind: 'boolean', default: true, doc: 'the first row holds the names of the columns' },
      nulls: { kind: 'strings', doc: 'unquoted texts that mean null, besides the empty one' },
      comment: { kind: 'character', doc: 'lines that begin with it are skipped' },
      skip_lines: { kind: 'integer', min: 0, default: 0, doc: 'lines before the header, or before the first row' },
    },
  },
  async lower(context, { value, options }) {
    const named = filesOf(context, value);
    if (named === undefined) return undefined;
    const files = named.map(({ file }) => file);
    const csv: CsvOptions = {
      delimiter: delimiterOf(options.delimiter?.text, files[0]),
      quote: options.quote === '' ? null : options.quote,
      escape: options.escape,
      header: options.header,
      nulls: options.nulls?.map(({ text }) => text),
      comment: options.comment,
      skipLines: options.skip_lines,
      quotes: options.quotes,
    };
    const sample = atStep(context, value[0], () => {
      resolveDialect(csv);
      return options.schema === undefined ? sampleCsv(files[0], csv) : 'declared';
    });
    if (sample === undefined) return undefined;
    const columns =
      sample === 'declared'
        ? declaredColumns(context, options.schema ?? [], options.header)
        : inferredColumns(context, value[0], sample);
    if (columns === undefined) return undefined;
    const config: Omit<CsvSourceConfig, 'columns'> = {
      files,
      at: named.map(({ at }) => at),
      options: csv,
      source: context.sourceIndex,
      splitBytes: context.splitBytes,
      seen: sample === 'declared' ? undefined : { dialect: sample.dialect, names: sample.names },
    };
    const more = files.length === 1 ? '' : ` and ${files.length - 1} more`;
    const schema = columns.map((column) => typedLater(column.name, column));
    const text = `${files[0]}${more}`;
    const rawText =
      sample !== 'declared' && hasSpans(sample.dialect) ? csvRowText(sample.dialect.delimiter) : undefined;
    return context.add({ op: 'scan', factory: 'csv-source', config, columns, text, rawText }, [], schema);
  },
});

/** A tab may be written as one, as \t or as its name. */
function delimiterOf(text: string | undefined, file: string): string {
  if (text === undefined) return TAB_FILE.test(file) ? '\t' : ',';
  return text === '\\t' || text === 'tab' ? '\t' : text;
}

interface NamedFile {
  readonly file: string;
  /** One object for all files of a pattern. */
  readonly at: Located;
}

/** All files that the paths and globs stand for, in order. */
function filesOf(context: LoweringContext, paths: readonly SourceText[]): readonly NamedFile[] | undefined {
  if (context.pathOverride !== undefined) return [{ file: context.pathOverride, at: locatedText(paths[0]) }];
  const lists = paths.map((source) => {
    const at = locatedText(source);
    const path = context.resolvePath(source);
    const later = path && plannedInput(context, source, path.text);
    if (later !== undefined) {
      context.report(later);
      return undefined;
    }
    const files = path && atStep(context, source, () => expandInputs(path.text, path.folder));
    return files?.map((file): NamedFile => ({ file, at }));
  });
  if (lists.some((list) => list === undefined)) return undefined;
  return lists.flatMap((list) => list as readonly NamedFile[]);
}

function plannedInput({ step }: LoweringContext, source: SourceText, path: string): Diagnostic | undefined {
  if (path === 'stdin') return notYet('reads of standard input', 'write it to a file first', source);
  const packed = plannedPacking(path, 'unpack the file first', source);
  return packed ?? (step.options.has('format') ? undefined : plannedFile(path, source));
}

function inferredColumns(
  context: LoweringContext,
  source: SourceText,
  { names, dialect, hint, ...sample }: CsvSample,
): readonly ScanColumn[] {
  if (hint !== undefined) {
    const { message, ...more } = hint;
    context.report(diagnosticAt('FORMAT_CSV_DIALECT', message, source, undefined, { severity: 'warning', ...more }));
  }
  return names.map((name, index) => ({
    name,
    get type() {
      return sample.typeOf(index);
    },
    from: dialect.header ? name : index,
    place: index,
    isDeclared: false,
    oddText: () => sample.oddText(index),
  }));
}

function declaredColumns(
  context: LoweringContext,
  entries: readonly SchemaEntry[],
  header: boolean,
): readonly ScanColumn[] | undefined {
  const columns = entries.map((entry, index): ScanColumn | undefined => {
    const later = LATER_ENTRY_KEYS.find((key) => entry[key] !== undefined);
    if (later !== undefined) {
      context.report(
        notYet(`\`${later}\` of a column`, 'read the column as a string and convert it in a `derive`', entry.name),
      );
      return undefined;
    }
    const parsed = parseType(entry.type.text);
    if ('problems' in parsed) {
      for (const { code, message, span, hint } of parsed.problems) {
        context.report(diagnosticAt(code, message, entry.type, span, { hint }));
      }
      return undefined;
    }
    const from = header ? (entry.from ?? entry.name).text : index;
    const nulls = entry.nulls?.map(({ text }) => text);
    return { name: entry.name.text, type: parsed.type, from, nulls, isDeclared: true };
  });
  return columns.some((column) => column === undefined) ? undefined : (columns as readonly ScanColumn[]);
}

/** An error about a file becomes a diagnostic at the step that reads it, beside the place in the file. */
function atStep<T>(context: LoweringContext, source: SourceText, action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof LeatError)) throw error;
    for (const diagnostic of error.diagnostics) context.report(toldAtStep(diagnostic, locatedText(source), READ_HERE));
    return undefined;
  }
}
