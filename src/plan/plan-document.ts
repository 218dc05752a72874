/**
 * A plan as plain data that stays as it is: `leat explain --format json` prints it, and the other formats are drawn
 * from it. Expressions are text, as people read them. docs/documents.md describes it.
 */
import { typeName } from '../columnar/data-type.js';
import type { Schema } from '../columnar/schema.js';
import type { FrameBound } from '../columnar/window.js';
import type { JobGraph, JobVertex, OperatorNode } from '../dataflow/job-graph.js';
import type {
  FirstOfGroup,
  LogicalGraph,
  LogicalNode,
  LogicalOperator,
  Pack,
  ProjectColumn,
  SortKey,
} from '../dataflow/logical-graph.js';
import type { OperatorMetrics } from '../dataflow/metrics.js';
import { assertNever } from '../errors.js';
import type { BoundExpr } from '../expr/bound.js';
import type { CalcProgram } from '../expr/calc.js';
import { printBound } from '../expr/print.js';
import { replaceColumns } from '../expr/traverse.js';
import { nodesById } from './graph-walk.js';
import { UNBOUNDED_PARALLELISM } from './vertex-draft.js';

/** The levels that were asked for. */
export interface PlanDocument {
  readonly pipeline: string;
  readonly slots: number;
  /** The pipeline with types. */
  readonly logical?: readonly PlanNode[];
  /** The same after the rules. */
  readonly optimized?: readonly PlanNode[];
  /** What the slots run. */
  readonly job?: readonly PlanVertex[];
  /** The JavaScript of the chains. */
  readonly source?: string;
}

export interface PlanColumn {
  readonly name: string;
  readonly type: string;
}

/** An operator of the logical graph. */
export interface PlanNode {
  readonly id: number;
  readonly operator: LogicalOperator['op'];
  readonly verb: string;
  /** The name of the step that it comes from, if it has one. */
  readonly step?: string;
  /** Nodes whose rows it reads. */
  readonly inputs: readonly number[];
  /** What it reads or writes. */
  readonly file?: string;
  /** What it does: a condition, `name: expression`, keys. */
  readonly details: readonly string[];
  /** Of the rows that it hands on. */
  readonly columns: readonly PlanColumn[];
}

/** A chain of operators; so many tasks run it at the same time. */
export interface PlanVertex {
  readonly id: number;
  readonly maxTasks: number;
  readonly inputs: readonly PlanExchange[];
  /** A tree: the first one is its head. */
  readonly chain: readonly PlanOperator[];
  /** What a run did: tasks, splits and time. */
  readonly actual?: VertexActual;
}

export interface VertexActual {
  readonly tasks: number;
  readonly attempts: number;
  readonly splits: number;
  readonly elapsedMs: number;
}

export interface PlanExchange {
  readonly exchange: string;
  readonly mode: string;
  /** Whose rows they are: an operator in the chain of a vertex. */
  readonly vertex: number;
  readonly operator: number;
}

export interface PlanOperator {
  readonly id: number;
  readonly operator: string;
  /** The steps that it carries out. */
  readonly steps: string;
  /** The operator of the chain that feeds it; the head has none. */
  readonly input?: number;
  readonly file?: string;
  readonly details: readonly string[];
  /** What a run did: rows, time, memory, spill; of all its tasks together. */
  readonly actual?: OperatorMetrics;
}

function keptText({ rows, withTies }: FirstOfGroup): string {
  return `the first ${rows === 1 ? 'row' : `${rows} rows`} of each group only${withTies ? ', and equal ones' : ''}`;
}

export function planNodes(graph: LogicalGraph): readonly PlanNode[] {
  const byId = nodesById(graph);
  return graph.nodes.map((node) => {
    const { id, operator, inputs, schema, step, verb } = node;
    const input = inputs.length === 0 ? [] : byId.get(inputs[0])!.schema;
    return {
      ...{ id, operator: operator.op, verb, step: step === '' ? undefined : step, inputs },
      file: operator.op === 'scan' || operator.op === 'sink' ? operator.text : undefined,
      details: nodeDetails(node, input),
      columns: schema.map(({ name, type }) => ({ name, type: typeName(type) })),
    };
  });
}

