/**
 * `pivot`: values of a column become columns. The aggregate is computed once for each group and value, however many values there
 * are, and its parts are then spread over the columns; where a group does not have a value they are those of no rows:
 *
 *     pivot: { column: k, values: [a, b], aggregate: sum(x) / count(*) }
 *
 *     aggregate by g, k: s, c        g | k | s | c      project g, k = a: s, k = a: c, k = b: s, k = b: c
 *                                    1 | a | 5 | 2      aggregate by g: min of each
 *                                    1 | b | 7 | 1      project g, a: s1 / coalesce(c1, 0), b: s2 / coalesce(c2, 0)
 */
import { BOOLEAN, typeName } from '../columnar/data-type.js';
import { parseValue } from '../columnar/text.js';
import type { Value } from '../columnar/value.js';
import type { AggregateCall, LogicalNode, ProjectColumn } from '../dataflow/logical-graph.js';
import { defineVerb, type LoweringContext } from '../dataflow/verb.js';
import { type BoundAggregates, bindAggregates } from '../expr/aggregates/bind-aggregates.js';
import { type BoundAggregateCall, inputSlots, isZeroOfNothing } from '../expr/aggregates/bound-aggregate.js';
import type { BoundExpr, BoundLiteral } from '../expr/bound.js';
import { literal } from '../expr/literals.js';
import { scopeOf } from '../expr/scope.js';
import { replaceColumns } from '../expr/traverse.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt } from '../spec/source.js';
import { addAggregation } from './aggregation.js';
import { columnExpr, handedOn, reportDuplicates, requireColumn, requireColumns } from './columns.js';
import { schemaOf } from './select.js';

export const PIVOT = defineVerb({
  verb: 'pivot',
  summary:
    'Values of a column become columns, each with an aggregate of its rows; one row for each set of the other columns.',
  example: '- pivot:\n    column: quarter\n    values: [q1, q2, q3, q4]\n    aggregate: sum(amount)\n  by: [country]',
  hasInput: true,
  hasOutput: true,
  schema: {
    value: {
      kind: 'group',
      required: true,
      doc: 'which column becomes columns, and what stands in them',
      options: {
        column: { kind: 'name', required: true, doc: 'the column whose values become columns' },
        values: {
          kind: 'strings',
          required: true,
          doc: 'the values, each a column; they are listed, since columns are known before anything runs',
        },
        aggregate: { kind: 'expression', required: true, doc: 'an aggregate expression, such as `sum(amount)`' },
      },
    },
    options: {
      by: {
        kind: 'columns',
        doc: 'columns that make the rows; default: all but `column` and those that `aggregate` reads',
      },
    },
  },
  async lower(context, { value: { column, values, aggregate }, options: { by } }) {
    const input = context.input!;
    const slot = requireColumn(context, column, input.schema);
    const keys = by && requireColumns(context, by, input.schema);
    if (slot === undefined || (by !== undefined && keys === undefined)) return undefined;
    const kept = keys ?? otherColumns(context, input, slot, aggregate);
    if (kept === undefined) return undefined;
    const literals = bindValues(context, input, slot, values);
    if (isClash(context, input, kept, slot, by, values) || literals === undefined) return undefined;
    const all = handedOn(input.schema, context.origin(aggregate));
    const grouping = [...kept, slot].map((key) => all[key]);
    const bound = bindOne(context, input, aggregate, grouping);
    return bound && spread(context, input, grouping, bound, literals, values, aggregate);
  },
});

/** What is neither pivoted nor aggregated. */
function otherColumns(
  context: LoweringContext,
  input: LogicalNode,
  slot: number,
  aggregate: SourceText,
): readonly number[] | undefined {
  const bound = bindOne(context, input, aggregate, []);
  if (bound === undefined) return undefined;
  const read = new Set([slot, ...bound.calls.flatMap(inputSlots)]);
  return [...input.schema.keys()].filter((other) => !read.has(other));
}

function bindOne(
  context: LoweringContext,
  { schema }: LogicalNode,
  aggregate: SourceText,
  keys: readonly ProjectColumn[],
): BoundAggregates | undefined {
  const bound = bindAggregates([aggregate.text], scopeOf(schema, context.params), keys);
  if ('problems' in bound) {
    for (const { code, message, span, hint } of bound.problems[0]) {
      context.report(diagnosticAt(code, message, aggregate, span, { hint }));
    }
    return undefined;
  }
  if (bound.calls.length > 0) return bound;
  context.report(
    diagnosticAt('SPEC_BAD_VALUE', '`aggregate` has no aggregate function', aggregate, undefined, {
      hint: 'say what becomes of several rows with one value: sum(amount), count(*), first(amount)',
    }),
  );
  return undefined;
}

