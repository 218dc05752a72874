/**
 * CSV files. With a schema, its columns are read and nothing is opened before the run; without one the names come from the
 * header and the types from a sample of the first file.
 */
import type { DataType } from '../../columnar/data-type.js';
import type { ScanColumn } from '../../dataflow/logical-graph.js';
import type { LoweringContext } from '../../dataflow/verb.js';
import { withoutCompression } from '../../formats/compression/names.js';
import { type CsvOptions, csvRowText, hasSpans, resolveDialect } from '../../formats/csv/dialect.js';
import { type CsvSample, type OddText, sampleCsv } from '../../formats/csv/infer.js';
import { inferType } from '../../formats/csv/infer-type.js';
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
    'union_by_name',
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
    if (options.union_by_name && !options.header) {
      const at = context.step.options.get('union_by_name')!.key;
      const hint = 'without a header columns have no names; leave it out';
      context.report(diagnosticAt('SPEC_BAD_VALUE', '`union_by_name` needs a header', at, undefined, { hint }));
      return undefined;
    }
    const sample = atStep(context, source, () => {
      resolveDialect(csv);
      if (options.schema !== undefined) return 'declared';
      return options.union_by_name ? unitedSample(files.map((file) => sampleCsv(file, csv))) : sampleCsv(files[0], csv);
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
      isUnited: options.union_by_name,
      seen: sample === 'declared' ? undefined : { dialect: sample.dialect, names: sample.names },
    };
    const rawText =
      sample !== 'declared' && !options.union_by_name && hasSpans(sample.dialect)
        ? csvRowText(sample.dialect.delimiter)
        : undefined;
    return { factory: 'csv-source', config, columns, rawText };
  },
};

/** The columns of all files, in the order in which they turn up; a type must hold what the samples of all of them show. */
function unitedSample(samples: readonly CsvSample[]): CsvSample {
  const names = [...new Set(samples.flatMap((sample) => sample.names))];
  const having = (column: number): readonly (readonly [CsvSample, number])[] =>
    samples.flatMap((sample) => {
      const at = sample.names.indexOf(names[column]);
      return at < 0 ? [] : [[sample, at] as const];
    });
  const textsOf = function* (column: number): Generator<string> {
    for (const [sample, at] of having(column)) yield* sample.textsOf(at);
  };
  const typeOf = (column: number): DataType => inferType(textsOf(column));
  const oddText = (column: number): OddText | undefined => {
    if (typeOf(column).kind !== 'string') return undefined;
    const [found] = having(column).flatMap(([sample, at]) => sample.oddText(at) ?? []);
    return found;
  };
  return { ...samples[0], names, typeOf, textsOf, oddText };
}

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
