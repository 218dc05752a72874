/**
 * `read`: rows out of files. With a schema, its columns are read and nothing is opened before the run; without one the
 * format says what columns there are.
 */
import { typedLater } from '../columnar/schema.js';
import { defineVerb, type LoweringContext } from '../dataflow/verb.js';
import type { Diagnostic } from '../errors.js';
import { expandInputs } from '../formats/globs.js';
import { STDIN } from '../formats/input-file.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { plannedFile, plannedPacking } from '../spec/planned.js';
import { locatedText } from '../spec/source.js';
import { hasForeignOptions } from './foreign-options.js';
import { atStep, type NamedFile, type ReadFormat } from './read-formats/read-format.js';
import { READ_OPTIONS, type ReadOptions } from './read-formats/read-options.js';
import { READ_FORMATS, readFormatNamed, readFormatOf } from './read-formats/registry.js';

export const READ = defineVerb({
  verb: 'read',
  summary: 'Reads rows from files: a path, a glob, or a list of them.',
  example: '- read: data/orders/*.csv\n  schema:\n    id: bigint\n    amount: decimal(12,2)',
  hasInput: false,
  hasOutput: true,
  schema: {
    value: {
      kind: 'paths',
      required: true,
      doc: 'a path, a glob, a list of them, or `stdin`; files are read in that order',
    },
    options: READ_OPTIONS,
  },
  async lower(context, { value, options }) {
    const files = await filesOf(context, value, options);
    if (files === undefined) return undefined;
    const format = options.format === undefined ? formatOf(context, files) : readFormatNamed(options.format);
    if (format === undefined || hasForeignOptions(context, format, READ_FORMATS)) return undefined;
    const scan = format.plan({ context, files, source: value[0], options });
    if (scan === undefined) return undefined;
    const more = files.length === 1 ? '' : ` and ${files.length - 1} more`;
    const schema = scan.columns.map((column) => typedLater(column.name, column));
    return context.add({ op: 'scan', ...scan, text: `${files[0].file.path}${more}` }, [], schema);
  },
});

/** What the names of the files say; files of several formats are no one source. */
function formatOf(context: LoweringContext, files: readonly NamedFile[]): ReadFormat | undefined {
  const formats = files.map(({ file }) => readFormatOf(file.path) ?? readFormatNamed('csv'));
  const other = formats.findIndex((format) => format !== formats[0]);
  if (other === -1) return formats[0];
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

/** All files that the paths and globs stand for, in order. */
async function filesOf(
  context: LoweringContext,
  paths: readonly SourceText[],
  options: ReadOptions,
): Promise<readonly NamedFile[] | undefined> {
  const { pathOverride } = context;
  if (pathOverride === STDIN) return stdinOf(context, paths[0], options);
  if (pathOverride !== undefined) return [{ file: { path: pathOverride }, at: locatedText(paths[0]) }];
  const files: NamedFile[] = [];
  let isWrong = false;
  for (const source of paths) {
    const some = await filesOfOne(context, source, options);
    isWrong ||= some === undefined;
    files.push(...(some ?? []));
  }
  return isWrong ? undefined : files;
}

async function filesOfOne(
  context: LoweringContext,
  source: SourceText,
  options: ReadOptions,
): Promise<readonly NamedFile[] | undefined> {
  const path = context.resolvePath(source);
  if (path?.text === STDIN) return stdinOf(context, source, options);
  const later = path && plannedInput(context, source, path.text);
  if (later !== undefined) {
    context.report(later);
    return undefined;
  }
  const paths = path && atStep(context, source, () => expandInputs(path.text, path.folder));
  const at = locatedText(source);
  return paths?.map((path): NamedFile => ({ file: { path }, at }));
}

async function stdinOf(
  context: LoweringContext,
  source: SourceText,
  { schema }: ReadOptions,
): Promise<readonly NamedFile[] | undefined> {
  const file = await context.openStdin(source, schema === undefined);
  return file && [{ file, at: locatedText(source) }];
}

function plannedInput({ step }: LoweringContext, source: SourceText, path: string): Diagnostic | undefined {
  const packed = plannedPacking(path, 'unpack the file first', source);
  return packed ?? (step.options.has('format') ? undefined : plannedFile(path, source));
}
