/**
 * `unpivot`: columns become rows. Lowers to a projection that puts these columns behind the others, all of one type, and to the
 * operator that makes a row of each:
 *
 *     unpivot: [q1, q2]       id | q1 | q2        id | name | value
 *                              1 | 10 | 20   ->    1 | q1   | 10
 *                                                  1 | q2   | 20
 */
import { type DataType, STRING, typeName } from '../columnar/data-type.js';
import type { LogicalNode } from '../dataflow/logical-graph.js';
import { defineVerb, type LoweringContext } from '../dataflow/verb.js';
import { commonTypeOf } from '../expr/coercion.js';
import { coerce } from '../expr/operands.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt } from '../spec/source.js';
import { columnExpr, handedOn, reportDuplicates, requireColumns } from './columns.js';
import { schemaOf } from './select.js';

export const UNPIVOT = defineVerb({
  verb: 'unpivot',
  summary: 'Columns become rows: the name of the column and its value, beside the other columns; nulls are left out.',
  example: '- unpivot: [q1, q2, q3, q4]\n  into: [quarter, amount]',
  hasInput: true,
  hasOutput: true,
  schema: {
    value: { kind: 'columns', required: true, doc: 'the columns, each a row, in this order' },
    options: {
      into: { kind: 'columns', doc: 'what the columns of names and of values are called; default: [name, value]' },
      include_nulls: { kind: 'boolean', default: false, doc: 'make rows of nulls too' },
    },
  },
  async lower(context, { value, options: { into, include_nulls } }) {
    const input = context.input!;
    const slots = requireColumns(context, value, input.schema);
    if (slots === undefined) return undefined;
    const kept = [...input.schema.keys()].filter((slot) => !slots.includes(slot));
    const [name, result] = into?.map(({ text }) => text) ?? ['name', 'value'];
    if (isMisnamed(context, input, kept, into, value[0])) return undefined;
    const type = commonType(context, input, slots, value);
    if (type === undefined) return undefined;
    const all = handedOn(input.schema, context.origin(value[0]));
    const values = slots.map((slot) => ({ ...all[slot], expr: coerce(columnExpr(input.schema, slot), type) }));
    const columns = [...kept.map((slot) => all[slot]), ...values];
    const typed = context.add({ op: 'project', columns }, [input], schemaOf(columns));
    const schema = [...typed.schema.slice(0, kept.length), { name, type: STRING }, { name: result, type }];
    const names = slots.map((slot) => input.schema[slot].name);
    return context.add({ op: 'unpivot', names, includesNulls: include_nulls }, [typed], schema);
  },
});

function isMisnamed(
  context: LoweringContext,
  { schema }: LogicalNode,
  kept: readonly number[],
  into: readonly SourceText[] | undefined,
  at: SourceText,
): boolean {
  if (into !== undefined && into.length !== 2) {
    context.report(
      diagnosticAt('SPEC_BAD_VALUE', `\`into\` takes two names, found ${into.length}`, into[0], undefined, {
        hint: 'first what the column of names is called, then that of the values: `into: [month, amount]`',
      }),
    );
    return true;
  }
  if (into !== undefined && reportDuplicates(into, (diagnostic) => context.report(diagnostic))) return true;
  const names = into?.map(({ text }) => text) ?? ['name', 'value'];
  const others = kept.map((slot) => schema[slot].name);
  const clash = names.findIndex((name) => others.includes(name));
  if (clash === -1) return false;
  context.report(
    diagnosticAt(
      'PLAN_DUPLICATE_COLUMN',
      `there is a column "${names[clash]}" already`,
      into?.[clash] ?? at,
      undefined,
      {
        hint: 'name the new columns otherwise, as in `into: [month, amount]`',
      },
    ),
  );
  return true;
}

/** The type of the values; undefined when they have none in common, which is reported. */
function commonType(
  context: LoweringContext,
  { schema }: LogicalNode,
  slots: readonly number[],
  value: readonly SourceText[],
): DataType | undefined {
  const types = slots.map((slot) => schema[slot].type);
  const type = commonTypeOf(types);
  if (type !== undefined) return type;
  const odd = types.findIndex((other) => commonTypeOf([types[0], other]) === undefined);
  const [first, other] = [schema[slots[0]].name, schema[slots[odd]].name];
  const message = `${other} is ${typeName(types[odd])} and ${first} is ${typeName(types[0])}: they cannot be one column`;
  const hint = `cast one of them first: \`- cast: { ${other}: ${typeName(types[0])} }\``;
  context.report(diagnosticAt('EXPR_TYPE_MISMATCH', message, value[odd], undefined, { hint }));
  return undefined;
}
