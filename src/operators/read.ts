/**
 * `read`: rows out of files. With a schema, its columns are read and nothing is opened before the run; without one the
 * format says what columns there are.
 */
import { typedLater } from '../columnar/schema.js';
import { defineVerb, type LoweringContext } from '../dataflow/verb.js';
import type { Diagnostic } from '../errors.js';
import { expandInputs } from '../formats/globs.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { notYet, plannedFile, plannedPacking } from '../spec/planned.js';
import { locatedText } from '../spec/source.js';
import { hasForeignOptions } from './foreign-options.js';
import { atStep, type NamedFile, type ReadFormat } from './read-formats/read-format.js';
import { READ_OPTIONS } from './read-formats/read-options.js';
import { READ_FORMATS, readFormatNamed, readFormatOf } from './read-formats/registry.js';
import { schemaOf } from './select.js';

export const READ = defineVerb({
  verb: 'read',
  summary: 'Reads rows from files: a path, a glob, or a list of them.',
  example: '- read: data/orders/*.csv\n  schema:\n    id: bigint\n    amount: decimal(12,2)',
  hasInput: false,
  hasOutput: true,
  schema: {
    value: { kind: 'paths', required: true, doc: 'a path, a glob, or a list of them; files are read in that order' },
    options: READ_OPTIONS,
  },
  async lower(context, { value, options }) {
    const files = filesOf(context, value);
    if (files === undefined) return undefined;
    const format = options.format === undefined ? formatOf(context, files) : readFormatNamed(options.format);
    if (format === undefined || hasForeignOptions(context, format, READ_FORMATS)) return undefined;
    const planned = format.plan({ context, files, source: value[0], options });
    if (planned === undefined) return undefined;
    const { casts, ...scan } = planned;
    const more = files.length === 1 ? '' : ` and ${files.length - 1} more`;
    const schema = scan.columns.map((column) => typedLater(column.name, column));
    const node = context.add({ op: 'scan', ...scan, text: `${files[0].file}${more}` }, [], schema);
    return casts === undefined ? node : context.add({ op: 'project', columns: casts }, [node], schemaOf(casts));
  },
});

/** What the names of the files say; files of several formats are no one source. */
function formatOf(context: LoweringContext, files: readonly NamedFile[]): ReadFormat | undefined {
  const formats = files.map(({ file }) => readFormatOf(file) ?? readFormatNamed('csv'));
  const other = formats.findIndex((format) => format !== formats[0]);
  if (other === -1) return formats[0];
  const { file, at } = files[other];
  context.report({
    code: 'FORMAT_UNKNOWN',
    severity: 'error',
    message: `${files[0].file} is one of ${formats[0].called}, ${file} one of ${formats[other].called}`,
    hint: 'read each format in a step of its own and `union` them, or say `format:` when the names are wrong',
    ...at,
  });
  return undefined;
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
