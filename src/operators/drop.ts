/** `drop`: all columns but some. */
import { defineVerb } from '../dataflow/verb.js';
import { diagnosticAt } from '../spec/source.js';
import { handedOn, requireColumns } from './columns.js';
import { schemaOf } from './select.js';

export const DROP = defineVerb({
  verb: 'drop',
  summary: 'Leaves columns out; the others keep their order.',
  example: '- drop: [note, internal_id]',
  hasInput: true,
  hasOutput: true,
  schema: {
    value: { kind: 'columns', required: true, doc: 'the columns to leave out' },
    options: {},
  },
  async lower(context, { value }) {
    const input = context.input!;
    const dropped = requireColumns(context, value, input.schema);
    if (dropped === undefined) return undefined;
    if (dropped.length === input.schema.length) {
      context.report(
        diagnosticAt('SPEC_BAD_VALUE', 'no column is left', context.step.verbSource, undefined, {
          hint: 'rows without columns cannot be written; keep at least one',
        }),
      );
      return undefined;
    }
    const columns = handedOn(input.schema, context.origin(value[0])).filter((_, slot) => !dropped.includes(slot));
    return context.add({ op: 'project', columns }, [input], schemaOf(columns));
  },
});
