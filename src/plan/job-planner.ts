/**
 * Logical graph -> job graph.
 *
 * An operator joins the chain of its input when the edge is `forward`: one input, same parallelism. Only an
 * aggregation asks for an exchange, so a chain is a tree that starts at a source and ends in sinks and in partial
 * aggregates; each partial aggregate feeds a vertex of its own through a blocking range exchange.
 *
 *     scan - filter - aggregate - filter - sink
 *     [csv-source - calc - partial-aggregate] =range=> [run-source - calc - csv-sink]
 */
import type { Schema } from '../columnar/schema.js';
import type { JobEdge, JobGraph, JobVertex, OperatorNode } from '../dataflow/job-graph.js';
import type { LogicalGraph, LogicalNode } from '../dataflow/logical-graph.js';
import { assertNever } from '../errors.js';
import { CalcBuilder } from './calc-builder.js';
import { consumersOf } from './graph-walk.js';

/** A vertex runs on as many slots as there are, unless a step says otherwise. */
export const UNBOUNDED_PARALLELISM = 65536;

interface VertexDraft {
  readonly id: number;
  readonly chain: OperatorNode[];
  readonly inputs: JobEdge[];
  maxParallelism: number;
}

/** Where rows of a logical node come out: behind operator `operator` of `vertex`, through `calc`. */
interface Outlet {
  readonly vertex: VertexDraft;
  readonly operator: number;
  readonly calc: CalcBuilder;
}

export function planJob(graph: LogicalGraph): JobGraph {
  const consumers = consumersOf(graph);
  const drafts: VertexDraft[] = [];
  const outlets = new Map<number, Outlet>();

  const newVertex = (head: Omit<OperatorNode, 'parent'>, inputs: JobEdge[], schema: Schema): Outlet => {
    const vertex = {
      id: drafts.length,
      chain: [{ ...head, parent: -1 }],
      inputs,
      maxParallelism: UNBOUNDED_PARALLELISM,
    };
    drafts.push(vertex);
    return { vertex, operator: 0, calc: CalcBuilder.over(schema) };
  };
  const addOperator = ({ vertex, operator }: Outlet, node: Omit<OperatorNode, 'parent'>): number =>
    vertex.chain.push({ ...node, parent: operator }) - 1;
  /** The outlet with its calc made an operator of the chain. */
  const settle = (outlet: Outlet, schema: Schema): Outlet => {
    if (outlet.calc.isIdentity) return outlet;
    const name = outlet.calc.names.join(', ');
    const operator = addOperator(outlet, { kind: 'calc', name, config: { program: outlet.calc.build() } });
    return { vertex: outlet.vertex, operator, calc: CalcBuilder.over(schema) };
  };

  const plan = (node: LogicalNode): void => {
    const { operator } = node;
    const input = node.inputs.length === 0 ? undefined : outlets.get(node.inputs[0])!;
    const name = stepLabel(node);
    let outlet: Outlet;
    switch (operator.op) {
      case 'scan':
        outlet = newVertex(
          {
            ...{ kind: operator.factory, name, file: operator.text },
            config: { ...operator.config, columns: operator.columns },
          },
          [],
          node.schema,
        );
        break;
      case 'filter':
        outlet = { ...input!, calc: input!.calc.filter(operator, name) };
        break;
      case 'project':
        outlet = { ...input!, calc: input!.calc.project(operator, name) };
        break;
      case 'aggregate': {
        const from = settle(input!, inputSchema(graph, node));
        const keys = node.schema.slice(0, operator.keys).map(({ type }) => type);
        const calls = operator.calls.map(({ accumulator, input: column }) => ({ accumulator, input: column }));
        const config = { keys, calls };
        const partial = addOperator(from, { kind: 'partial-aggregate', name, config });
        const edge: JobEdge = { exchange: 'range', mode: 'blocking', vertex: from.vertex.id, operator: partial };
        outlet = newVertex(
          { kind: 'run-source', name, config: { ...config, schema: node.schema, edge } },
          [edge],
          node.schema,
        );
        break;
      }
      case 'sink': {
        const from = settle(input!, node.schema);
        addOperator(from, {
          ...{ kind: operator.factory, name, file: operator.text },
          config: { ...operator.config, schema: node.schema },
        });
        outlet = from;
        break;
      }
      default:
        assertNever(operator, 'logical operator');
    }
    if (node.parallelism !== undefined) {
      outlet.vertex.maxParallelism = Math.min(outlet.vertex.maxParallelism, node.parallelism);
    }
    // A step that feeds several computes its rows once.
    outlets.set(node.id, consumers.get(node.id)!.length > 1 ? settle(outlet, node.schema) : outlet);
  };
  for (const node of graph.nodes) plan(node);
  return { name: graph.name, vertices: drafts.map(toVertex) };
}

function inputSchema(graph: LogicalGraph, node: LogicalNode): Schema {
  return graph.nodes.find(({ id }) => id === node.inputs[0])!.schema;
}

function toVertex({ id, chain, inputs, maxParallelism }: VertexDraft): JobVertex {
  return { id, name: chain.map(({ name }) => name).join(' -> '), chain, inputs, maxParallelism };
}

/** How a step is called in a chain: its verb, with its name where it has one. */
function stepLabel({ verb, step }: LogicalNode): string {
  return step === '' ? verb : `${verb} ${step}`;
}
