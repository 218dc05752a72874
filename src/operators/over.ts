/**
 * `over`: adds columns computed from the other rows of a row's window; one with the name of an input column takes its
 * place. Lowers to a sort by partition and order, and the window functions over what comes out of it:
 *
 *     over: { share: amount / sum(amount) }     project *, #k: upper(country)
 *     by: [upper(country)]                      sort by #k, at
 *     order_by: [at]                            window by #k: sum(amount)
 *                                               project *, share: amount / #sum
 */
import type { FrameBound, WindowFrame } from '../columnar/window.js';
import type { LogicalNode, ProjectColumn, SortKey, WindowCall } from '../dataflow/logical-graph.js';
import { defineVerb, type LoweringContext } from '../dataflow/verb.js';
import type { BoundExpr } from '../expr/bound.js';
import type { ExprOrigin } from '../expr/calc.js';
import type { ExprProblem } from '../expr/problem.js';
import { isSameExpression } from '../expr/same-expression.js';
import { scopeOf } from '../expr/scope.js';
import { bindFrame, defaultFrame } from '../expr/windows/bind-frame.js';
import { type BoundWindows, bindWindows, overResults } from '../expr/windows/bind-windows.js';
import type { NamedExpression } from '../spec/option-schema.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt } from '../spec/source.js';
import { handedOn, reportDuplicates } from './columns.js';
import { schemaOf } from './select.js';
import { bindSortKeys } from './sort-keys.js';

export const OVER = defineVerb({
  verb: 'over',
  summary:
    'Adds columns computed from other rows: ranks, neighbours, aggregates over a window. Rows come in its order.',
  example:
    '- over:\n    place: rank()\n    total: sum(amount)\n    share: amount / total\n  by: [country]\n  order_by: [amount desc]\n  frame: rows between unbounded preceding and unbounded following',
  hasInput: true,
  hasOutput: true,
  schema: {
    value: {
      kind: 'expressions',
      required: true,
      doc: 'the new columns, each with its expression; it may name those above it',
    },
    options: {
      by: {
        kind: 'columns',
        doc: 'columns or expressions: rows that agree in them make a partition; else all rows are one',
      },
      order_by: {
        kind: 'columns',
        doc: 'the order of the rows of a partition, as in `sort`; else that of the input',
      },
      frame: {
        kind: 'string',
        doc: 'the rows around each row that are its window, by `rows`, `range` or `groups`: `rows between 2 preceding and current row`; else all rows up to those with equal order keys, and without `order_by` all rows of the partition',
      },
    },
  },
  async lower(context, { value, options: { by = [], order_by = [], frame: frameText } }) {
    const input = context.input!;
    const origin = context.origin(value[0].expr);
    const columns: ProjectColumn[] = [...handedOn(input.schema, origin)];
    const isClash = reportDuplicates(
      value.map(({ name }) => name),
      (diagnostic) => context.report(diagnostic),
    );
    const partition = bindPartition(context, input, by, columns);
    const order = bindSortKeys(context, input, order_by, columns);
    const bound = bindCalls(context, input, value, order_by.length > 0);
    const frame = order && bindStepFrame(context, input, frameText, order, columns);
    if (partition === undefined || order === undefined || frame === undefined || bound === undefined || isClash) {
      return undefined;
    }
    const window = addWindow(context, input, { columns, partition, order, frame, bound, origin });
    const results = value.map(({ name, expr }, index): ProjectColumn => {
      const post = overResults(bound.post[index], window.schema.length - bound.calls.length);
      return { name: name.text, expr: post, origin: context.origin(expr) };
    });
    const kept = handedOn(window.schema, origin).slice(0, input.schema.length);
    const replaced = kept.map((column) => results.find(({ name }) => name === column.name) ?? column);
    const output = [...replaced, ...results.filter((column) => !replaced.includes(column))];
    return context.add({ op: 'project', columns: output }, [window], schemaOf(output));
  },
});

