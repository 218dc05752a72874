/**
 * `join`: columns of another step beside those of the input, where keys are equal and a condition holds. Lowers to a
 * projection of the right side (its keys first, then what is taken of it), one that computes keys of the left, and the
 * join itself.
 */
import { typeName } from '../columnar/data-type.js';
import type { JoinType, LogicalNode, ProjectColumn } from '../dataflow/logical-graph.js';
import { defineVerb, type LoweringContext } from '../dataflow/verb.js';
import type { Equality } from '../expr/bind-pair-condition.js';
import { printBound } from '../expr/print.js';
import { collectSlots, replaceColumns } from '../expr/traverse.js';
import type { KeysValue } from '../spec/option-schema.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt } from '../spec/source.js';
import { columnExpr, handedOn } from './columns.js';
import { lowerAsofJoin } from './join-asof.js';
import { mergedKeys, type TakenColumn, takenColumns } from './join-columns.js';
import { bindOn, type JoinOn, withKeys } from './join-on.js';
import { schemaOf } from './select.js';

export const JOIN = defineVerb({
  verb: 'join',
  summary:
    'Puts the columns of another step beside those of the input where keys are equal or a condition holds; nulls are equal to nothing.',
  example: '- join: customers\n  type: left\n  on: { customer: id }\n  take: [name, country]',
  hasInput: true,
  hasOutput: true,
  schema: {
    value: { kind: 'steps', required: true, doc: 'the step on the right' },
    options: {
      type: {
        kind: 'enum',
        values: ['inner', 'left', 'right', 'full', 'semi', 'anti', 'cross', 'asof'],
        default: 'inner',
        doc: 'left, right, full keep rows of that side without a match; semi and anti only say which rows stay; cross takes no `on`; asof gives each row of the left the nearest of the right',
      },
      on: {
        kind: 'keys',
        doc: 'a column, a list of columns, `{ left: right }`, or a condition such as `left.id = right.id AND left.day >= right.since`, which asof needs',
      },
      take: {
        kind: 'columns',
        mayBeEmpty: true,
        doc: 'columns of the right; default: all but those that equal a column of the left by `on`; `[]`: none',
      },
      suffix: {
        kind: 'name',
        doc: 'put behind names of the right that the left has too; without it they are an error',
      },
    },
  },
  async lower(context, { value: names, options }) {
    const { on, take, suffix } = options;
    const { name, node: right } = context.other(names[0]);
    const type = options.type as JoinType | 'asof';
    if (isMisused(context, names, type, on, take, suffix)) return undefined;
    if (type === 'asof') return lowerAsofJoin(context, right, on!, take, suffix, names[0]);
    const left = context.input!;
    const bound = bindOn(context, left.schema, right.schema, on, name);
    if (bound === undefined) return undefined;
    const merged = mergedKeys(bound.keys);
    if (losesDigits(context, left, right, type, bound, merged, name)) return undefined;
    const dropped = merged.map(({ columns }) => columns!.right);
    const taken = isSelection(type) ? [] : takenColumns(context, left, right, dropped, take, suffix, names[0]);
    return taken && addJoin(context, right, type, bound, merged, taken);
  },
});

/** Only says which rows of the left stay. */
function isSelection(type: JoinType | 'asof'): boolean {
  return type === 'semi' || type === 'anti';
}

/** The key of a right or full join is one column for both sides: a double has not all digits of a bigint or a decimal. */
function losesDigits(
  context: LoweringContext,
  left: LogicalNode,
  right: LogicalNode,
  type: JoinType,
  { at }: JoinOn,
  merged: readonly Equality[],
  step: string,
): boolean {
  if (type !== 'right' && type !== 'full') return false;
  const lossy = merged.filter(({ columns, left: expr }) => {
    const kinds = [left.schema[columns!.left].type.kind, right.schema[columns!.right].type.kind];
    return expr.type.kind === 'double' && kinds.some((kind) => kind === 'bigint' || kind === 'decimal');
  });
  for (const { columns } of lossy) {
    const [a, b] = [left.schema[columns!.left], right.schema[columns!.right]];
    const message = `${a.name} is ${typeName(a.type)} and ${b.name} of ${step} is ${typeName(b.type)}: a ${type} join makes one column of them, and a double would lose digits`;
    const hint = `cast one of them first: \`- cast: { ${b.name}: ${typeName(a.type)} }\` behind the step ${step}, or \`- cast: { ${a.name}: ${typeName(b.type)} }\` before this one`;
    context.report(diagnosticAt('EXPR_TYPE_MISMATCH', message, at, undefined, { hint }));
  }
  return lossy.length > 0;
}

