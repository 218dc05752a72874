/** `cast`: columns as other types, in their places. */
import type { ProjectColumn } from '../dataflow/logical-graph.js';
import { defineVerb } from '../dataflow/verb.js';
import { bindCast } from '../expr/bind-cast.js';
import { ERROR_OPTIONS, REJECTS } from '../spec/error-options.js';
import { diagnosticAt } from '../spec/source.js';
import { columnExpr, findColumn, handedOn, reportTwice, requireColumn } from './columns.js';
import { schemaOf } from './select.js';

export const CAST = defineVerb({
  verb: 'cast',
  summary: 'Converts columns to other types, as CAST does; a value that cannot be converted is an error.',
  example: '- cast:\n    amount: decimal(12,2)\n    placed_at: timestamp',
  hasInput: true,
  hasOutput: true,
  sides: [REJECTS],
  schema: {
    value: { kind: 'pairs', required: true, doc: '`column: type`, one a line' },
    options: ERROR_OPTIONS,
  },
  async lower(context, { value }) {
    const input = context.input!;
    const casts = value.map(({ name, text: type }) => {
      const slot = requireColumn(context, name, input.schema);
      if (slot === undefined) return undefined;
      const result = bindCast(columnExpr(input.schema, slot), type.text);
      if ('expr' in result) return { slot, expr: result.expr, origin: context.origin(type) };
      for (const { code, message, span, hint } of result.problems) {
        context.report(diagnosticAt(code, message, type, span, { hint }));
      }
      return undefined;
    });
    const names = value.map(({ name }) => name);
    const isTwice = reportTwice(
      context,
      names,
      names.map(({ text }) => findColumn(text, input.schema)),
    );
    if (isTwice || casts.some((cast) => cast === undefined)) return undefined;
    const columns = handedOn(input.schema, context.origin(value[0].name)).map((column, slot): ProjectColumn => {
      const cast = casts.find((candidate) => candidate?.slot === slot);
      return cast === undefined ? column : { name: column.name, expr: cast.expr, origin: cast.origin };
    });
    return context.add({ op: 'project', columns }, [input], schemaOf(columns));
  },
});
