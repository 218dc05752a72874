/** `filter`: takes the rows for which a condition is true; false and null are not taken. */
import { defineVerb } from '../dataflow/verb.js';

export const FILTER = defineVerb({
  verb: 'filter',
  summary: 'Takes the rows for which a condition is true; rows for which it is false or null are dropped.',
  example: '- filter: amount >= 10 AND country IS NOT NULL',
  hasInput: true,
  hasOutput: true,
  keepsSchema: true,
  schema: {
    value: { kind: 'expression', required: true, doc: 'the condition' },
    options: {},
  },
  async lower(context, { value }) {
    const input = context.input!;
    const condition = context.bindCondition(value, input.schema);
    if (condition === undefined) return undefined;
    return context.add({ op: 'filter', condition, origin: context.origin(value) }, [input], input.schema);
  },
});
