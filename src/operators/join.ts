/**
 * `join`: columns of another step beside those of the input, where keys are equal. Lowers to a projection of the right
 * side (its keys first, then what is taken of it), projections that make keys of one type, and the join itself.
 */
import { type DataType, typeName, typesEqual } from '../columnar/data-type.js';
import type { JoinType, LogicalNode, ProjectColumn } from '../dataflow/logical-graph.js';
import { defineVerb, type LoweringContext } from '../dataflow/verb.js';
import { commonTypeOf } from '../expr/coercion.js';
import { coerce } from '../expr/operands.js';
import type { NamedText } from '../spec/option-schema.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt } from '../spec/source.js';
import { listed } from '../spec/suggest.js';
import { columnExpr, findColumn, handedOn, requireColumn, requireColumns } from './columns.js';
import { schemaOf } from './select.js';

export const JOIN = defineVerb({
  verb: 'join',
  summary:
    'Puts the columns of another step beside those of the input where the keys are equal; nulls are equal to nothing.',
  example: '- join: customers\n  type: left\n  on: { customer: id }\n  take: [name, country]',
  hasInput: true,
  hasOutput: true,
  schema: {
    value: { kind: 'steps', required: true, doc: 'the step on the right' },
    options: {
      type: {
        kind: 'enum',
        values: ['inner', 'left', 'right', 'full', 'semi', 'anti', 'cross'],
        default: 'inner',
        doc: 'left, right, full keep rows of that side without a match; semi and anti only say which rows stay; cross takes no `on`',
      },
      on: { kind: 'keys', doc: 'a column, a list of columns, or `{ left: right }`' },
      take: { kind: 'columns', doc: 'columns of the right; default: all but its keys' },
      suffix: {
        kind: 'name',
        doc: 'put behind names of the right that the left has too; without it they are an error',
      },
    },
  },
  async lower(context, { value: names, options }) {
    const { on, take, suffix } = options;
    const type = options.type as JoinType;
    const left = context.input!;
    const [right] = context.others;
    if (isMisused(context, names, type, on, take, suffix)) return undefined;
    const keys = bindKeys(context, left, right, on ?? []);
    const taken =
      keys &&
      takenColumns(
        context,
        left,
        right,
        keys.map((key) => key.right),
        type,
        take,
        suffix,
        names[0],
      );
    if (keys === undefined || taken === undefined) return undefined;
    const origin = context.origin(names[0]);
    const keyColumns = keys.map((key): ProjectColumn => {
      return { name: key.name, expr: coerce(columnExpr(right.schema, key.right), key.type), origin };
    });
    const isCoalesced = type === 'right' || type === 'full';
    const rightColumns = [
      ...keyColumns,
      ...(isCoalesced ? keyColumns : []),
      ...taken.map(({ slot, name }) => ({ name, expr: columnExpr(right.schema, slot), origin })),
    ];
    const built = context.add({ op: 'project', columns: rightColumns }, [right], schemaOf(rightColumns));
    const { node: probed, slots } = withKeys(context, left, keys);
    const width = probed.schema.length;
    const payload = schemaOf(rightColumns).slice(keys.length);
    const joined = context.add({ op: 'join', type, keys: slots }, [probed, built], [...probed.schema, ...payload]);
    if (width === left.schema.length && !isCoalesced) return joined;
    const all = handedOn(joined.schema, origin);
    const behind = width + (isCoalesced ? keys.length : 0);
    const columns = all.flatMap((column, slot): ProjectColumn[] => {
      if (slot >= left.schema.length && slot < behind) return [];
      const k = isCoalesced ? keys.findIndex((key) => key.left === slot) : -1;
      if (k === -1) return [column];
      // Where only the right has a row, the key is the right's.
      const { type: keyType } = keys[k];
      const args = [columnExpr(joined.schema, slots[k]), columnExpr(joined.schema, width + k)];
      const expr = { op: 'coalesce', args, type: keyType, span: { start: 0, end: 0 } } as const;
      return [{ name: column.name, expr, origin }];
    });
    return context.add({ op: 'project', columns }, [joined], schemaOf(columns));
  },
});

interface Key {
  readonly left: number;
  readonly right: number;
  readonly type: DataType;
  readonly name: string;
}

/** Options that do not go together. */
function isMisused(
  context: LoweringContext,
  names: readonly SourceText[],
  type: JoinType,
  on: readonly NamedText[] | undefined,
  take: readonly SourceText[] | undefined,
  suffix: SourceText | undefined,
): boolean {
  const refuse = (message: string, at: SourceText, hint: string): true => {
    context.report(diagnosticAt('SPEC_BAD_VALUE', message, at, undefined, { hint }));
    return true;
  };
  if (names.length > 1) return refuse('`join` takes one step', names[1], 'join the second one in a step of its own');
  if (type === 'cross' && on !== undefined) {
    return refuse('a cross join has no `on`', on[0].name, 'leave out `type: cross` to join where keys are equal');
  }
  if (type !== 'cross' && on === undefined) {
    context.report(
      diagnosticAt('SPEC_MISSING_KEY', '`join` needs the key `on`', context.step.verbSource, undefined, {
        hint: 'on: the columns whose values must be equal; `type: cross` joins every row with every row',
      }),
    );
    return true;
  }
  if (take !== undefined && (type === 'semi' || type === 'anti')) {
    return refuse(`a ${type} join takes no columns of the right`, take[0], 'leave out `take`');
  }
  if (suffix !== undefined && (type === 'semi' || type === 'anti')) {
    return refuse(`a ${type} join takes no columns of the right`, suffix, 'leave out `suffix`');
  }
  return false;
}

