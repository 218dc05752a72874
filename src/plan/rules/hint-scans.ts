/**
 * Rule: a scan knows the conditions that its rows must meet right behind it, so that a source can leave out what its file
 * says meets none of them. The filter stays. A condition that stands behind one that can fail is not told: rows that
 * were left out for it would not have failed.
 */
import type { LogicalGraph, LogicalNode } from '../../dataflow/logical-graph.js';
import type { BoundExpr } from '../../expr/bound.js';
import { canFail } from '../../expr/can-fail.js';
import { consumersOf } from '../graph-walk.js';

export function hintScans(graph: LogicalGraph): LogicalGraph {
  const consumers = consumersOf(graph);
  const nodes = graph.nodes.map((node): LogicalNode => {
    const { operator } = node;
    if (operator.op !== 'scan' || !operator.rowsNeverFail) return node;
    const conditions = conditionsBehind(node, consumers);
    return conditions.length === 0 ? node : { ...node, operator: { ...operator, conditions } };
  });
  return { ...graph, nodes };
}

/** Those that every row meets which gets through the filters behind the node. */
function conditionsBehind(
  node: LogicalNode,
  consumers: ReadonlyMap<number, readonly LogicalNode[]>,
): readonly BoundExpr[] {
  const conditions: BoundExpr[] = [];
  for (let at = node; ; ) {
    const readers = consumers.get(at.id)!;
    const [reader] = readers;
    if (readers.length !== 1 || reader.operator.op !== 'filter') return conditions;
    for (const condition of conjuncts(reader.operator.condition)) {
      if (canFail(condition)) return conditions;
      conditions.push(condition);
    }
    at = reader;
  }
}

function conjuncts(expr: BoundExpr): readonly BoundExpr[] {
  return expr.op === 'and' ? expr.args.flatMap(conjuncts) : [expr];
}
