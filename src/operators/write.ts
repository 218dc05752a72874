/** `write`: rows into a file or onto standard output; published when the whole job has succeeded. */
import { devNull } from 'node:os';
import { basename, resolve } from 'node:path';
import type { LogicalNode } from '../dataflow/logical-graph.js';
import { defineVerb, type LoweringContext } from '../dataflow/verb.js';
import type { Diagnostic } from '../errors.js';
import { compressionOfName, withoutCompression } from '../formats/compression/names.js';
import type { FolderMode } from '../formats/publishing/folder-output.js';
import { PACKINGS, type Packing } from '../formats/publishing/member-writer.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { notYet, plannedPacking } from '../spec/planned.js';
import { diagnosticAt, locatedText } from '../spec/source.js';
import { columnExpr, requireColumns } from './columns.js';
import { hasForeignOptions } from './foreign-options.js';
import { schemaOf } from './select.js';
import { WRITE_FORMATS, writeFormatNamed, writeFormatOf } from './write-formats/registry.js';
import type { WriteFormat } from './write-formats/write-format.js';
import { WRITE_OPTIONS, type WriteOptions } from './write-formats/write-options.js';

const STDOUT = 'stdout';
/** Other names of it; through them the file behind a redirected stdout would be replaced. */
const STDOUT_FILES = ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'];

export const WRITE = defineVerb({
  verb: 'write',
  summary:
    'Writes the rows to a file, to a folder of files, or to stdout. Nothing appears before the whole job has succeeded.',
  example: '- write: out/revenue.csv',
  hasInput: true,
  hasOutput: false,
  schema: {
    value: { kind: 'path', required: true, doc: 'the file, a folder (ends in /), or `stdout`' },
    options: WRITE_OPTIONS,
  },
  async lower(context, { value, options }) {
    const input = context.input!;
    const written = context.pathOverride ?? value.text;
    const isStdout = written === STDOUT || STDOUT_FILES.includes(written);
    const named =
      isStdout || context.pathOverride !== undefined ? { folder: '', text: written } : context.resolvePath(value);
    if (named === undefined) return undefined;
    const path = isStdout ? STDOUT : resolve(named.folder, named.text);
    const isFolder = !isStdout && named.text.endsWith('/');
    // Where nobody reads, no name says a format.
    const saysFormat = !isStdout && path !== devNull;
    const format =
      options.format === undefined
        ? formatOf(context, value, isFolder ? undefined : path, saysFormat)
        : writeFormatNamed(options.format);
    if (format === undefined || hasForeignOptions(context, format, WRITE_FORMATS)) return undefined;
    const packing = packingOf(path, isFolder, value, options, format);
    if (typeof packing === 'object') {
      context.report(packing);
      return undefined;
    }
    if (isFolder ? !mayBeFolder(context, format) : hasFolderOptions(context, options.mode)) return undefined;
    const partitioned = options.partition_by && partition(context, input, options.partition_by);
    if (options.partition_by !== undefined && partitioned === undefined) return undefined;
    const [extension] = format.extensions;
    const sink = format.plan({
      target: {
        at: locatedText(value),
        target: isStdout
          ? { kind: 'stdout' }
          : isFolder
            ? { kind: 'folder', path, partBytes: options.part_size, extension }
            : { kind: 'file', path },
        mode: options.mode as FolderMode,
        partitions: options.partition_by?.length,
        packing,
        showsFailures: context.showsFailures,
      },
      name: isFolder ? extension : withoutCompression(path).toLowerCase(),
      options,
    });
    const rows = partitioned ?? input;
    return context.add({ op: 'sink', ...sink, text: isFolder ? `${path}/` : path }, [rows], rows.schema);
  },
});

/** `path`: undefined for a folder, whose name says nothing. */
function formatOf(
  context: LoweringContext,
  value: SourceText,
  path: string | undefined,
  saysFormat: boolean,
): WriteFormat | undefined {
  const format = !saysFormat ? writeFormatNamed('csv') : path === undefined ? undefined : writeFormatOf(path);
  if (format === undefined) {
    const hint =
      path === undefined
        ? 'say which one its files have: `format: csv`'
        : 'end the name in .csv, .tsv, .jsonl, .json or .parquet, or say which one: `format: csv`';
    const message =
      path === undefined ? 'a folder does not say its format' : `"${basename(path)}" does not say its format`;
    context.report(diagnosticAt('FORMAT_UNKNOWN', message, value, undefined, { hint }));
  }
  return format;
}

/** What the step says, or the end of the name; a diagnostic when leat does not write that. */
function packingOf(
  path: string,
  isFolder: boolean,
  value: SourceText,
  { compression, mode }: WriteOptions,
  { packsItself, called }: WriteFormat,
): Packing | Diagnostic | undefined {
  if (packsItself) {
    if (isFolder || compressionOfName(path) === undefined) return undefined;
    const hint = 'end the name in .parquet: its pages are compressed already';
    return diagnosticAt('SPEC_BAD_VALUE', `${called} are not compressed once more`, value, undefined, { hint });
  }
  if (compression === 'none' || (isFolder && compression === 'auto')) return undefined;
  const found = compression === 'auto' ? compressionOfName(path) : compression;
  if (found === undefined) return plannedPacking(path, 'end the name in .gz or .zst', value);
  const packing = PACKINGS.find((name) => name === found);
  if (packing === undefined)
    return notYet(`files that it compresses with ${found}`, 'end the name in .gz or .zst', value);
  if (isFolder) return notYet('folders of compressed files', 'write one file', value);
  if (mode === 'append') return notYet('`mode: append` to compressed files', 'write another file', value);
  return packing;
}

function mayBeFolder({ step, report }: LoweringContext, { called, isCut }: WriteFormat): boolean {
  if (isCut) return true;
  const hint = 'write one file, or a folder of CSV files or of JSON lines';
  report(diagnosticAt('SPEC_BAD_VALUE', `${called} cannot be parts of a folder`, step.verbSource, undefined, { hint }));
  return false;
}

/** Keys that say something about a folder, at a write of one file. */
function hasFolderOptions({ step, report }: LoweringContext, mode: string): boolean {
  const keys = ['partition_by', 'part_size', ...(mode === 'replace_partitions' ? ['mode'] : [])];
  const found = keys.flatMap((key) => step.options.get(key)?.key ?? []);
  for (const key of found) {
    const hint = 'end the path in / to write a folder';
    report(
      diagnosticAt('SPEC_BAD_VALUE', `\`${key.text}\` is for folders, and this is one file`, key, undefined, { hint }),
    );
  }
  return found.length > 0;
}

/** The rows partition by partition, with the columns that say which one behind the others. */
function partition(context: LoweringContext, input: LogicalNode, by: readonly SourceText[]): LogicalNode | undefined {
  const slots = requireColumns(context, by, input.schema);
  if (slots === undefined) return undefined;
  const others = [...input.schema.keys()].filter((slot) => !slots.includes(slot));
  if (others.length === 0) {
    const hint = 'leave one out: the columns of `partition_by` are folders, and stand in no file';
    context.report(diagnosticAt('SPEC_BAD_VALUE', 'no column is left for the files', by[0], undefined, { hint }));
    return undefined;
  }
  const keys = slots.map((slot) => ({ slot, descending: false, nullsFirst: false }));
  const sorted = context.add({ op: 'sort', keys }, [input], input.schema);
  const origin = context.origin(by[0]);
  const columns = [...others, ...slots].map((slot) => {
    return { name: input.schema[slot].name, expr: columnExpr(input.schema, slot), origin };
  });
  return context.add({ op: 'project', columns }, [sorted], schemaOf(columns));
}