function bindValues(
  context: LoweringContext,
  { schema }: LogicalNode,
  slot: number,
  values: readonly SourceText[],
): readonly BoundLiteral[] | undefined {
  const { name, type } = schema[slot];
  const literals = values.map((source): BoundLiteral | undefined => {
    const value = parseValue(source.text, type);
    if (value !== undefined) return literal(value, type, { start: 0, end: source.text.length });
    const message = `${name} is ${typeName(type)}, and "${source.text}" is not`;
    context.report(diagnosticAt('EXPR_TYPE_MISMATCH', message, source));
    return undefined;
  });
  if (!literals.every((one) => one !== undefined)) return undefined;
  return areDistinct(context, values, literals) ? literals : undefined;
}

/** Values that are written differently and are one: 0 and -0, nan and NaN, 1 and 01. A map compares as SQL does. */
function areDistinct(
  context: LoweringContext,
  values: readonly SourceText[],
  literals: readonly BoundLiteral[],
): boolean {
  const first = new Map<Value, SourceText>();
  let all = true;
  for (const [index, { value }] of literals.entries()) {
    const source = values[index];
    const other = first.get(value) ?? source;
    first.set(value, other);
    // One text twice is one column twice, and is told as that.
    if (other.text === source.text) continue;
    context.report(
      diagnosticAt('SPEC_BAD_VALUE', `${source.text} is the same value as ${other.text}`, source, undefined, {
        hint: 'name each value once; `rename` behind the step gives its column another name',
      }),
    );
    all = false;
  }
  return all;
}

/** Two columns of the result with one name, or a key that is the column itself. */
function isClash(
  context: LoweringContext,
  { schema }: LogicalNode,
  kept: readonly number[],
  slot: number,
  by: readonly SourceText[] | undefined,
  values: readonly SourceText[],
): boolean {
  const refuse = (message: string, at: SourceText, hint: string): true => {
    context.report(diagnosticAt('PLAN_DUPLICATE_COLUMN', message, at, undefined, { hint }));
    return true;
  };
  if (kept.includes(slot)) {
    const message = `"${schema[slot].name}" is the column whose values become columns`;
    return refuse(message, by![kept.indexOf(slot)], 'leave it out of `by`');
  }
  const names = kept.map((key) => schema[key].name);
  const clash = values.find(({ text }) => names.includes(text));
  if (clash !== undefined) return refuse(`there is a column "${clash.text}" already`, clash, 'rename that one first');
  return reportDuplicates(values, (diagnostic) => context.report(diagnostic));
}

/** `grouping`: the keys, then the column whose values become columns. */
function spread(
  context: LoweringContext,
  input: LogicalNode,
  grouping: readonly ProjectColumn[],
  bound: BoundAggregates,
  literals: readonly BoundLiteral[],
  values: readonly SourceText[],
  aggregate: SourceText,
): LogicalNode {
  const origin = context.origin(aggregate);
  const { calls } = bound;
  const keys = grouping.length - 1;
  const grouped = addAggregation(context, input, grouping, bound, origin);
  const parts = literals.flatMap((value, v) =>
    calls.map((call, c): ProjectColumn => {
      const then = columnExpr(grouped.schema, keys + 1 + c);
      return { name: `${values[v].text}: ${call.text}`, expr: whereEqual(grouped, keys, value, then), origin };
    }),
  );
  const columns = [...handedOn(grouped.schema, origin).slice(0, keys), ...parts];
  const wide = context.add({ op: 'project', columns }, [grouped], schemaOf(columns));
  const least = parts.map(({ name, expr: { type } }, i): AggregateCall => {
    return { name, accumulator: { kind: 'min', input: type, result: type }, input: keys + i, text: name };
  });
  const together = context.add({ op: 'aggregate', keys, calls: least }, [wide], wide.schema);
  const results = values.map(({ text }, v): ProjectColumn => {
    const expr = replaceColumns(bound.post[0], ({ slot }) => {
      if (slot < keys) return columnExpr(together.schema, slot);
      if (slot === keys) return literals[v];
      return partOf(together, keys + v * calls.length + slot - keys - 1, calls[slot - keys - 1]);
    });
    return { name: text, expr, origin };
  });
  const named = [...handedOn(together.schema, origin).slice(0, keys), ...results];
  return context.add({ op: 'project', columns: named }, [together], schemaOf(named));
}

/** `then` where the column in `slot` has the value, else null. */
function whereEqual({ schema }: LogicalNode, slot: number, value: BoundLiteral, then: BoundExpr): BoundExpr {
  const { span } = value;
  const when: BoundExpr = { op: 'call', fn: 'equal', args: [columnExpr(schema, slot), value], type: BOOLEAN, span };
  return { op: 'case', whens: [{ when, then }], otherwise: null, type: then.type, span };
}

/** What a call gives for one value; of no rows at all, when the group does not have the value. */
function partOf({ schema }: LogicalNode, slot: number, call: BoundAggregateCall): BoundExpr {
  const part = columnExpr(schema, slot);
  if (!isZeroOfNothing(call)) return part;
  const { type, span } = part;
  return { op: 'coalesce', args: [part, literal(0n, type, span)], type, span };
}
