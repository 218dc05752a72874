/** `filter`: takes the rows for which a condition is true; the others, also where it is null, are its side output `rest`. */
import { BOOLEAN } from '../columnar/data-type.js';
import { defineVerb } from '../dataflow/verb.js';
import { literal } from '../expr/literals.js';
import { ERROR_OPTIONS, REJECTS } from '../spec/error-options.js';

export const FILTER = defineVerb({
  verb: 'filter',
  summary: 'Takes the rows for which a condition is true; rows for which it is false or null are `NAME.rest`.',
  example: '- filter: amount >= 10 AND country IS NOT NULL',
  hasInput: true,
  hasOutput: true,
  keepsSchema: true,
  sides: ['rest', REJECTS],
  schema: {
    value: { kind: 'expression', required: true, doc: 'the condition' },
    options: ERROR_OPTIONS,
  },
  async lower(context, { value }) {
    const input = context.input!;
    const condition = context.bindCondition(value, input.schema);
    if (condition === undefined) return undefined;
    const origin = context.origin(value);
    if (context.wantsSide('rest')) {
      const { span } = condition;
      const isTrue = literal(true, BOOLEAN, span);
      const rest = { op: 'is_distinct', negated: false, left: condition, right: isTrue, type: BOOLEAN, span } as const;
      context.addSide('rest', context.add({ op: 'filter', condition: rest, origin }, [input], input.schema));
    }
    return context.add({ op: 'filter', condition, origin }, [input], input.schema);
  },
});
