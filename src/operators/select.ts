/** `select`: the columns to keep, in the order given; new ones may be computed. */
import { type Schema, typedLater } from '../columnar/schema.js';
import type { LogicalNode, ProjectColumn } from '../dataflow/logical-graph.js';
import { defineVerb, type LoweringContext } from '../dataflow/verb.js';
import { ERROR_OPTIONS, REJECTS } from '../spec/error-options.js';
import type { OutputItem } from '../spec/option-schema.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { columnExpr, findColumn, isListText, reportDuplicates, requireColumn } from './columns.js';

export const SELECT = defineVerb({
  verb: 'select',
  summary: 'Keeps the columns listed, in that order; `*` stands for all, `{ new: expression }` computes one.',
  example: '- select:\n    - id\n    - total: price * quantity',
  hasInput: true,
  hasOutput: true,
  sides: [REJECTS],
  schema: {
    value: { kind: 'outputs', required: true, doc: 'columns, `*`, and new columns' },
    options: ERROR_OPTIONS,
  },
  async lower(context, { value }) {
    const input = context.input!;
    const bound = value.map((item) => bindOutput(context, input, item));
    if (bound.some((columns) => columns === undefined)) return undefined;
    const columns = bound.flatMap((item) => item!);
    if (reportDuplicates(namesOf(value, columns), (diagnostic) => context.report(diagnostic))) return undefined;
    return context.add({ op: 'project', columns }, [input], schemaOf(columns));
  },
});

/** The columns that an item of `select` or `by` stands for; undefined when it was wrong and was reported. */
export function bindOutput(
  context: LoweringContext,
  input: LogicalNode,
  item: OutputItem,
): readonly ProjectColumn[] | undefined {
  const { schema } = input;
  if (item.kind === 'new') {
    const expr = context.bind(item.expr, schema);
    return expr && [{ name: item.name.text, expr, origin: context.origin(item.expr) }];
  }
  const { source } = item;
  const origin = context.origin(source);
  if (source.text === '*') return schema.map(({ name }, slot) => ({ name, expr: columnExpr(schema, slot), origin }));
  const slot = findColumn(source.text, schema);
  if (slot !== undefined) return [{ name: schema[slot].name, expr: columnExpr(schema, slot), origin }];
  if (isListText(source.text, schema)) {
    requireColumn(context, source, schema);
    return undefined;
  }
  const expr = context.bind(source, schema);
  return expr && [{ name: expr.op === 'column' ? expr.name : source.text, expr, origin }];
}

export function schemaOf(columns: readonly ProjectColumn[]): Schema {
  return columns.map(({ name, expr }) => typedLater(name, expr));
}

/** A place for each column's name, to point at when it stands twice. */
function namesOf(items: readonly OutputItem[], columns: readonly ProjectColumn[]): readonly SourceText[] {
  const sources = items.map((item) => (item.kind === 'new' ? item.name : item.source));
  const star = sources.find(({ text }) => text === '*');
  return columns.map(({ name }) => {
    const source = sources.find(({ text }) => text === name) ?? star ?? sources[0];
    return { ...source, text: name, offsetAt: (index) => source.offsetAt(Math.min(index, source.text.length - 1)) };
  });
}
