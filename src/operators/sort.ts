/** `sort`: rows in the order of some keys; rows with equal keys keep their order. */
import { defineVerb } from '../dataflow/verb.js';
import { handedOn } from './columns.js';
import { schemaOf } from './select.js';
import { bindSortKeys } from './sort-keys.js';

export const SORT = defineVerb({
  verb: 'sort',
  summary: 'Orders the rows by columns or expressions; rows with equal keys keep their order, nulls come last.',
  example: '- sort: [country, "amount * quantity desc nulls first"]',
  hasInput: true,
  hasOutput: true,
  keepsSchema: true,
  schema: {
    value: {
      kind: 'columns',
      required: true,
      doc: 'columns or expressions, each with `asc`, `desc`, `nulls first`, `nulls last`',
    },
    options: {},
  },
  async lower(context, { value }) {
    const input = context.input!;
    const bound = bindSortKeys(context, input, value);
    if (bound === undefined) return undefined;
    const { columns, keys } = bound;
    const width = input.schema.length;
    if (columns.length === width) return context.add({ op: 'sort', keys }, [input], input.schema);
    const computed = context.add({ op: 'project', columns }, [input], schemaOf(columns));
    const sorted = context.add({ op: 'sort', keys }, [computed], computed.schema);
    const kept = handedOn(computed.schema, context.origin(value[0])).slice(0, width);
    return context.add({ op: 'project', columns: kept }, [sorted], schemaOf(kept));
  },
});
