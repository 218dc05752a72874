/** Rule: expressions without columns become literals; a filter, or a condition of a join, that is always true goes. */
import type { LogicalGraph, LogicalNode } from '../../dataflow/logical-graph.js';
import type { RunConstants } from '../../expr/calc.js';
import { foldConstants } from '../../expr/fold.js';

export function foldExpressions(graph: LogicalGraph, constants: RunConstants): LogicalGraph {
  /** Filters that went: their readers read the filter's input instead. */
  const replaced = new Map<number, number>();
  const nodes: LogicalNode[] = [];
  for (const original of graph.nodes) {
    const node = { ...original, inputs: original.inputs.map((id) => replaced.get(id) ?? id) };
    const { operator } = node;
    if (operator.op === 'filter') {
      const condition = foldConstants(operator.condition, constants);
      if (condition.op === 'literal' && condition.value === true) {
        replaced.set(node.id, node.inputs[0]);
        continue;
      }
      nodes.push({ ...node, operator: { ...operator, condition } });
    } else if (operator.op === 'project') {
      const columns = operator.columns.map((column) => ({ ...column, expr: foldConstants(column.expr, constants) }));
      nodes.push({ ...node, operator: { ...operator, columns } });
    } else if (operator.op === 'join' && operator.condition !== undefined) {
      const expr = foldConstants(operator.condition.expr, constants);
      const isTrue = expr.op === 'literal' && expr.value === true;
      const condition = isTrue ? undefined : { ...operator.condition, expr };
      nodes.push({ ...node, operator: { ...operator, condition } });
    } else {
      nodes.push(node);
    }
  }
  return { ...graph, nodes };
}
