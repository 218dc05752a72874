/**
 * `read`: rows out of files. With a schema, its columns are read and nothing is opened before the run; without one the
 * format says what columns there are.
 */
import { typedLater } from '../columnar/schema.js';
import type { ProjectColumn } from '../dataflow/logical-graph.js';
import { defineVerb, type LoweringContext } from '../dataflow/verb.js';
import { REJECTS } from '../spec/error-options.js';
import { diagnosticAt } from '../spec/source.js';
import { columnExpr } from './columns.js';
import { hasForeignOptions } from './foreign-options.js';
import { inUtf8 } from './read-encoding.js';
import { columnsOfFiles, hasNameTwice } from './read-file-columns.js';
import { filesOf } from './read-files.js';
import { declaredColumns } from './read-formats/declared-columns.js';
import { FORM_KEYS } from './read-formats/declared-form.js';
import type { NamedFile, PlannedScan, ReadFormat } from './read-formats/read-format.js';
import { READ_OPTIONS, type ReadOptions } from './read-formats/read-options.js';
import { READ_FORMATS, readFormatNamed, readFormatOf } from './read-formats/registry.js';
import { schemaOf } from './select.js';

export const READ = defineVerb({
  verb: 'read',
  summary: 'Reads rows from files: a path, a glob, or a list of them.',
  example: '- read: data/orders/*.csv\n  schema:\n    id: bigint\n    amount: decimal(12,2)',
  hasInput: false,
  hasOutput: true,
  sides: [REJECTS],
  schema: {
    value: {
      kind: 'paths',
      required: true,
      doc: 'a path, a glob, a list of them, or `stdin`; files are read in that order',
    },
    options: READ_OPTIONS,
  },
  async lower(context, { value, options }) {
    const named = await filesOf(context, value, options);
    if (named === undefined) return undefined;
    const format = options.format === undefined ? formatOf(context, named) : readFormatNamed(options.format);
    if (format === undefined || hasForeignOptions(context, format, READ_FORMATS)) return undefined;
    if (hasWrongSchema(context, format, options) || hasForeignForms(context, format, options)) return undefined;
    const files = await inUtf8(context, named, options);
    if (files === undefined) return undefined;
    const planned =
      files.length === 0
        ? planNothing(context, format, options)
        : format.plan({ context, files, source: value[0], options });
    if (planned === undefined) return undefined;
    const { casts, ...scan } = planned;
    const added = columnsOfFiles(context, files, options);
    if (added === undefined || hasNameTwice(context, scan.columns, added.columns)) return undefined;
    const columns = [...scan.columns, ...added.columns];
    const schema = columns.map((column) => typedLater(column.name, column));
    const { fileValues } = added;
    const node = context.add({ op: 'scan', ...scan, columns, fileValues, text: textOf(files) }, [], schema);
    if (casts === undefined) return node;
    const origin = context.origin(context.step.verbSource);
    const kept = added.columns.map(({ name }, index): ProjectColumn => {
      return { name, expr: columnExpr(columns, scan.columns.length + index), origin };
    });
    const all = [...casts, ...kept];
    return context.add({ op: 'project', columns: all }, [node], schemaOf(all));
  },
});

/** Reports what a `schema:` says of how values are written, in files that are not text. */
function hasForeignForms({ report }: LoweringContext, format: ReadFormat, { schema = [] }: ReadOptions): boolean {
  if (format.takesForms) return false;
  const wrong = schema.flatMap((entry) => {
    const key = FORM_KEYS.find((one) => entry[one] !== undefined);
    return key === undefined ? [] : [{ key, at: entry.name }];
  });
  for (const { key, at } of wrong) {
    const hint = 'leave it out, and convert the column in a `derive`';
    report(
      diagnosticAt('SPEC_BAD_VALUE', `\`${key}\` of a column is not for ${format.called}`, at, undefined, { hint }),
    );
  }
  return wrong.length > 0;
}

/** Reports a `schema:` where there can be none, and one that is missing. */
function hasWrongSchema(context: LoweringContext, format: ReadFormat, options: ReadOptions): boolean {
  if (format.fixedColumns === undefined) return lacksSchema(context, options);
  const schema = context.step.options.get('schema');
  if (schema === undefined) return false;
  const names = format.fixedColumns.map(({ name }) => `\`${name}\``);
  const message = `${format.called} have the column ${names.join(', ')}, and no \`schema\``;
  const hint = 'leave it out, and take the parts of a line in a `derive`';
  context.report(diagnosticAt('SPEC_BAD_VALUE', message, schema.key, undefined, { hint }));
  return true;
}

/** What may have no file must have the same columns then. */
function lacksSchema({ step, report }: LoweringContext, options: ReadOptions): boolean {
  const key = options.allow_empty ? 'allow_empty' : options.if_missing === 'empty' ? 'if_missing' : undefined;
  if (key === undefined) return false;
  const { schema, partitions } = options;
  if (
    schema !== undefined &&
    (partitions === undefined || (partitions !== 'all' && partitions.every(({ type }) => type)))
  ) {
    return false;
  }
  if (schema !== undefined) {
    const hint = 'say which there are: `partitions: { year: int }`';
    const at = step.options.get('partitions')!.key;
    report(diagnosticAt('SPEC_BAD_VALUE', `with \`${key}\` partitions need their types`, at, undefined, { hint }));
    return true;
  }
  report(
    diagnosticAt('SPEC_MISSING_KEY', `\`${key}\` needs a \`schema\``, step.options.get(key)!.key, undefined, {
      hint: 'without a file nothing else says which columns there are',
    }),
  );
  return true;
}

function planNothing(
  context: LoweringContext,
  format: ReadFormat,
  { schema, header }: ReadOptions,
): PlannedScan | undefined {
  const columns = format.fixedColumns ?? declaredColumns(context, schema ?? [], header);
  return columns && { factory: 'no-files-source', config: {}, columns };
}

/** For people who look at the plan. */
function textOf(files: readonly NamedFile[]): string {
  if (files.length === 0) return 'no files';
  return files.length === 1 ? files[0].file.path : `${files[0].file.path} and ${files.length - 1} more`;
}

/** What the names of the files say; files of several formats are no one source. */
function formatOf(context: LoweringContext, files: readonly NamedFile[]): ReadFormat | undefined {
  const formats = files.map(({ file }) => readFormatOf(file.path) ?? readFormatNamed('csv'));
  const other = formats.findIndex((format) => format !== formats[0]);
  if (other === -1) return formats[0] ?? readFormatNamed('csv');
  const { file, at } = files[other];
  context.report({
    code: 'FORMAT_UNKNOWN',
    severity: 'error',
    message: `${files[0].file.path} is one of ${formats[0].called}, ${file.path} one of ${formats[other].called}`,
    hint: 'read each format in a step of its own and `union` them, or say `format:` when the names are wrong',
    ...at,
  });
  return undefined;
}