function bindKeys(
  context: LoweringContext,
  left: LogicalNode,
  right: LogicalNode,
  on: readonly NamedText[],
): readonly Key[] | undefined {
  const condition = on.find(({ name }) => /[=<>]/.test(name.text) && findColumn(name.text, left.schema) === undefined);
  if (condition !== undefined) {
    const sides = /^\s*(?:\w+\.)?(\w+)\s*=\s*(?:\w+\.)?(\w+)\s*$/.exec(condition.name.text);
    context.report(
      diagnosticAt('SPEC_BAD_VALUE', '`on` takes columns, found a condition', condition.name, undefined, {
        hint:
          sides === null
            ? 'write `{ left: right }`, and a filter behind the join for the rest'
            : `write \`{ ${sides[1]}: ${sides[2]} }\``,
      }),
    );
    return undefined;
  }
  const keys = on.map(({ name, text }): Key | undefined => {
    const leftSlot = requireColumn(context, name, left.schema);
    const rightSlot = name === text && leftSlot === undefined ? undefined : requireColumn(context, text, right.schema);
    if (leftSlot === undefined || rightSlot === undefined) return undefined;
    const [a, b] = [left.schema[leftSlot], right.schema[rightSlot]];
    const type = commonTypeOf([a.type, b.type]);
    if (type !== undefined) return { left: leftSlot, right: rightSlot, type, name: b.name };
    context.report(
      diagnosticAt(
        'EXPR_TYPE_MISMATCH',
        `${a.name} is ${typeName(a.type)} on the left and ${b.name} is ${typeName(b.type)} on the right`,
        text,
        undefined,
        { hint: `cast one of them first: \`- cast: { ${a.name}: ${typeName(b.type)} }\`` },
      ),
    );
    return undefined;
  });
  const isTwice = keys.map(
    (key, i) => keys.findIndex((other) => other?.left === key?.left && other?.right === key?.right) < i,
  );
  if (isTwice.includes(true) && keys.every((key) => key !== undefined)) {
    const { name } = on[isTwice.indexOf(true)];
    context.report(
      diagnosticAt('PLAN_DUPLICATE_COLUMN', `the key "${name.text}" stands twice`, name, undefined, {
        hint: 'name it once',
      }),
    );
    return undefined;
  }
  return keys.some((key) => key === undefined) ? undefined : (keys as readonly Key[]);
}

/** What is taken of the right, and under which names. */
function takenColumns(
  context: LoweringContext,
  left: LogicalNode,
  right: LogicalNode,
  keys: readonly number[],
  type: JoinType,
  take: readonly SourceText[] | undefined,
  suffix: SourceText | undefined,
  at: SourceText,
): readonly { readonly slot: number; readonly name: string }[] | undefined {
  if (type === 'semi' || type === 'anti') return [];
  const slots =
    take === undefined
      ? [...right.schema.keys()].filter((slot) => !keys.includes(slot))
      : requireColumns(context, take, right.schema);
  if (slots === undefined) return undefined;
  const isClash = (name: string): boolean => findExact(left, name);
  const taken = slots.map((slot) => {
    const { name } = right.schema[slot];
    return { slot, name: suffix !== undefined && isClash(name) ? `${name}${suffix.text}` : name };
  });
  const clashes = taken.filter(({ name }, i) => isClash(name) || taken.findIndex((other) => other.name === name) < i);
  if (clashes.length === 0) return taken;
  context.report(
    diagnosticAt(
      'PLAN_DUPLICATE_COLUMN',
      `both sides have ${listed(clashes.map(({ name }) => name))}`,
      suffix ?? at,
      undefined,
      { hint: 'give `suffix: _right`, say with `take:` what is wanted of the right, or rename columns first' },
    ),
  );
  return undefined;
}

function findExact({ schema }: LogicalNode, name: string): boolean {
  return schema.some((column) => column.name === name);
}

/** The left with its keys in the types of the join: those that need a conversion become columns behind the others. */
function withKeys(
  context: LoweringContext,
  left: LogicalNode,
  keys: readonly Key[],
): { readonly node: LogicalNode; readonly slots: readonly number[] } {
  const origin = context.origin(context.step.verbSource);
  const columns: ProjectColumn[] = [...handedOn(left.schema, origin)];
  const slots = keys.map((key) => {
    if (typesEqual(left.schema[key.left].type, key.type)) return key.left;
    const expr = coerce(columnExpr(left.schema, key.left), key.type);
    return columns.push({ name: `#${columns.length}`, expr, origin }) - 1;
  });
  if (columns.length === left.schema.length) return { node: left, slots };
  return { node: context.add({ op: 'project', columns }, [left], schemaOf(columns)), slots };
}