function nodeDetails(node: LogicalNode, input: Schema): readonly string[] {
  const { operator } = node;
  const names = input.map(({ name }) => name);
  switch (operator.op) {
    case 'scan':
      return (operator.conditions ?? []).map((condition) => `may leave out rows without ${printBound(condition)}`);
    case 'sink':
      return [];
    case 'filter':
      return [printBound(operator.condition)];
    case 'project':
      return projectDetails(operator.columns);
    case 'guard':
      return nodeDetails({ ...node, operator: operator.step }, input);
    case 'aggregate': {
      const calls = operator.calls.map(({ accumulator, input: column }) => {
        return `${accumulator.kind}(${column === null ? '*' : names[column]})`;
      });
      const keys = operator.keys === 0 ? 'over all rows' : `by ${names.slice(0, operator.keys).join(', ')}`;
      return [...(calls.length === 0 ? [] : [calls.join(', ')]), keys];
    }
    case 'pack':
      return operator.packs.map((pack) => packDetails(pack, names));
    case 'unpack':
      return operator.columns.map(({ slot, type }) => `${names[slot]}: ${typeName(type)}`);
    case 'fold':
      return [
        operator.calls.map(({ fold, value }) => `${fold.kind}(${names[value]})`).join(', '),
        operator.keys === 0 ? 'over all rows' : `by ${names.slice(0, operator.keys).join(', ')}`,
      ];
    case 'values':
      return [
        operator.calls.map(({ fold }) => `${fold.kind}(${names[operator.keys]})`).join(', '),
        operator.keys === 0 ? 'over all rows' : `by ${names.slice(0, operator.keys).join(', ')}`,
      ];
    case 'window': {
      const { partition, order, frame, calls } = operator;
      return [
        ...calls.map(({ name }) => name),
        partition.length === 0 ? 'over all rows' : `by ${partition.map((slot) => names[slot]).join(', ')}`,
        ...(order.length === 0 ? [] : [`order by ${order.map((key) => sortKeyText(key, names)).join(', ')}`]),
        `frame from ${boundText(frame.start, names, 'the first row')} to ${boundText(frame.end, names, 'the last row')}`,
      ];
    }
    case 'union':
      return [];
    case 'unpivot':
      return [`${operator.names.join(', ')}${operator.includesNulls ? ', nulls included' : ''}`];
    case 'unnest':
      return [`${names[operator.slot]}${operator.includesEmpty ? ', rows without items too' : ''}`];
    case 'draw':
      return [`seed ${operator.seed}${operator.isPlaced ? '' : ', over all rows in order'}`];
    case 'position':
      return [];
    case 'first':
      return [`of each ${operator.by.map((slot) => names[slot]).join(', ')}`];
    case 'sort':
      return [
        ...operator.keys.map((key) => sortKeyText(key, names)),
        ...(operator.keep === undefined ? [] : [`the first ${operator.keep} rows only`]),
        ...(operator.keepOfGroup === undefined ? [] : [keptText(operator.keepOfGroup)]),
      ];
    case 'join': {
      const on = operator.keys.map((slot) => names[slot]).join(', ');
      return [
        operator.keys.length === 0 ? operator.type : `${operator.type} on ${on}`,
        ...(operator.condition === undefined ? [] : [printBound(operator.condition.expr)]),
      ];
    }
    case 'asof-join': {
      const { keys, at, isBackward, isStrict } = operator;
      const on = keys.map((slot) => names[slot]).join(', ');
      const side = isBackward ? (isStrict ? 'before' : 'at or before') : isStrict ? 'after' : 'at or after';
      return [...(keys.length === 0 ? [] : [`on ${on}`]), `the nearest ${side} ${names[at]}`];
    }
    case 'check':
      return operator.checks.map(({ slot, severity }) => `${names[slot]}${severity === 'warn' ? '  (warn)' : ''}`);
    case 'limit': {
      const by = operator.by.length === 0 ? '' : ` of each ${operator.by.map((slot) => names[slot]).join(', ')}`;
      return [`${operator.count} rows${operator.offset === 0 ? '' : ` behind ${operator.offset}`}${by}`];
    }
    default:
      return assertNever(operator, 'logical operator');
  }
}

