/**
 * `unnest`: the items of an array become rows. Lowers to a projection that has the arrays in the column of the items, and to
 * the operator that makes the rows:
 *
 *     unnest: items           id | items          id | item
 *     as: item                 1 | [10, 20]   ->   1 | 10
 *                                                  1 | 20
 */
import { typeName } from '../columnar/data-type.js';
import type { ProjectColumn } from '../dataflow/logical-graph.js';
import { defineVerb } from '../dataflow/verb.js';
import { callOf } from '../expr/bind-call.js';
import { ERROR_OPTIONS, REJECTS } from '../spec/error-options.js';
import { diagnosticAt } from '../spec/source.js';
import { columnExpr, findColumn, handedOn } from './columns.js';
import { schemaOf } from './select.js';

export const UNNEST = defineVerb({
  verb: 'unnest',
  summary: 'A row for each item of an array of json, in their order, beside the other columns; rows without items go.',
  example: '- unnest: payload.items\n  as: item',
  hasInput: true,
  hasOutput: true,
  sides: [REJECTS],
  schema: {
    value: {
      kind: 'expression',
      required: true,
      doc: 'a column of arrays, in whose place the items come, or an expression',
    },
    options: {
      as: { kind: 'name', doc: 'what the column of items is called; default: as that of the arrays' },
      include_empty: { kind: 'boolean', default: false, doc: 'rows without items stay, with null for one' },
      ...ERROR_OPTIONS,
    },
  },
  async lower(context, { value, options: { as, include_empty } }) {
    const { schema } = context.input!;
    const column = findColumn(value.text, schema);
    const array = column === undefined ? context.bind(value, schema) : columnExpr(schema, column);
    if (array === undefined) return undefined;
    const slot = column ?? schema.length;
    if (array.type.kind !== 'json') {
      const message = `${value.text} is ${typeName(array.type)}, and \`unnest\` takes json`;
      const hint = 'declare it as json in `schema:`, or `derive` it first: CAST(x AS json)';
      context.report(diagnosticAt('EXPR_TYPE_MISMATCH', message, value, undefined, { hint }));
      return undefined;
    }
    if (as === undefined && column === undefined) {
      context.report(
        diagnosticAt('SPEC_MISSING_KEY', 'the items of an expression need a name', value, undefined, {
          hint: 'add `as: item`',
        }),
      );
      return undefined;
    }
    const name = as?.text ?? schema[slot].name;
    if (schema.some((field, i) => i !== slot && field.name === name)) {
      const message = `there is a column "${name}" already`;
      const hint = 'give the items another name';
      context.report(diagnosticAt('PLAN_DUPLICATE_COLUMN', message, as ?? value, undefined, { hint }));
      return undefined;
    }
    const origin = context.origin(value);
    const columns: ProjectColumn[] = [...handedOn(schema, origin)];
    columns[slot] = { name, expr: callOf('json_items', [array], { start: 0, end: value.text.length }), origin };
    const arrays = context.add({ op: 'project', columns }, [context.input!], schemaOf(columns));
    return context.add({ op: 'unnest', slot, includesEmpty: include_empty }, [arrays], arrays.schema);
  },
});
