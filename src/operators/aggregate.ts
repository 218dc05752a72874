/**
 * `aggregate`: one row a group. Lowers to a projection that computes keys and arguments, the aggregation itself, and a
 * projection over its results; `having` is a filter behind it:
 *
 *     aggregate: { mean: sum(a * b) / count(*) }     project k, a * b
 *     by: [k]                                        aggregate by k: sum(#1), count(*)
 *                                                    project k, mean: #1 / #2
 */
import type { Schema } from '../columnar/schema.js';
import type { LogicalNode, ProjectColumn } from '../dataflow/logical-graph.js';
import { defineVerb, type LoweringContext } from '../dataflow/verb.js';
import { type BoundAggregates, bindAggregates } from '../expr/aggregates/bind-aggregates.js';
import { scopeOf } from '../expr/scope.js';
import type { NamedExpression, OutputItem } from '../spec/option-schema.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt } from '../spec/source.js';
import { addAggregation } from './aggregation.js';
import { columnExpr, reportDuplicates } from './columns.js';
import { bindOutput, schemaOf } from './select.js';

export const AGGREGATE = defineVerb({
  verb: 'aggregate',
  summary: 'One row for each group of rows that have the same keys, in the order of the keys; without `by` one row.',
  example: '- aggregate:\n    revenue: sum(amount)\n    orders: count(*)\n  by: [country]',
  hasInput: true,
  hasOutput: true,
  schema: {
    value: {
      kind: 'expressions',
      required: true,
      doc: 'the new columns, each with its aggregate expression; it may name those above it',
    },
    options: {
      by: { kind: 'outputs', doc: 'the keys: columns, or `{ new: expression }`' },
      having: {
        kind: 'expression',
        doc: 'groups for which it is true are taken; it may aggregate, or name new columns',
      },
    },
  },
  async lower(context, { value: aggregate, options: { by = [], having } }) {
    const input = context.input!;
    const keys = bindKeys(context, input, by);
    const isClash = reportDuplicates(
      [...by.map((item) => (item.kind === 'new' ? item.name : item.source)), ...aggregate.map(({ name }) => name)],
      (diagnostic) => context.report(diagnostic),
    );
    if (keys === undefined || isClash) return undefined;
    const bound = bindCalls(context, input.schema, keys, aggregate, having);
    if (bound === undefined) return undefined;
    const grouped = addAggregation(context, input, keys, bound, context.origin(aggregate[0].expr));
    const results = [...keys.keys()].map((slot): ProjectColumn => {
      return { name: keys[slot].name, expr: columnExpr(grouped.schema, slot), origin: keys[slot].origin };
    });
    aggregate.forEach(({ name, expr }, index) => {
      results.push({ name: name.text, expr: bound.post[index], origin: context.origin(expr) });
    });
    const taken = addHaving(context, grouped, bound, having);
    return taken && context.add({ op: 'project', columns: results }, [taken], schemaOf(results));
  },
});

function bindKeys(
  context: LoweringContext,
  input: LogicalNode,
  by: readonly OutputItem[],
): readonly ProjectColumn[] | undefined {
  const keys = by.map((item) => bindOutput(context, input, item));
  return keys.some((key) => key === undefined) ? undefined : keys.flatMap((key) => key!);
}

function bindCalls(
  context: LoweringContext,
  schema: Schema,
  keys: readonly ProjectColumn[],
  expressions: readonly NamedExpression[],
  having: SourceText | undefined,
): BoundAggregates | undefined {
  const sources = [...expressions.map(({ expr }) => expr), ...(having === undefined ? [] : [having])];
  const result = bindAggregates(
    sources.map(({ text }) => text),
    scopeOf(schema, context.params),
    keys,
    expressions.map(({ name }) => name.text),
  );
  if (!('problems' in result)) return result;
  result.problems.forEach((problems, index) => {
    for (const { code, message, span, hint } of problems) {
      context.report(diagnosticAt(code, message, sources[index], span, { hint }));
    }
  });
  return undefined;
}

function addHaving(
  context: LoweringContext,
  grouped: LogicalNode,
  bound: BoundAggregates,
  having: SourceText | undefined,
): LogicalNode | undefined {
  if (having === undefined) return grouped;
  const condition = bound.post[bound.post.length - 1];
  if (condition.type.kind === 'boolean') {
    return context.add({ op: 'filter', condition, origin: context.origin(having) }, [grouped], grouped.schema);
  }
  context.report(
    diagnosticAt('EXPR_NOT_BOOLEAN', `a condition is boolean, and this is ${condition.type.kind}`, having, undefined, {
      hint: 'compare it with something, as in `count(*) > 1`',
    }),
  );
  return undefined;
}