/** What is not handed on as it is; columns that other branches of an aggregation fill in are one line. */
function projectDetails(columns: readonly ProjectColumn[]): readonly string[] {
  const made = columns.filter(({ name, expr }) => expr.op !== 'column' || expr.name !== name);
  const empty = made.filter(({ expr }) => expr.op === 'literal' && expr.value === null);
  const others = made.filter((column) => !empty.includes(column));
  return [
    ...others.map(({ name, expr }) => `${name}: ${printBound(expr)}`),
    ...(empty.length === 0 ? [] : [`${empty.map(({ name }) => name).join(', ')}: NULL`]),
  ];
}

function sortKeyText({ slot, descending, nullsFirst }: SortKey, names: readonly string[]): string {
  return `${names[slot]}${descending ? ' desc' : ''}${nullsFirst ? ' nulls first' : ''}`;
}

function boundText(bound: FrameBound<number>, names: readonly string[], unbounded: string): string {
  if (bound.kind === 'unbounded') return unbounded;
  if (bound.kind === 'value') return `where ${names[bound.key]} is ${names[bound.bound]}`;
  const what = bound.kind === 'rows' ? 'row' : 'peers';
  return bound.by === 0 ? `its ${what}` : `${what} ${bound.by > 0 ? '+' : ''}${bound.by}`;
}

function packDetails({ name, value, orderBy, takesLast, condition }: Pack, names: readonly string[]): string {
  const order = orderBy.length === 0 ? '' : ` by ${orderBy.map((key) => sortKeyText(key, names)).join(', ')}`;
  const where = condition === null ? '' : ` where ${names[condition]}`;
  return `${name}: ${takesLast ? 'last' : 'first'} ${names[value]}${order}${where}`;
}

export function planVertices(graph: JobGraph, slots: number): readonly PlanVertex[] {
  return graph.vertices.map(({ id, chain, inputs, maxParallelism }: JobVertex) => ({
    id,
    maxTasks: maxParallelism === UNBOUNDED_PARALLELISM ? slots : Math.min(slots, maxParallelism),
    inputs: inputs.map(({ exchange, mode, vertex, operator }) => ({ exchange, mode, vertex, operator })),
    chain: chain.map((node, index) => planOperator(node, index)),
  }));
}

function planOperator({ kind, name, parent, file, config }: OperatorNode, id: number): PlanOperator {
  const input = parent === -1 ? undefined : parent;
  return { id, operator: kind, steps: name, input, file, details: operatorDetails(kind, config) };
}

function operatorDetails(kind: string, config: unknown): readonly string[] {
  if (kind === 'calc') return calcDetails((config as { program: CalcProgram }).program);
  const { condition } = config as { condition?: { program: CalcProgram } };
  return condition === undefined ? [] : calcDetails(condition.program);
}

function calcDetails(program: CalcProgram): readonly string[] {
  const names = program.input.map(({ name }) => name);
  const print = (expr: BoundExpr): string =>
    printBound(replaceColumns(expr, (column) => ({ ...column, name: names[column.slot] })));
  for (const step of program.steps) if (step.kind === 'define') names[step.slot] = `#${step.slot}`;
  const output = program.output.map(({ name, slot }) => (names[slot] === name ? name : `${name}: ${names[slot]}`));
  return [
    ...program.steps.map((step) =>
      step.kind === 'filter' ? `filter ${print(step.condition)}` : `#${step.slot} = ${print(step.expr)}`,
    ),
    ...(output.length === 0 ? [] : [`output ${output.join(', ')}`]),
  ];
}
