/** JSON lines, and JSON files that hold a list of objects. Columns are keys; without a schema a sample tells them. */
import type { ScanColumn } from '../../dataflow/logical-graph.js';
import type { LoweringContext } from '../../dataflow/verb.js';
import { sampleJson } from '../../formats/jsonl/infer.js';
import type { JsonFormat } from '../../formats/jsonl/json-file.js';
import type { SchemaEntry } from '../../spec/option-schema.js';
import { diagnosticAt } from '../../spec/source.js';
import type { JsonlSourceConfig } from '../jsonl-source.js';
import { declaredColumns } from './declared-columns.js';
import { atStep, inputsOf, type ReadFormat, type ReadRequest } from './read-format.js';

function formatOf(name: JsonFormat, called: string, extensions: readonly string[]): ReadFormat {
  return {
    name,
    called,
    extensions,
    options: ['encoding', 'compression'],
    takesForms: true,
    plan(request) {
      const { context, files } = request;
      const columns = columnsOf(request, name);
      if (columns === undefined) return undefined;
      const config: Omit<JsonlSourceConfig, 'columns'> = {
        files: inputsOf(request),
        at: files.map(({ at }) => at),
        format: name,
        source: context.sourceIndex,
        splitBytes: context.splitBytes,
      };
      return { factory: 'jsonl-source', config, columns };
    },
  };
}

function columnsOf(request: ReadRequest, format: JsonFormat): readonly ScanColumn[] | undefined {
  const { context, source, options } = request;
  if (options.schema !== undefined) {
    return hasNulls(context, options.schema) ? undefined : declaredColumns(context, options.schema, true);
  }
  const sample = atStep(context, source, () => sampleJson(inputsOf(request), format));
  return sample?.names.map((name, index) => ({
    name,
    get type() {
      return sample.typeOf(index);
    },
    from: name,
    isDeclared: false,
    oddText: () => sample.oddText(index),
  }));
}

/** Reports columns that have texts for null: JSON has a null of its own. */
function hasNulls({ report }: LoweringContext, entries: readonly SchemaEntry[]): boolean {
  const texts = entries.flatMap(({ nulls = [] }) => nulls.slice(0, 1));
  for (const text of texts) {
    const hint = `leave it out, and say nullif(x, '${text.text}') in a \`derive\` if such texts stand for no value`;
    report(diagnosticAt('SPEC_BAD_VALUE', '`nulls` of a column is for CSV files', text, undefined, { hint }));
  }
  return texts.length > 0;
}

export const JSONL = formatOf('jsonl', 'files of JSON lines', ['.jsonl', '.ndjson']);
export const JSON_FILES = formatOf('json', 'JSON files', ['.json']);
