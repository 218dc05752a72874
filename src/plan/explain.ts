/** The levels of a plan as text for people: logical graph, optimized graph, job graph. */
import { typeName } from '../columnar/data-type.js';
import type { Schema } from '../columnar/schema.js';
import type { JobGraph, JobVertex } from '../dataflow/job-graph.js';
import type { LogicalGraph, LogicalNode } from '../dataflow/logical-graph.js';
import { assertNever } from '../errors.js';
import type { BoundExpr } from '../expr/bound.js';
import type { CalcProgram } from '../expr/calc.js';
import { printBound } from '../expr/print.js';
import { replaceColumns } from '../expr/traverse.js';
import { nodesById } from './graph-walk.js';
import { UNBOUNDED_PARALLELISM } from './vertex-draft.js';

/**
 * One node a paragraph: its id, what it does, where its rows come from, and the columns it gives.
 *
 *     #2 filter big  <- #1
 *        amount >= 500
 *        : id bigint, amount decimal(12,2)
 */
export function explainLogical(graph: LogicalGraph): string {
  const byId = nodesById(graph);
  return graph.nodes
    .map((node) => {
      const inputs = node.inputs.length === 0 ? '' : `  <- ${node.inputs.map((id) => `#${id}`).join(', ')}`;
      const name = node.step === '' ? '' : ` ${node.step}`;
      const schema = node.operator.op === 'sink' ? [] : [`   : ${printSchema(node.schema)}`];
      const inputSchema = node.inputs.length === 0 ? [] : byId.get(node.inputs[0])!.schema;
      return [
        `#${node.id} ${node.operator.op}${name}${inputs}`,
        ...describe(node, inputSchema).map((line) => `   ${line}`),
        ...schema,
      ].join('\n');
    })
    .join('\n');
}

function describe({ operator }: LogicalNode, input: Schema): readonly string[] {
  const names = input.map(({ name }) => name);
  switch (operator.op) {
    case 'scan':
    case 'sink':
      return [operator.text];
    case 'filter':
      return [printBound(operator.condition)];
    case 'project':
      return operator.columns
        .filter(({ name, expr }) => expr.op !== 'column' || expr.name !== name)
        .map(({ name, expr }) => `${name}: ${printBound(expr)}`);
    case 'aggregate': {
      const keys = names.slice(0, operator.keys).join(', ');
      return [
        ...operator.calls.map(({ name, accumulator, input: column }) => {
          const argument = column === null ? '*' : names[column];
          return `${name}: ${accumulator.kind}(${argument})`;
        }),
        operator.keys === 0 ? 'over all rows' : `by ${keys}`,
      ];
    }
    case 'union':
      return [];
    case 'sort':
      return operator.keys.map(
        ({ slot, descending, nullsFirst }) =>
          `${names[slot]}${descending ? ' desc' : ''}${nullsFirst ? ' nulls first' : ''}`,
      );
    case 'check':
      return operator.checks.map(({ slot, severity }) => `${names[slot]}${severity === 'warn' ? '  (warn)' : ''}`);
    case 'join':
      return [
        operator.keys.length === 0
          ? operator.type
          : `${operator.type} on ${operator.keys.map((slot) => names[slot]).join(', ')}`,
      ];
    case 'limit': {
      const by = operator.by.length === 0 ? '' : ` of each ${operator.by.map((slot) => names[slot]).join(', ')}`;
      return [`${operator.count} rows${operator.offset === 0 ? '' : ` from row ${operator.offset}`}${by}`];
    }
    default:
      return assertNever(operator, 'logical operator');
  }
}

/**
 * One vertex a paragraph, with the exchange that feeds it and its chain as a tree:
 *
 *     vertex 1  <=range, blocking= vertex 0
 *       run-source  aggregate
 *       └─ csv-sink  write
 */
export function explainJob(graph: JobGraph, slots: number): string {
  return graph.vertices.map((vertex) => explainVertex(vertex, slots)).join('\n');
}

function explainVertex(vertex: JobVertex, slots: number): string {
  const inputs = vertex.inputs.map(({ exchange, mode, vertex: from }) => `  <=${exchange}, ${mode}= vertex ${from}`);
  const most = vertex.maxParallelism === UNBOUNDED_PARALLELISM ? slots : Math.min(slots, vertex.maxParallelism);
  const lines = [`vertex ${vertex.id}${inputs.join('')}  (at most ${most} ${most === 1 ? 'task' : 'tasks'})`];
  const show = (index: number, indent: string, branch: string): void => {
    const { kind, name, config } = vertex.chain[index];
    const children = vertex.chain.flatMap(({ parent }, child) => (parent === index ? [child] : []));
    lines.push(`${indent}${branch}${kind}  ${name}`);
    const below = indent + (branch === '' ? '' : branch === '└─ ' ? '   ' : '│  ');
    const rail = children.length === 0 ? '   ' : '│  ';
    for (const line of describeConfig(kind, config)) lines.push(`${below}${rail}${line}`);
    for (const [position, child] of children.entries()) {
      show(child, below, position === children.length - 1 ? '└─ ' : '├─ ');
    }
  };
  show(0, '  ', '');
  return lines.join('\n');
}

function describeConfig(kind: string, config: unknown): readonly string[] {
  if (kind !== 'calc') return [];
  const { program } = config as { program: CalcProgram };
  const names = program.input.map(({ name }) => name);
  const print = (expr: BoundExpr): string =>
    printBound(replaceColumns(expr, (column) => ({ ...column, name: names[column.slot] })));
  for (const step of program.steps) if (step.kind === 'define') names[step.slot] = `#${step.slot}`;
  return [
    ...program.steps.map((step) =>
      step.kind === 'filter' ? `filter ${print(step.condition)}` : `#${step.slot} = ${print(step.expr)}`,
    ),
    `output ${program.output.map(({ name, slot }) => (names[slot] === name ? name : `${name}: ${names[slot]}`)).join(', ')}`,
  ];
}

function printSchema(schema: Schema): string {
  return schema.map(({ name, type }) => `${name} ${typeName(type)}`).join(', ');
}
