/** `limit`: the first rows, or the first rows of each group, in the order of the input. */
import { defineVerb } from '../dataflow/verb.js';
import { MOST_ROWS } from '../spec/scalar-values.js';
import { requireColumns } from './columns.js';

export const LIMIT = defineVerb({
  verb: 'limit',
  summary: 'The first rows in the order of the input, or with `by` the first rows of each group.',
  example: '- limit: 10',
  hasInput: true,
  hasOutput: true,
  keepsSchema: true,
  schema: {
    value: { kind: 'integer', required: true, min: 0, max: MOST_ROWS, doc: 'how many rows' },
    options: {
      offset: { kind: 'integer', default: 0, min: 0, max: MOST_ROWS, doc: 'how many rows to pass over first' },
      by: { kind: 'columns', doc: 'columns whose values make the groups' },
    },
  },
  async lower(context, { value: count, options: { offset, by = [] } }) {
    const input = context.input!;
    const slots = requireColumns(context, by, input.schema);
    return slots && context.add({ op: 'limit', count, offset, by: slots }, [input], input.schema);
  },
});
