/**
 * Writes what was inferred into a pipeline file: a `schema:` behind each `read` that has none. Text is put in and nothing else is
 * touched, so comments and layout stay.
 */
import { typeName } from '../columnar/data-type.js';
import type { ScanColumn } from '../dataflow/logical-graph.js';
import type { CheckOptions } from '../engine-api.js';
import { LeatError } from '../errors.js';
import type { StepSpec } from '../spec/pipeline-spec.js';
import { schemaText } from '../spec/schema-text.js';
import { diagnosticAt, placeOf } from '../spec/source.js';
import { withPipeline } from './checked-pipeline.js';

interface Insertion {
  readonly at: number;
  readonly text: string;
}

export function freezeSchemas(
  path: string,
  options: CheckOptions = {},
): Promise<{ readonly text: string; readonly frozen: number }> {
  return withPipeline(path, options, {}, async ({ spec, logical, inputs }) => {
    await inputs.fill();
    const open = spec.steps.filter((step) => step.verb === 'read' && !step.options.has('schema') && !readsLines(step));
    const insertions = open.map((step): Insertion => {
      const { line, column } = placeOf(step.verbSource);
      const scan = logical.nodes.find(
        ({ operator, place }) => operator.op === 'scan' && place.line === line && place.column === column,
      );
      const columns =
        scan?.operator.op === 'scan'
          ? scan.operator.columns.filter(({ fault, ofFile }) => fault === undefined && ofFile === undefined)
          : [];
      return insertionOf(step, columns);
    });
    let { text } = spec.file;
    for (const { at, text: more } of insertions.toSorted((a, b) => b.at - a.at)) {
      text = text.slice(0, at) + more + text.slice(at);
    }
    return { text, frozen: insertions.length };
  });
}

/** Lines have one column, and no schema. */
function readsLines({ options }: StepSpec): boolean {
  const format = options.get('format')?.value;
  return format?.kind === 'scalar' && format.source.text === 'lines';
}

/** Behind the last line of what the step reads, as deep as the verb stands. */
function insertionOf(step: StepSpec, columns: readonly ScanColumn[]): Insertion {
  const { file, span } = step.verbSource;
  const lineStart = file.text.lastIndexOf('\n', span.start - 1) + 1;
  const before = file.text.slice(lineStart, span.start);
  // The step's map begins on this line behind a dash, or the key stands alone.
  if (!/^[ ]*(?:-[ ]+)*$/.test(before)) {
    throw new LeatError(
      diagnosticAt('SPEC_BAD_VALUE', 'a schema cannot be put into a step in { }', step.verbSource, undefined, {
        hint: 'write the step in block style, one key a line',
      }),
    );
  }
  const indent = ' '.repeat(before.length);
  const lineEnd = file.text.indexOf('\n', step.value.span.end - 1);
  const at = lineEnd === -1 ? file.text.length : lineEnd + 1;
  const named = columns.map(({ name, type }) => ({ name, type: typeName(type) }));
  const newline = lineEnd === -1 ? '\n' : '';
  return { at, text: `${newline}${schemaText(named, indent)}` };
}