/** The slots of the partition's keys. */
function bindPartition(
  context: LoweringContext,
  input: LogicalNode,
  by: readonly SourceText[],
  columns: ProjectColumn[],
): readonly number[] | undefined {
  const keys = bindSortKeys(context, input, by, columns);
  const ordered = keys?.findIndex(({ descending, nullsFirst }) => descending || nullsFirst) ?? -1;
  if (ordered < 0) return keys?.map(({ slot }) => slot);
  const hint = 'the order of the rows in a partition is `order_by`';
  context.report(diagnosticAt('SPEC_BAD_VALUE', '`by` has no direction', by[ordered], undefined, { hint }));
  return undefined;
}

function bindCalls(
  context: LoweringContext,
  { schema }: LogicalNode,
  value: readonly NamedExpression[],
  hasOrder: boolean,
): BoundWindows | undefined {
  const result = bindWindows({
    expressions: value.map(({ name, expr }) => ({ name: name.text, text: expr.text })),
    scope: scopeOf(schema, context.params),
    constants: context.constants,
    hasOrder,
  });
  if (!('problems' in result)) return result;
  result.problems.forEach((problems, index) => {
    reportProblems(context, problems, value[index].expr);
  });
  return undefined;
}

function bindStepFrame(
  context: LoweringContext,
  { schema }: LogicalNode,
  source: SourceText | undefined,
  order: readonly SortKey[],
  columns: ProjectColumn[],
): WindowFrame<number> | undefined {
  if (source === undefined) return defaultFrame(order.length > 0);
  const keys = order.map(({ slot, descending }) => ({ expr: columns[slot].expr, descending }));
  const result = bindFrame(source.text, scopeOf(schema, context.params), { keys }, context.constants);
  if ('problems' in result) {
    reportProblems(context, result.problems, source);
    return undefined;
  }
  const origin = context.origin(source);
  const bound = (end: FrameBound<BoundExpr>): FrameBound<number> =>
    end.kind === 'value'
      ? { ...end, key: slotOf(columns, end.key, origin), bound: slotOf(columns, end.bound, origin) }
      : end;
  return { start: bound(result.frame.start), end: bound(result.frame.end) };
}

function reportProblems(context: LoweringContext, problems: readonly ExprProblem[], source: SourceText): void {
  for (const { code, message, span, hint } of problems) {
    context.report(diagnosticAt(code, message, source, span, { hint }));
  }
}

/** The column that an expression over the input is, which may have to be made. */
function slotOf(columns: ProjectColumn[], expr: BoundExpr, origin: ExprOrigin): number {
  if (expr.op === 'column') return expr.slot;
  const known = columns.findIndex((column) => column.expr.op !== 'column' && isSameExpression(column.expr, expr));
  return known >= 0 ? known : columns.push({ name: `#${columns.length}`, expr, origin }) - 1;
}

interface WindowParts {
  /** Those of the input, then what was made for keys and the frame. */
  readonly columns: ProjectColumn[];
  readonly partition: readonly number[];
  readonly order: readonly SortKey[];
  readonly frame: WindowFrame<number>;
  readonly bound: BoundWindows;
  readonly origin: ExprOrigin;
}

/** Columns of the result: those of the parts, perhaps some for arguments, then a column a call. */
function addWindow(context: LoweringContext, input: LogicalNode, parts: WindowParts): LogicalNode {
  const { columns, partition, order, frame, bound, origin } = parts;
  const calls = bound.calls.map(({ spec, inputs, type, text }): WindowCall => {
    return { name: text, spec, inputs: inputs.map((expr) => slotOf(columns, expr, origin)), result: type };
  });
  const computed =
    columns.length === input.schema.length
      ? input
      : context.add({ op: 'project', columns }, [input], schemaOf(columns));
  const keys: SortKey[] = [
    ...partition.map((slot) => ({ slot, descending: false, nullsFirst: false })),
    ...order.filter(({ slot }) => !partition.includes(slot)),
  ];
  const sorted = context.add({ op: 'sort', keys, grouping: partition.length }, [computed], computed.schema);
  const schema = [...sorted.schema, ...calls.map(({ name, result }) => ({ name, type: result }))];
  return context.add({ op: 'window', partition, order, frame, calls }, [sorted], schema);
}
