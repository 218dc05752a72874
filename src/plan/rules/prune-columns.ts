/**
 * Rule: every node carries only the columns that some output needs, and a column whose type nobody looks at stays text.
 *
 * Backwards, from the sinks, it is found what is needed (column-use.ts); forwards, from the scans, each node is built again
 * over the columns that are left (narrow-node.ts). Expressions that no output needs are not evaluated; a declared column that
 * reaches an output keeps its type, so that its values are checked.
 */
import type { LogicalGraph } from '../../dataflow/logical-graph.js';
import { usesOf, widthsOf } from './column-use.js';
import { type Narrowed, narrowNode } from './narrow-node.js';

export function pruneColumns(graph: LogicalGraph): LogicalGraph {
  const uses = usesOf(graph);
  const narrowed = new Map<number, Narrowed>();
  const widths = widthsOf(graph);
  const nodes = graph.nodes.map((node) => {
    const inputs = node.inputs.map((id) => narrowed.get(id)!);
    const result = narrowNode(node, uses.get(node.id)!, inputs, widths.get(node.inputs[0]) ?? 0);
    narrowed.set(node.id, result);
    return result.node;
  });
  return { ...graph, nodes };
}
