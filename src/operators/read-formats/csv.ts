/**
 * CSV files. With a schema, its columns are read and nothing is opened before the run; without one the names come from the
 * header and the types from a sample of the first file.
 */
import type { ScanColumn } from '../../dataflow/logical-graph.js';
import type { LoweringContext } from '../../dataflow/verb.js';
import { withoutCompression } from '../../formats/compression/names.js';
import { type CsvOptions, csvRowText, hasSpans, resolveDialect } from '../../formats/csv/dialect.js';
import { type CsvSample, sampleCsv } from '../../formats/csv/infer.js';
import type { SourceText } from '../../spec/pipeline-spec.js';
import { diagnosticAt } from '../../spec/source.js';
import type { CsvSourceConfig } from '../csv-source.js';
import { declaredColumns } from './declared-columns.js';
import { atStep, inputsOf, type ReadFormat, type ReadRequest } from './read-format.js';

const TAB_FILE = /\.(tsv|tab)$/i;

export const CSV: ReadFormat = {
  name: 'csv',
  called: 'CSV files',
  extensions: ['.csv', '.tsv', '.tab', '.txt'],
  options: [
    'delimiter',
    'quote',
    'quotes',
    'escape',
    'header',
    'nulls',
    'comment',
    'skip_lines',
    'ragged',
    'encoding',
    'compression',
  ],
  takesForms: true,
  plan(request: ReadRequest) {
    const { context, source, options } = request;
    const files = inputsOf(request);
    const csv: CsvOptions = {
      delimiter: delimiterOf(options.delimiter?.text, withoutCompression(files[0].path)),
      quote: options.quote === '' ? null : options.quote,
      escape: options.escape,
      header: options.header,
      nulls: options.nulls?.map(({ text }) => text),
      comment: options.comment,
      skipLines: options.skip_lines,
      quotes: options.quotes,
      ragged: options.ragged,
    };
    const sample = atStep(context, source, () => {
      resolveDialect(csv);
      return options.schema === undefined ? sampleCsv(files[0], csv) : 'declared';
    });
    if (sample === undefined) return undefined;
    const columns =
      sample === 'declared'
        ? declaredColumns(context, options.schema ?? [], options.header)
        : inferredColumns(context, source, sample);
    if (columns === undefined) return undefined;
    const config: Omit<CsvSourceConfig, 'columns'> = {
      files,
      at: request.files.map(({ at }) => at),
      options: csv,
      source: context.sourceIndex,
      splitBytes: context.splitBytes,
      seen: sample === 'declared' ? undefined : { dialect: sample.dialect, names: sample.names },
    };
    const rawText =
      sample !== 'declared' && hasSpans(sample.dialect) ? csvRowText(sample.dialect.delimiter) : undefined;
    return { factory: 'csv-source', config, columns, rawText };
  },
};

/** A tab may be written as one, as \t or as its name. */
function delimiterOf(text: string | undefined, file: string): string {
  if (text === undefined) return TAB_FILE.test(file) ? '\t' : ',';
  return text === '\\t' || text === 'tab' ? '\t' : text;
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
