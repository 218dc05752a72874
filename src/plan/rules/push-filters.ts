/**
 * Rule: a filter moves before a projection or an aggregation that nothing else reads, when that changes neither the
 * rows nor the errors:
 *
 *     project  every computed column cannot fail, and the condition reads only columns passed through
 *     aggregate  the condition reads keys only, and no aggregate can fail (a sum of integers can overflow)
 *
 * A filter never moves past a scan: reading validates.
 */
import type { AggregateCall, LogicalGraph, LogicalNode, LogicalOperator } from '../../dataflow/logical-graph.js';
import type { BoundExpr } from '../../expr/bound.js';
import { canFail } from '../../expr/can-fail.js';
import { collectSlots, replaceColumns } from '../../expr/traverse.js';
import { consumersOf, nodesById, topological } from '../graph-walk.js';

type Filter = Extract<LogicalOperator, { op: 'filter' }>;

export function pushFilters(graph: LogicalGraph): LogicalGraph {
  for (;;) {
    const swapped = swapOne(graph);
    if (swapped === undefined) return graph;
    graph = swapped;
  }
}

/** Swaps the first filter that may move with its input; undefined when none may. */
function swapOne(graph: LogicalGraph): LogicalGraph | undefined {
  const byId = nodesById(graph);
  const consumers = consumersOf(graph);
  for (const node of graph.nodes) {
    if (node.operator.op !== 'filter') continue;
    const below = byId.get(node.inputs[0])!;
    if (consumers.get(below.id)!.length !== 1) continue;
    const condition = conditionBelow(node.operator, below.operator);
    if (condition === undefined) continue;
    return swap(graph, byId, node, below, condition);
  }
  return undefined;
}

/** The condition over the input of `below`, if the filter may move there. */
function conditionBelow({ condition }: Filter, below: LogicalOperator): BoundExpr | undefined {
  const slots = collectSlots(condition, new Set());
  if (slots.size === 0) return undefined;
  if (below.op === 'project') {
    if (below.columns.some(({ expr }) => canFail(expr))) return undefined;
    if ([...slots].some((slot) => below.columns[slot].expr.op !== 'column')) return undefined;
    return replaceColumns(condition, (column) => below.columns[column.slot].expr);
  }
  if (below.op === 'aggregate') {
    if ([...slots].some((slot) => slot >= below.keys) || below.calls.some(callCanFail)) return undefined;
    return condition;
  }
  return undefined;
}

function callCanFail({ accumulator }: AggregateCall): boolean {
  return accumulator.kind === 'sum' && accumulator.result.kind !== 'double';
}

function swap(
  graph: LogicalGraph,
  byId: ReadonlyMap<number, LogicalNode>,
  filter: LogicalNode,
  below: LogicalNode,
  condition: BoundExpr,
): LogicalGraph {
  const operator = { ...(filter.operator as Filter), condition };
  const schema = byId.get(below.inputs[0])!.schema;
  // The filter keeps its id where it is read: ids and steps change places, so that readers need no rewriting.
  const lower: LogicalNode = { ...filter, id: below.id, operator, schema, inputs: below.inputs };
  const upper: LogicalNode = { ...below, id: filter.id, inputs: [below.id] };
  const nodes = graph.nodes.map((node) => (node.id === below.id ? lower : node.id === filter.id ? upper : node));
  return topological({ ...graph, nodes });
}
