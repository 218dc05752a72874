/** `write`: rows into a file or onto standard output; published when the whole job has succeeded. */
import { devNull } from 'node:os';
import { basename, resolve } from 'node:path';
import { defineVerb, type LoweringContext } from '../dataflow/verb.js';
import type { Diagnostic } from '../errors.js';
import { compressionOfName, withoutCompression } from '../formats/compression/names.js';
import { PACKINGS, type Packing } from '../formats/publishing/member-writer.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { notYet, plannedPacking } from '../spec/planned.js';
import { diagnosticAt, locatedText } from '../spec/source.js';
import { hasForeignOptions } from './foreign-options.js';
import { WRITE_FORMATS, writeFormatNamed, writeFormatOf } from './write-formats/registry.js';
import type { WriteFormat } from './write-formats/write-format.js';
import { WRITE_OPTIONS, type WriteOptions } from './write-formats/write-options.js';

const STDOUT = 'stdout';
/** Other names of it; through them the file behind a redirected stdout would be replaced. */
const STDOUT_FILES = ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'];

export const WRITE = defineVerb({
  verb: 'write',
  summary: 'Writes the rows to a file, or to stdout. Nothing appears before the whole job has succeeded.',
  example: '- write: out/revenue.csv',
  hasInput: true,
  hasOutput: false,
  schema: {
    value: { kind: 'path', required: true, doc: 'the file, or `stdout`' },
    options: WRITE_OPTIONS,
  },
  async lower(context, { value, options }) {
    const input = context.input!;
    const written = context.pathOverride ?? value.text;
    const isStdout = written === STDOUT || STDOUT_FILES.includes(written);
    const target =
      isStdout || context.pathOverride !== undefined ? { folder: '', text: written } : context.resolvePath(value);
    if (target === undefined) return undefined;
    const path = isStdout ? STDOUT : resolve(target.folder, target.text);
    const planned = isFolder(target.text) ? notYet('writes of folders', 'name a file in it', value) : undefined;
    const packing = packingOf(path, value, options);
    if (planned !== undefined || typeof packing === 'object') {
      context.report(planned ?? (packing as Diagnostic));
      return undefined;
    }
    // Where nobody reads, no name says a format.
    const saysFormat = !isStdout && path !== devNull;
    const format =
      options.format === undefined ? formatOf(context, value, path, saysFormat) : writeFormatNamed(options.format);
    if (format === undefined || hasForeignOptions(context, format, WRITE_FORMATS)) return undefined;
    const sink = format.plan({
      target: {
        at: locatedText(value),
        target: isStdout ? { kind: 'stdout' } : { kind: 'file', path },
        mode: options.mode,
        showsFailures: context.showsFailures,
        packing,
      },
      name: withoutCompression(path).toLowerCase(),
      options,
    });
    return context.add({ op: 'sink', ...sink, text: path }, [input], input.schema);
  },
});

function formatOf(
  context: LoweringContext,
  value: SourceText,
  path: string,
  saysFormat: boolean,
): WriteFormat | undefined {
  const format = saysFormat ? writeFormatOf(path) : writeFormatNamed('csv');
  if (format === undefined) {
    const hint = 'end the name in .csv, .tsv, .jsonl or .json, or say which one: `format: csv`';
    const message = `"${basename(path)}" does not say its format`;
    context.report(diagnosticAt('FORMAT_UNKNOWN', message, value, undefined, { hint }));
  }
  return format;
}

/** What the step says, or the end of the name; a diagnostic when leat does not write that. */
function packingOf(path: string, value: SourceText, { compression }: WriteOptions): Packing | Diagnostic | undefined {
  if (compression === 'none') return undefined;
  if (compression !== 'auto') return compression;
  const found = compressionOfName(path);
  const packing = PACKINGS.find((name) => name === found);
  if (found !== undefined && packing === undefined) {
    return notYet(`files that it compresses with ${found}`, 'end the name in .gz or .zst', value);
  }
  return packing ?? plannedPacking(path, 'end the name in .gz or .zst', value);
}

function isFolder(path: string): boolean {
  return path.endsWith('/');
}
