/** How the rows of two sides meet: what `on` says, as keys to look up and a condition over pairs of rows. */
import { type DataType, typeName } from '../columnar/data-type.js';
import type { Field, Schema } from '../columnar/schema.js';
import type { JoinCondition, LogicalNode, ProjectColumn } from '../dataflow/logical-graph.js';
import type { LoweringContext } from '../dataflow/verb.js';
import { bindJoinCondition } from '../expr/bind-join-condition.js';
import { type Equality, isJoinCondition } from '../expr/bind-pair-condition.js';
import type { ExprOrigin } from '../expr/calc.js';
import { canCast } from '../expr/cast.js';
import { commonTypeOf } from '../expr/coercion.js';
import { coerce } from '../expr/operands.js';
import type { KeysValue, NamedText } from '../spec/option-schema.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt } from '../spec/source.js';
import { columnExpr, findColumn, handedOn, requireColumn } from './columns.js';
import { schemaOf } from './select.js';

export interface JoinOn {
  readonly keys: readonly Equality[];
  /** Where it stands. */
  readonly at: SourceText;
  /** Over the columns of the left, then all of the right. */
  readonly condition?: JoinCondition;
}

/** undefined when something was wrong and was reported. `step`: what the right side is called. */
export function bindOn(
  context: LoweringContext,
  left: Schema,
  right: Schema,
  on: KeysValue | undefined,
  step: string,
): JoinOn | undefined {
  if (on === undefined) return { keys: [], at: context.step.verbSource };
  if (on.kind === 'pairs') return bindPairs(context, left, right, on.pairs, step);
  const { text } = on;
  const isColumn = findColumn(text.text, left) !== undefined || !isJoinCondition(text.text);
  return isColumn
    ? bindPairs(context, left, right, [{ name: text, text }], step)
    : bindCondition(context, left, right, text);
}

function bindCondition(context: LoweringContext, left: Schema, right: Schema, source: SourceText): JoinOn | undefined {
  const bound = bindJoinCondition(source.text, left, right, context.params);
  if ('problems' in bound) {
    for (const { code, message, span, hint } of bound.problems) {
      context.report(diagnosticAt(code, message, source, span, { hint }));
    }
    return undefined;
  }
  const { equalities, rest } = bound;
  return { keys: equalities, at: source, condition: rest && { expr: rest, origin: context.origin(source) } };
}

function bindPairs(
  context: LoweringContext,
  left: Schema,
  right: Schema,
  pairs: readonly NamedText[],
  step: string,
): JoinOn | undefined {
  const condition = pairs.find(({ name }) => isJoinCondition(name.text) && findColumn(name.text, left) === undefined);
  if (condition !== undefined) {
    const { name } = condition;
    context.report(
      diagnosticAt('SPEC_BAD_VALUE', 'a condition stands among columns', name, undefined, {
        hint: 'a condition is all of `on`: `on: left.a = right.b AND left.c < right.d`',
      }),
    );
    return undefined;
  }
  const keys = pairs.map(({ name, text }): Equality | undefined => {
    const a = requireColumn(context, name, left);
    const b = name === text && a === undefined ? undefined : requireColumn(context, text, right);
    if (a === undefined || b === undefined) return undefined;
    return equalColumns(context, { schema: left, slot: a }, { schema: right, slot: b }, text, step);
  });
  const isTwice = keys.map((key, i) => key !== undefined && keys.findIndex((other) => isSameKey(other, key)) < i);
  if (isTwice.includes(true) && keys.every((key) => key !== undefined)) {
    const { name } = pairs[isTwice.indexOf(true)];
    context.report(
      diagnosticAt('PLAN_DUPLICATE_COLUMN', `the key "${name.text}" stands twice`, name, undefined, {
        hint: 'name it once',
      }),
    );
    return undefined;
  }
  return keys.every((key) => key !== undefined) ? { keys, at: pairs[0].name } : undefined;
}

function isSameKey(a: Equality | undefined, b: Equality): boolean {
  return a?.columns?.left === b.columns?.left && a?.columns?.right === b.columns?.right;
}

interface ColumnRef {
  readonly schema: Schema;
  readonly slot: number;
}

/** Two columns as a key, in the type that both have in common; undefined when they have none, which is reported. */
export function equalColumns(
  context: LoweringContext,
  left: ColumnRef,
  right: ColumnRef,
  at: SourceText,
  step: string,
): Equality | undefined {
  const [a, b] = [left.schema[left.slot], right.schema[right.slot]];
  const type = commonTypeOf([a.type, b.type]);
  if (type === undefined) {
    const message = `${a.name} is ${typeName(a.type)} and ${b.name} of ${step} is ${typeName(b.type)}`;
    const hint = castHint(a, b, step);
    context.report(diagnosticAt('EXPR_TYPE_MISMATCH', message, at, undefined, { hint }));
    return undefined;
  }
  return {
    left: coerce(columnExpr(left.schema, left.slot), type),
    right: coerce(columnExpr(right.schema, right.slot), type),
    columns: { left: left.slot, right: right.slot },
  };
}

/** Which of the two is to be cast: text, else a boolean, else whichever can be. */
function castHint(left: Field, right: Field, step: string): string {
  const cast = ({ name }: Field, type: DataType): string => `\`- cast: { ${name}: ${typeName(type)} }\``;
  const castLeft = `cast ${left.name} before this step: ${cast(left, right.type)}`;
  const castRight = `cast ${right.name} behind the step ${step}: ${cast(right, left.type)}`;
  for (const kind of ['string', 'boolean']) {
    if (left.type.kind === kind) return castLeft;
    if (right.type.kind === kind) return castRight;
  }
  if (canCast(left.type, right.type)) return castLeft;
  if (canCast(right.type, left.type)) return castRight;
  return 'make columns of one type first';
}

/** The left with its keys in the types of the join: those that have to be computed become columns behind the others. */
export function withKeys(
  context: LoweringContext,
  left: LogicalNode,
  keys: readonly Equality[],
  origin: ExprOrigin,
): { readonly node: LogicalNode; readonly slots: readonly number[] } {
  const columns: ProjectColumn[] = [...handedOn(left.schema, origin)];
  const slots = keys.map(({ left: expr }) =>
    expr.op === 'column' ? expr.slot : columns.push({ name: `#${columns.length}`, expr, origin }) - 1,
  );
  if (columns.length === left.schema.length) return { node: left, slots };
  return { node: context.add({ op: 'project', columns }, [left], schemaOf(columns)), slots };
}
