/**
 * `join` of `type: asof`: each row of the left with the nearest row of the right. Lowers to projections as every join does,
 * keys first on the right, then the value by which a row is near, then what is taken; and the asof join itself.
 */
import type { LogicalNode, ProjectColumn } from '../dataflow/logical-graph.js';
import type { LoweringContext } from '../dataflow/verb.js';
import { type BoundAsofCondition, bindAsofCondition } from '../expr/bind-asof-condition.js';
import { isJoinCondition } from '../expr/bind-pair-condition.js';
import { printBound } from '../expr/print.js';
import type { KeysValue } from '../spec/option-schema.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt } from '../spec/source.js';
import { columnExpr, findColumn, handedOn } from './columns.js';
import { mergedKeys, takenColumns } from './join-columns.js';
import { withKeys } from './join-on.js';
import { schemaOf } from './select.js';

/** `at`: what names the right side. undefined when something was wrong and was reported. */
export function lowerAsofJoin(
  context: LoweringContext,
  right: LogicalNode,
  on: KeysValue,
  take: readonly SourceText[] | undefined,
  suffix: SourceText | undefined,
  at: SourceText,
): LogicalNode | undefined {
  const left = context.input!;
  const source = conditionText(context, left, on);
  const bound = source && bindOn(context, left, right, source);
  if (source === undefined || bound === undefined) return undefined;
  const { equalities, nearest } = bound;
  const dropped = mergedKeys(equalities).map(({ columns }) => columns!.right);
  const taken = takenColumns(context, left, right, dropped, take, suffix, at);
  if (taken === undefined) return undefined;

  const origin = context.origin(source);
  const keys = [...equalities, nearest];
  const rightColumns = [
    ...keys.map((key): ProjectColumn => ({ name: printBound(key.right), expr: key.right, origin })),
    ...taken.map(({ slot, name }): ProjectColumn => ({ name, expr: columnExpr(right.schema, slot), origin })),
  ];
  const built = context.add({ op: 'project', columns: rightColumns }, [right], schemaOf(rightColumns));
  const { node: probed, slots } = withKeys(context, left, keys, origin);
  const schema = [...probed.schema, ...schemaOf(rightColumns).slice(keys.length)];
  const { isBackward, isStrict } = nearest;
  const operator = {
    op: 'asof-join',
    keys: slots.slice(0, -1),
    at: slots[slots.length - 1],
    isBackward,
    isStrict,
  } as const;
  const joined = context.add(operator, [probed, built], schema);
  if (probed.schema.length === left.schema.length) return joined;
  const all = handedOn(schema, origin);
  const columns = all.filter((_, slot) => slot < left.schema.length || slot >= probed.schema.length);
  return context.add({ op: 'project', columns }, [joined], schemaOf(columns));
}

/** `on`, if it can be a condition: columns alone say that they are equal, and not which row is the nearest. */
function conditionText(context: LoweringContext, left: LogicalNode, on: KeysValue): SourceText | undefined {
  if (on.kind === 'text' && findColumn(on.text.text, left.schema) === undefined && isJoinCondition(on.text.text))
    return on.text;
  const pairs = on.kind === 'text' ? [{ name: on.text, text: on.text }] : on.pairs;
  const equalities = pairs.map(({ name, text }) => `left.${name.text} = right.${text.text}`);
  context.report(
    diagnosticAt('SPEC_BAD_VALUE', '`on` of an asof join is a condition', pairs[0].name, undefined, {
      hint: `it says which row of the right is the nearest: \`on: ${equalities.join(' AND ')} AND left.at >= right.at\``,
    }),
  );
  return undefined;
}

function bindOn(
  context: LoweringContext,
  left: LogicalNode,
  right: LogicalNode,
  source: SourceText,
): BoundAsofCondition | undefined {
  const bound = bindAsofCondition(source.text, left.schema, right.schema, context.params);
  if (!('problems' in bound)) return bound;
  for (const { code, message, span, hint } of bound.problems) {
    context.report(diagnosticAt(code, message, source, span, { hint }));
  }
  return undefined;
}
