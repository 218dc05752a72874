/**
 * Parquet files: names and types stand in the file. With a schema its columns are read, and cast where the file has them
 * in other types; a file that is not there yet may then be planned for.
 */
import type { ProjectColumn, ScanColumn } from '../../dataflow/logical-graph.js';
import type { LoweringContext } from '../../dataflow/verb.js';
import { LeatError } from '../../errors.js';
import { bindCast } from '../../expr/bind-cast.js';
import type { InputFile } from '../../formats/input-file.js';
import { type ParquetFooter, readFooter } from '../../formats/parquet/footer.js';
import { largestPages } from '../../formats/parquet/row-groups.js';
import { parquetColumn } from '../../formats/parquet/schema.js';
import { diagnosticAt } from '../../spec/source.js';
import { columnExpr } from '../columns.js';
import type { ParquetSourceConfig } from '../parquet-source.js';
import { declaredColumns } from './declared-columns.js';
import { atStep, type PlannedScan, type ReadFormat, type ReadRequest } from './read-format.js';
import type { ReadOptions } from './read-options.js';

type SchemaEntries = NonNullable<ReadOptions['schema']>;

export const PARQUET: ReadFormat = {
  name: 'parquet',
  called: 'Parquet files',
  extensions: ['.parquet', '.parq'],
  options: [],
  plan(request: ReadRequest) {
    const { context, files, source, options } = request;
    const first = files[0].file;
    const footer = atStep(context, source, () =>
      options.schema === undefined ? readFooter(first) : footerIfThere(first),
    );
    if (footer === undefined) return undefined;
    const scan = {
      factory: 'parquet-source',
      rowsNeverFail: true as const,
      config: {
        files: files.map(({ file }) => file),
        at: files.map(({ at }) => at),
        source: context.sourceIndex,
        pageBytes: footer === 'missing' ? undefined : largestPages(footer),
      } satisfies Omit<ParquetSourceConfig, 'columns'>,
    };
    if (options.schema !== undefined) return withSchema(context, scan, options.schema, footer);
    return footer === 'missing' ? undefined : { ...scan, columns: columnsOfFile(footer) };
  },
};

function footerIfThere(file: InputFile): ParquetFooter | 'missing' {
  try {
    return readFooter(file);
  } catch (error) {
    if (error instanceof LeatError && error.code === 'FORMAT_FILE_MISSING') return 'missing';
    throw error;
  }
}

/** What the file says of a type holds, whether or not an expression looks at it. */
function columnsOfFile({ columns }: ParquetFooter): readonly ScanColumn[] {
  return columns.map(({ name, type }) => ({ name, type, from: name, isDeclared: true }));
}

function withSchema(
  context: LoweringContext,
  scan: Pick<PlannedScan, 'factory' | 'config' | 'rowsNeverFail'>,
  entries: SchemaEntries,
  footer: ParquetFooter | 'missing',
): PlannedScan | undefined {
  for (const { nulls } of entries) {
    if (nulls === undefined) continue;
    const hint = 'leave it out: a Parquet file says itself what is null';
    context.report(diagnosticAt('SPEC_BAD_VALUE', '`nulls` is for CSV files', nulls[0], undefined, { hint }));
    return undefined;
  }
  const declared = declaredColumns(context, entries, true);
  if (declared === undefined || footer === 'missing') return declared && { ...scan, columns: declared };
  // A column that is not there keeps its type, and the source says so.
  const columns = declared.map((column): ScanColumn => {
    const there = parquetColumn(footer.columns, String(column.from));
    return there === undefined ? column : { ...column, type: there.type };
  });
  const casts = columns.map((_, slot): ProjectColumn | undefined => {
    const { name, type } = entries[slot];
    const result = bindCast(columnExpr(columns, slot), type.text);
    if ('expr' in result) return { name: name.text, expr: result.expr, origin: context.origin(type) };
    for (const { code, message, span, hint } of result.problems) {
      context.report(diagnosticAt(code, message, type, span, { hint }));
    }
    return undefined;
  });
  if (casts.some((cast) => cast === undefined)) return undefined;
  return { ...scan, columns, casts: casts as readonly ProjectColumn[] };
}
