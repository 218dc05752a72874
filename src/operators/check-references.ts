/**
 * `references` of a check: every value of a column must be one of another step's. The rows get a column for it by a left
 * join with the values that there are, each once, so that no row is lost or made:
 *
 *     input ───────────────────────── left join ──> input, found: true or null
 *     step ── column ── aggregate ───────┘
 */
import { BOOLEAN } from '../columnar/data-type.js';
import type { LogicalNode } from '../dataflow/logical-graph.js';
import type { LoweringContext } from '../dataflow/verb.js';
import type { Equality } from '../expr/bind-pair-condition.js';
import type { BoundExpr } from '../expr/bound.js';
import type { ExprOrigin } from '../expr/calc.js';
import { literal } from '../expr/literals.js';
import { printBound } from '../expr/print.js';
import type { NamedText } from '../spec/option-schema.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt } from '../spec/source.js';
import { columnExpr, findColumn, handedOn, requireColumn } from './columns.js';
import { equalColumns, withKeys } from './join-on.js';
import { schemaOf } from './select.js';

/** A column without a name that a pipeline could give. */
const FOUND = '#found';

/** The rows with a column more, and what must hold of each; undefined when something was wrong and was reported. */
export function addReference(
  context: LoweringContext,
  input: LogicalNode,
  rows: LogicalNode,
  { name, text }: NamedText,
): { readonly rows: LogicalNode; readonly expr: BoundExpr } | undefined {
  const other = context.other(text);
  const column = { ...text, text: text.text.slice(other.name.length + 1) };
  const slot = requireColumn(context, name, input.schema);
  if (column.text === '') {
    reportNoColumn(context, text, name, other.node);
    return undefined;
  }
  const otherSlot = requireColumn(context, column, other.node.schema);
  if (slot === undefined || otherSlot === undefined) return undefined;
  const right = { schema: other.node.schema, slot: otherSlot };
  const key = equalColumns(context, { schema: input.schema, slot }, right, text, other.name);
  if (key === undefined) return undefined;
  const marked = addFound(context, rows, other.node, [key], context.origin(text));
  const isNull = (arg: BoundExpr, negated: boolean): BoundExpr => {
    return { op: 'is_null', negated, arg, type: BOOLEAN, span: arg.span };
  };
  const args = [
    isNull(columnExpr(input.schema, slot), false),
    isNull(columnExpr(marked.schema, marked.schema.length - 1), true),
  ];
  return { rows: marked, expr: { op: 'or', args, type: BOOLEAN, span: args[0].span } };
}

function reportNoColumn(context: LoweringContext, at: SourceText, name: SourceText, { schema }: LogicalNode): void {
  const meant = findColumn(name.text, schema) === undefined ? schema[0].name : name.text;
  const message = `\`references\` takes a step and its column, found ${at.text}`;
  const hint = `write \`${at.text}.${meant}\`, if that is the column`;
  context.report(diagnosticAt('SPEC_BAD_VALUE', message, at, undefined, { hint }));
}

/** The rows with a column more: true where the right side of the keys holds the left one, else null. */
export function addFound(
  context: LoweringContext,
  rows: LogicalNode,
  right: LogicalNode,
  keys: readonly Equality[],
  origin: ExprOrigin,
): LogicalNode {
  const keyColumns = keys.map((key) => ({ name: printBound(key.right), expr: key.right, origin }));
  const projected = context.add({ op: 'project', columns: keyColumns }, [right], schemaOf(keyColumns));
  const unique = context.add({ op: 'aggregate', keys: keys.length, calls: [] }, [projected], projected.schema);
  const found = { name: FOUND, expr: literal(true, BOOLEAN, keys[0].right.span), origin };
  const columns = [...handedOn(unique.schema, origin), found];
  const built = context.add({ op: 'project', columns }, [unique], schemaOf(columns));
  const { node: probed, slots } = withKeys(context, rows, keys, origin);
  const schema = [...probed.schema, ...built.schema.slice(keys.length)];
  return context.add({ op: 'join', type: 'left', keys: slots }, [probed, built], schema);
}
