/** What all drawings of a plan say alike: titles, lines below them, labels. */
import type { OperatorMetrics } from '../dataflow/metrics.js';
import type {
  PlanColumn,
  PlanDocument,
  PlanExchange,
  PlanNode,
  PlanOperator,
  PlanVertex,
  VertexActual,
} from './plan-document.js';

/** What a drawing can show; the source is text and nothing else. */
export const GRAPH_LEVELS = ['logical', 'optimized', 'job'] as const;
export type GraphLevel = (typeof GRAPH_LEVELS)[number];

export interface DrawOptions {
  /** Lines are wrapped to so many columns; undefined: never. */
  readonly columns?: number;
  /** How a path is shown; default: whole. */
  readonly shownPath?: (path: string) => string;
  /** How it is said what a run did. */
  readonly shownActual?: ShownActual;
}

export interface ShownActual {
  vertex(actual: VertexActual): string;
  operator(actual: OperatorMetrics): string;
}

/** Draws one level of a plan; the level is in it. */
export type Draw = (plan: PlanDocument, level: GraphLevel, options: DrawOptions) => string;

export function nodeTitle({ id, operator, step }: PlanNode): string {
  return `#${id} ${operator}${step === undefined ? '' : ` ${step}`}`;
}

/** Columns only where they differ from those that came in. */
export function nodeLines(node: PlanNode, inputs: readonly PlanNode[], { shownPath }: DrawOptions): readonly string[] {
  const columns = node.operator === 'sink' ? undefined : columnsLine(node, inputs[0]);
  return [...fileLines(node, shownPath), ...node.details, ...(columns === undefined ? [] : [columns])];
}

/** Its name and type may not be torn apart by wrapping. */
const NO_BREAK = '\u00a0';

const printColumns = (columns: readonly PlanColumn[]): string =>
  columns.map(({ name, type }) => `${name}${NO_BREAK}${type}`).join(', ');

function columnsLine({ columns }: PlanNode, input: PlanNode | undefined): string | undefined {
  const before = input?.columns ?? [];
  const keepsAll = before.every(({ name, type }, index) => {
    return columns[index]?.name === name && columns[index].type === type;
  });
  if (input === undefined || !keepsAll) return `: ${printColumns(columns)}`;
  if (columns.length === before.length) return undefined;
  return `: all${NO_BREAK}of${NO_BREAK}#${input.id}, ${printColumns(columns.slice(before.length))}`;
}

export function vertexLines({ actual }: PlanVertex, { shownActual }: DrawOptions): readonly string[] {
  return actual === undefined || shownActual === undefined ? [] : [shownActual.vertex(actual)];
}

export function vertexTitle({ id, chain, maxTasks }: PlanVertex): string {
  const length = chain.length === 1 ? '1 operator' : `chain of ${chain.length} operators`;
  return `vertex ${id}: ${length}, at most ${maxTasks} ${maxTasks === 1 ? 'task' : 'tasks'}`;
}

export function operatorTitle({ operator, steps }: PlanOperator): string {
  return `${operator}  ${steps}`;
}

export function operatorLines(operator: PlanOperator, options: DrawOptions): readonly string[] {
  const { actual } = operator;
  const did = actual === undefined || options.shownActual === undefined ? [] : [options.shownActual.operator(actual)];
  return [...fileLines(operator, options.shownPath), ...operator.details, ...did];
}

export function exchangeLabel({ exchange, mode }: PlanExchange): string {
  return `${exchange} exchange, ${mode}`;
}

function fileLines({ file }: PlanNode | PlanOperator, shownPath: DrawOptions['shownPath']): readonly string[] {
  return file === undefined ? [] : [shownPath?.(file) ?? file];
}

export function inputsOf(node: PlanNode, nodes: readonly PlanNode[]): readonly PlanNode[] {
  return node.inputs.map((id) => nodes.find((other) => other.id === id)!);
}
