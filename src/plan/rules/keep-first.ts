/**
 * Rule: a sort of whose rows only the first ones are asked for need not keep the others. Between the sort and the limits
 * behind it there may be projections, which neither drop rows nor add any.
 */
import type { LogicalGraph, LogicalNode } from '../../dataflow/logical-graph.js';
import { consumersOf } from '../graph-walk.js';

/** More rows than that are sorted like all others: a sort keeps up to twice as many in each task. */
const MOST_ROWS = 200_000;

export function keepFirst(graph: LogicalGraph): LogicalGraph {
  const consumers = consumersOf(graph);
  /** How many rows of a node are looked at, by its id. */
  const wanted = new Map<number, number>();
  for (const node of [...graph.nodes].reverse()) {
    wanted.set(node.id, Math.max(...consumers.get(node.id)!.map((reader) => rowsRead(reader, wanted))));
  }
  const nodes = graph.nodes.map((node): LogicalNode => {
    const keep = wanted.get(node.id)!;
    const isKept = node.operator.op === 'sort' && keep >= 1 && keep <= MOST_ROWS;
    return isKept ? { ...node, operator: { ...node.operator, keep } } : node;
  });
  return { ...graph, nodes };
}

function rowsRead({ id, operator }: LogicalNode, wanted: ReadonlyMap<number, number>): number {
  if (operator.op === 'limit' && operator.by.length === 0) return operator.offset + operator.count;
  return operator.op === 'project' ? wanted.get(id)! : Number.POSITIVE_INFINITY;
}
