/** Rows of several steps as rows of one kind: columns matched by name or by place, each of the type that all have in common. */
import type { DataType } from '../columnar/data-type.js';
import { STRING, typeName, typesEqual } from '../columnar/data-type.js';
import type { Schema } from '../columnar/schema.js';
import type { LogicalNode, ProjectColumn } from '../dataflow/logical-graph.js';
import type { LoweringContext } from '../dataflow/verb.js';
import { commonTypeOf, isLossFree } from '../expr/coercion.js';
import { coerce } from '../expr/operands.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt } from '../spec/source.js';
import { listed } from '../spec/suggest.js';
import { columnExpr, findColumn } from './columns.js';
import { schemaOf } from './select.js';

export interface AlignedInputs {
  readonly inputs: readonly LogicalNode[];
  /** Of each of them: the columns of the first one, in its order. */
  readonly schema: Schema;
}

/** `names`: of the inputs behind the first one. undefined when they do not fit, which was reported. */
export function alignColumns(
  context: LoweringContext,
  inputs: readonly LogicalNode[],
  names: readonly SourceText[],
  byPosition: boolean,
): AlignedInputs | undefined {
  const [first] = inputs;
  const places = inputs.map((other, i) =>
    i === 0 ? [...first.schema.keys()] : matched(context, first.schema, other.schema, names[i - 1], byPosition),
  );
  if (places.some((slots) => slots === undefined)) return undefined;
  const types = commonTypes(context, inputs, places as readonly number[][], names);
  if (types === undefined) return undefined;
  const schema = first.schema.map(({ name }, slot) => ({ name, type: types[slot] }));
  const typed = inputs.map((other, i) => castInput(context, other, places[i]!, types, first.schema));
  return { inputs: typed, schema };
}

/** The slot in `other` of each column of `schema`. */
function matched(
  context: LoweringContext,
  schema: Schema,
  other: Schema,
  name: SourceText,
  byPosition: boolean,
): number[] | undefined {
  const refuse = (message: string, hint: string): undefined => {
    context.report(diagnosticAt('PLAN_UNION_COLUMNS', message, name, undefined, { hint }));
    return undefined;
  };
  if (byPosition) {
    if (schema.length === other.length) return [...schema.keys()];
    return refuse(
      `${name.text} has ${other.length} columns and the input has ${schema.length}`,
      'select the same number of columns in both',
    );
  }
  const slots: (number | undefined)[] = [];
  for (const column of schema) {
    const slot = findColumn(column.name, other);
    // Names that differ in case only do not share a column.
    slots.push(slot === undefined || slots.includes(slot) ? undefined : slot);
  }
  const missing = schema.filter((_, i) => slots[i] === undefined).map((column) => column.name);
  const extra = other.filter((_, slot) => !slots.includes(slot)).map((column) => column.name);
  if (missing.length === 0 && extra.length === 0) return slots as number[];
  const parts = [
    ...(missing.length === 0 ? [] : [`lacks ${listed(missing)}`]),
    ...(extra.length === 0 ? [] : [`has ${listed(extra)} besides`]),
  ];
  return refuse(
    `${name.text} ${parts.join(' and ')}`,
    'drop or rename columns first, derive those that are missing, or match them with `by_position: true`',
  );
}

function commonTypes(
  context: LoweringContext,
  inputs: readonly LogicalNode[],
  places: readonly (readonly number[])[],
  names: readonly SourceText[],
): readonly DataType[] | undefined {
  const types = inputs[0].schema.map(({ name }, column) => {
    const each = inputs.map(({ schema }, i) => schema[places[i][column]].type);
    const common = commonTypeOf(each);
    if (common !== undefined) return common;
    const odd = each.findIndex((type) => commonTypeOf([each[0], type]) === undefined);
    context.report(
      diagnosticAt(
        'EXPR_TYPE_MISMATCH',
        `${name} is ${typeName(each[odd])} in ${names[odd - 1].text} and ${typeName(each[0])} in the input`,
        names[odd - 1],
        undefined,
        { hint: castHint(name, each[0], each[odd], names[odd - 1].text) },
      ),
    );
    return undefined;
  });
  return types.some((type) => type === undefined) ? undefined : (types as readonly DataType[]);
}

/** Which side can become what the other is, without a loss. */
function castHint(name: string, input: DataType, other: DataType, step: string): string {
  const cast = (type: DataType): string => `\`- cast: { ${name}: ${typeName(type)} }\``;
  if (isLossFree(other, input)) return `cast it behind the step ${step}: ${cast(input)}`;
  if (isLossFree(input, other)) return `cast it before this step: ${cast(other)}`;
  return `cast both to what they are to have in common, such as string: ${cast(STRING)}`;
}

/** The input's columns in the order of `names`, and of its types. */
function castInput(
  context: LoweringContext,
  input: LogicalNode,
  slots: readonly number[],
  types: readonly DataType[],
  names: Schema,
): LogicalNode {
  const isRight = slots.every((slot, i) => slot === i && typesEqual(input.schema[slot].type, types[i]));
  if (isRight && slots.length === input.schema.length) return input;
  const origin = context.origin(context.step.verbSource);
  const columns = slots.map((slot, i): ProjectColumn => {
    return { name: names[i].name, expr: coerce(columnExpr(input.schema, slot), types[i]), origin };
  });
  return context.add({ op: 'project', columns }, [input], schemaOf(columns));
}
