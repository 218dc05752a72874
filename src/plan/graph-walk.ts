/** Reading and rebuilding logical graphs. */
import type { LogicalGraph, LogicalNode } from '../dataflow/logical-graph.js';

/** Nodes by id. */
export function nodesById(graph: LogicalGraph): ReadonlyMap<number, LogicalNode> {
  return new Map(graph.nodes.map((node) => [node.id, node]));
}

/** For each node id the nodes that read it. */
export function consumersOf(graph: LogicalGraph): ReadonlyMap<number, readonly LogicalNode[]> {
  const consumers = new Map<number, LogicalNode[]>(graph.nodes.map((node) => [node.id, []]));
  for (const node of graph.nodes) for (const input of node.inputs) consumers.get(input)!.push(node);
  return consumers;
}

/** The graph with its nodes in an order in which inputs come first; ids are kept. */
export function topological(graph: LogicalGraph): LogicalGraph {
  const byId = nodesById(graph);
  const done = new Set<number>();
  const nodes: LogicalNode[] = [];
  const visit = (node: LogicalNode): void => {
    if (done.has(node.id)) return;
    done.add(node.id);
    for (const input of node.inputs) visit(byId.get(input)!);
    nodes.push(node);
  };
  for (const node of graph.nodes) visit(node);
  return { ...graph, nodes };
}
