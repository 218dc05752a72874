/** `union`: the rows of the input, then those of other steps. */
import { defineVerb, type LoweringContext } from '../dataflow/verb.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt } from '../spec/source.js';
import { alignColumns } from './align-columns.js';
import { handedOn } from './columns.js';
import { schemaOf } from './select.js';

export const UNION = defineVerb({
  verb: 'union',
  summary: 'Adds the rows of other steps behind those of the input; columns are matched by name.',
  example: '- from: orders_2025\n  union: [orders_2024, orders_2023]',
  hasInput: true,
  hasOutput: true,
  schema: {
    value: { kind: 'steps', required: true, doc: 'the step or steps whose rows are added' },
    options: {
      by_position: { kind: 'boolean', default: false, doc: 'match columns by their places; the input names them' },
      unique_rows: { kind: 'boolean', default: false, doc: 'of equal rows keep one, in the order of the columns' },
    },
  },
  async lower(context, { value: names, options }) {
    const input = context.input!;
    const inputs = [input, ...names.map((name) => context.other(name).node)];
    for (const name of options.unique_rows ? [] : names) {
      if (context.other(name).node === input) reportTwice(context, name);
    }
    const aligned = alignColumns(context, inputs, names, options.by_position);
    if (aligned === undefined) return undefined;
    const { schema } = aligned;
    const columns = inputs.map(() => [...schema.keys()]);
    const union = context.add({ op: 'union', columns }, aligned.inputs, schema);
    if (!options.unique_rows) return union;
    const all = handedOn(schema, context.origin(names[0]));
    const keys = context.add({ op: 'project', columns: all }, [union], schemaOf(all));
    return context.add({ op: 'aggregate', keys: all.length, calls: [] }, [keys], schemaOf(all));
  },
});

/** It may be meant, but mostly all steps were listed that are to be together. */
function reportTwice(context: LoweringContext, name: SourceText): void {
  const message = `\`${name.text}\` is the input, so its rows are there twice`;
  const hint = 'a union adds steps to its input: leave it out of the list';
  context.report(diagnosticAt('PLAN_UNION_TWICE', message, name, undefined, { severity: 'warning', hint }));
}
