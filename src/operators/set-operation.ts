/**
 * `intersect` and `except` are one aggregation of both sides, which says of each row where it was there. So nulls are equal, and
 * what does not fit into memory is spilled:
 *
 *     input - project *, in: true, other: null ──┐
 *                                                ├─ union - aggregate by *: max(in), max(other) - filter - project *
 *     step  - project *, in: null, other: true ──┘
 */
import { BOOLEAN } from '../columnar/data-type.js';
import type { AggregateCall, LogicalNode, ProjectColumn } from '../dataflow/logical-graph.js';
import type { LoweringContext } from '../dataflow/verb.js';
import type { BoundExpr } from '../expr/bound.js';
import { literal } from '../expr/literals.js';
import type { VerbSchema } from '../spec/option-schema.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt } from '../spec/source.js';
import { alignColumns } from './align-columns.js';
import { columnExpr, handedOn } from './columns.js';
import { schemaOf } from './select.js';

export const SET_SCHEMA = {
  value: { kind: 'steps', required: true, doc: 'the other step' },
  options: {
    by_position: { kind: 'boolean', default: false, doc: 'match columns by their places; the input names them' },
  },
} as const satisfies VerbSchema;

/** Columns without a name that a pipeline could give. */
const SIDES = ['#in', '#other'];

/** Rows of the input, each once, that are rows of the other step too, or with `isExcept` those that are not. */
export function addSetOperation(
  context: LoweringContext,
  names: readonly SourceText[],
  byPosition: boolean,
  isExcept: boolean,
): LogicalNode | undefined {
  const input = context.input!;
  const other = context.other(names[0]).node;
  if (isMisused(context, names, other === input, isExcept)) return undefined;
  const aligned = alignColumns(context, [input, other], names, byPosition);
  if (aligned === undefined) return undefined;
  const origin = context.origin(names[0]);
  const width = aligned.schema.length;
  const { span } = columnExpr(aligned.schema, 0);
  const marked = aligned.inputs.map((node, i) => {
    const marks = SIDES.map((name, side): ProjectColumn => {
      return { name, expr: literal(side === i ? true : null, BOOLEAN, span), origin };
    });
    const columns = [...handedOn(node.schema, origin), ...marks];
    return context.add({ op: 'project', columns }, [node], schemaOf(columns));
  });
  const { schema } = marked[0];
  const all = context.add({ op: 'union', columns: marked.map(() => [...schema.keys()]) }, marked, schema);
  const calls = SIDES.map((name, side): AggregateCall => {
    return { name, accumulator: { kind: 'max', input: BOOLEAN, result: BOOLEAN }, input: width + side, text: name };
  });
  const grouped = context.add({ op: 'aggregate', keys: width, calls }, [all], schema);
  const args = SIDES.map((_, side): BoundExpr => {
    const arg = columnExpr(schema, width + side);
    return { op: 'is_null', negated: side === 0 || !isExcept, arg, type: BOOLEAN, span };
  });
  const condition: BoundExpr = { op: 'and', args, type: BOOLEAN, span };
  const taken = context.add({ op: 'filter', condition, origin }, [grouped], schema);
  const columns = handedOn(schema, origin).slice(0, width);
  return context.add({ op: 'project', columns }, [taken], schemaOf(columns));
}

function isMisused(
  context: LoweringContext,
  names: readonly SourceText[],
  isInput: boolean,
  isExcept: boolean,
): boolean {
  const verb = isExcept ? 'except' : 'intersect';
  const refuse = (message: string, at: SourceText, hint: string): true => {
    context.report(diagnosticAt('SPEC_BAD_VALUE', message, at, undefined, { hint }));
    return true;
  };
  if (names.length > 1) return refuse(`\`${verb}\` takes one step`, names[1], 'write a step of its own for each');
  if (!isInput) return false;
  const what = isExcept ? 'nothing is left of its rows' : 'all of its rows are left';
  return refuse(`\`${names[0].text}\` is the input, so ${what}`, names[0], 'name another step here, or in `from:`');
}
