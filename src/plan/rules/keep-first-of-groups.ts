/**
 * Rule: of each group of a sort no more rows need be kept than are asked for behind it:
 *
 *     first        one
 *     window       n, when a filter lets only rows pass whose row_number() or rank() is at most n:
 *
 *         sort ── window (all calls only look back) ── project* ── filter rank <= 3 AND ...
 *
 * What calls that look back say of a row that passes is said by rows that pass too. Whatever stands between must not be able to fail for
 * a row that is dropped.
 */
import type {
  FirstOfGroup,
  LogicalGraph,
  LogicalNode,
  LogicalOperator,
  WindowCall,
} from '../../dataflow/logical-graph.js';
import type { BoundExpr } from '../../expr/bound.js';
import { canFail } from '../../expr/can-fail.js';
import { consumersOf, nodesById } from '../graph-walk.js';

/** A list of so many words of each group is kept by sorting it in. */
const MOST_OF_GROUP = 64;

type Window = Extract<LogicalOperator, { op: 'window' }>;

export function keepFirstOfGroups(graph: LogicalGraph): LogicalGraph {
  const byId = nodesById(graph);
  const consumers = consumersOf(graph);
  const wanted = new Map<number, FirstOfGroup>();
  for (const node of graph.nodes) {
    const source = node.inputs.length === 1 ? byId.get(node.inputs[0])! : undefined;
    if (source?.operator.op !== 'sort' || consumers.get(source.id)!.length !== 1) continue;
    const { keys, grouping } = source.operator;
    const first = firstOfGroup(node, keys.length > grouping!, consumers);
    if (first !== undefined && first.rows >= 1 && first.rows <= MOST_OF_GROUP) wanted.set(source.id, first);
  }
  const nodes = graph.nodes.map((node): LogicalNode => {
    const keepOfGroup = wanted.get(node.id);
    return node.operator.op === 'sort' && keepOfGroup !== undefined
      ? { ...node, operator: { ...node.operator, keepOfGroup } }
      : node;
  });
  return { ...graph, nodes };
}

/**
 * Which rows of a group of its input, a sort, the node hands on, or somebody behind it. `isOrdered`: by a key, which rows with
 * one rank agree in; else by the position only.
 */
function firstOfGroup(
  node: LogicalNode,
  isOrdered: boolean,
  consumers: ReadonlyMap<number, readonly LogicalNode[]>,
): FirstOfGroup | undefined {
  if (node.operator.op === 'first') return { rows: 1, withTies: false };
  if (node.operator.op !== 'window' || !node.operator.calls.every(looksBack)) return undefined;
  let ranks = rankSlots(node, node.operator, isOrdered);
  for (let at = node; ranks.size > 0; ) {
    const readers = consumers.get(at.id)!;
    if (readers.length !== 1) return undefined;
    const [{ operator }] = readers;
    if (operator.op === 'filter') return canFail(operator.condition) ? undefined : mostIn(operator.condition, ranks);
    if (operator.op !== 'project' || operator.columns.some(({ expr }) => canFail(expr))) return undefined;
    const before = ranks;
    ranks = new Map(
      operator.columns.flatMap(({ expr }, slot) => {
        const withTies = expr.op === 'column' ? before.get(expr.slot) : undefined;
        return withTies === undefined ? [] : [[slot, withTies]];
      }),
    );
    [at] = readers;
  }
  return undefined;
}

function looksBack({ spec }: WindowCall): boolean {
  return isRank(spec.kind) || spec.kind === 'dense_rank' || (spec.kind === 'shift' && spec.by <= 0);
}

/** A row has as many rows before it, or more, as these say less one. */
function isRank(kind: string): boolean {
  return kind === 'row_number' || kind === 'rank';
}

/** Columns that are ranks, and whether several rows may have the same. */
type Ranks = ReadonlyMap<number, boolean>;

function rankSlots({ schema }: LogicalNode, { calls }: Window, isOrdered: boolean): Ranks {
  const first = schema.length - calls.length;
  const ranks = calls.map(({ spec }, index) => [first + index, spec.kind] as const);
  const bounding = ranks.filter(([, kind]) => kind === 'row_number' || (kind === 'rank' && isOrdered));
  return new Map(bounding.map(([slot, kind]) => [slot, kind === 'rank']));
}

/** The rows for which the condition can be true: as some rank in it says; undefined: any. */
function mostIn(condition: BoundExpr, ranks: Ranks): FirstOfGroup | undefined {
  if (condition.op === 'and') {
    const bounds = condition.args.map((arg) => mostIn(arg, ranks)).filter((bound) => bound !== undefined);
    return bounds.sort((a, b) => a.rows - b.rows || Number(a.withTies) - Number(b.withTies)).at(0);
  }
  if (condition.op !== 'call' || condition.args.length !== 2) return undefined;
  const [left, right] = condition.args;
  const tiesOf = (expr: BoundExpr): boolean | undefined => (expr.op === 'column' ? ranks.get(expr.slot) : undefined);
  const [withTies, mirrored] = [tiesOf(left), tiesOf(right)];
  if (withTies !== undefined) return bounded(condition.fn, right, withTies);
  return mirrored === undefined ? undefined : bounded(MIRRORED[condition.fn], left, mirrored);
}

/** Comparisons as they read from the other side. */
const MIRRORED: Readonly<Record<string, string>> = { greater: 'less', greater_equal: 'less_equal', equal: 'equal' };

function bounded(fn: string | undefined, expr: BoundExpr, withTies: boolean): FirstOfGroup | undefined {
  if (expr.op !== 'literal' || (expr.type.kind !== 'int' && expr.type.kind !== 'bigint')) return undefined;
  const value = Number(expr.value);
  if (fn === 'less') return { rows: value - 1, withTies };
  return fn === 'less_equal' || fn === 'equal' ? { rows: value, withTies } : undefined;
}
