/**
 * `distinct`: rows that are the same are one. It is an aggregation without aggregates, so its rows come in the order of
 * their columns, and what does not fit into memory is spilled.
 */
import { defineVerb } from '../dataflow/verb.js';
import { diagnosticAt } from '../spec/source.js';
import { handedOn, requireColumns } from './columns.js';
import { schemaOf } from './select.js';

export const DISTINCT = defineVerb({
  verb: 'distinct',
  summary: 'One row for each set of equal rows, in the order of the columns; with columns named, only those.',
  example: '- distinct: [country, city]',
  hasInput: true,
  hasOutput: true,
  schema: {
    value: { kind: 'columns', required: true, doc: '`true` for whole rows, or the columns to keep' },
    options: {},
  },
  async lower(context, { value }) {
    const input = context.input!;
    const [first] = value;
    const isWhole = value.length === 1 && first.text === 'true' && first.style === 'plain';
    if (value.length === 1 && first.text === 'false' && first.style === 'plain') {
      context.report(
        diagnosticAt('SPEC_BAD_VALUE', '`distinct` is `true` or a list of columns, found `false`', first, undefined, {
          hint: 'leave the step out',
        }),
      );
      return undefined;
    }
    const slots = isWhole ? [...input.schema.keys()] : requireColumns(context, value, input.schema);
    if (slots === undefined) return undefined;
    const all = handedOn(input.schema, context.origin(first));
    const columns = slots.map((slot) => all[slot]);
    const keys = context.add({ op: 'project', columns }, [input], schemaOf(columns));
    return context.add({ op: 'aggregate', keys: columns.length, calls: [] }, [keys], schemaOf(columns));
  },
});