/**
 * The join, and what it needs on both sides:
 *
 *     right   keys, keys again where they fill in the left's, what is taken, what only the condition reads
 *     left    its columns, keys that have to be computed
 */
function addJoin(
  context: LoweringContext,
  right: LogicalNode,
  type: JoinType,
  { keys, condition, at }: JoinOn,
  merged: readonly Equality[],
  taken: readonly TakenColumn[],
): LogicalNode {
  const left = context.input!;
  const origin = context.origin(at);
  const fillers = type === 'right' || type === 'full' ? merged : [];
  const tested = [...(condition === undefined ? [] : collectSlots(condition.expr, new Set()))]
    .map((slot) => slot - left.schema.length)
    .filter((slot) => slot >= 0 && !taken.some((column) => column.slot === slot));
  const keyColumn = (key: Equality): ProjectColumn => ({ name: printBound(key.right), expr: key.right, origin });
  const carried = [...taken, ...tested.map((slot) => ({ slot, name: right.schema[slot].name }))];
  const rightColumns = [
    ...keys.map(keyColumn),
    ...fillers.map(keyColumn),
    ...carried.map(({ slot, name }) => ({ name, expr: columnExpr(right.schema, slot), origin })),
  ];
  const built = context.add({ op: 'project', columns: rightColumns }, [right], schemaOf(rightColumns));
  const { node: probed, slots } = withKeys(context, left, keys, origin);
  const width = probed.schema.length;
  const filled = width + fillers.length;
  const pairSlot = (slot: number): number =>
    slot < left.schema.length
      ? slot
      : filled + carried.findIndex((column) => column.slot === slot - left.schema.length);
  const rebased = condition && {
    ...condition,
    expr: replaceColumns(condition.expr, (column) => ({ ...column, slot: pairSlot(column.slot) })),
  };
  const payload = isSelection(type) ? [] : schemaOf(rightColumns).slice(keys.length);
  const schema = [...probed.schema, ...payload];
  const joined = context.add({ op: 'join', type, keys: slots, condition: rebased }, [probed, built], schema);
  const shown = [...left.schema.keys(), ...taken.map((_, i) => filled + i)];
  if (shown.length === schema.length) return joined;
  const all = handedOn(schema, origin);
  const columns = shown.map((slot): ProjectColumn => {
    const filler = fillers.findIndex((key) => key.columns!.left === slot);
    if (filler === -1) return all[slot];
    // Where only the right has a row, the key is the right's.
    const key = slots[keys.indexOf(fillers[filler])];
    const args = [columnExpr(schema, key), columnExpr(schema, width + filler)];
    const expr = { op: 'coalesce', args, type: args[0].type, span: args[0].span } as const;
    return { name: left.schema[slot].name, expr, origin };
  });
  return context.add({ op: 'project', columns }, [joined], schemaOf(columns));
}

/** Options that do not go together. */
function isMisused(
  context: LoweringContext,
  names: readonly SourceText[],
  type: JoinType | 'asof',
  on: KeysValue | undefined,
  take: readonly SourceText[] | undefined,
  suffix: SourceText | undefined,
): boolean {
  const refuse = (message: string, at: SourceText, hint: string): true => {
    context.report(diagnosticAt('SPEC_BAD_VALUE', message, at, undefined, { hint }));
    return true;
  };
  if (names.length > 1) return refuse('`join` takes one step', names[1], 'join the second one in a step of its own');
  if (type === 'cross' && on !== undefined) {
    const at = on.kind === 'text' ? on.text : on.pairs[0].name;
    return refuse('a cross join has no `on`', at, 'leave out `type: cross` to join the rows that `on` brings together');
  }
  if (type !== 'cross' && on === undefined) {
    context.report(
      diagnosticAt('SPEC_MISSING_KEY', '`join` needs the key `on`', context.step.verbSource, undefined, {
        hint:
          type === 'asof'
            ? 'on: which rows meet, and which of them is the nearest: `on: left.id = right.id AND left.at >= right.at`'
            : 'on: the columns whose values must be equal, or a condition; `type: cross` joins every row with every row',
      }),
    );
    return true;
  }
  if (take !== undefined && isSelection(type)) {
    const at = take[0] ?? context.step.options.get('take')!.key;
    return refuse(`a ${type} join takes no columns of the right`, at, 'leave out `take`');
  }
  if (suffix !== undefined && isSelection(type)) {
    return refuse(`a ${type} join takes no columns of the right`, suffix, 'leave out `suffix`');
  }
  return false;
}
