/**
 * Rule: columns of text that stand side by side in the file and in the output, and that nobody looks at on the way, travel as one
 * text: a sort of sixteen columns by two has five to move.
 *
 *     scan a b c d e ── sort by d ── sink a b c d e      scan "a .. c" d e ── sort by d ── sink "a .. c" d e
 *
 * Between the scan and the sink, which write rows in the same way, each node has one reader, drops rows or puts them in another
 * order, adds columns or hands some on. Columns are pruned before: what nobody needs is not there.
 */
import type { LogicalGraph, LogicalNode, LogicalOperator, ScanColumn, TextSpan } from '../../dataflow/logical-graph.js';
import { consumersOf, nodesById } from '../graph-walk.js';
import { type Use, usesOf } from './column-use.js';
import { type Narrowed, narrowNode } from './narrow-node.js';

type Scan = Extract<LogicalOperator, { op: 'scan' }>;

/** They hand on all columns of their input, in their places. */
const HANDING_ON: ReadonlySet<LogicalOperator['op']> = new Set([
  'filter',
  'sort',
  'limit',
  'first',
  'position',
  'draw',
  'window',
]);

/** A run of the sink's columns, and of the scan's: so many from `slot` and from `from` on. */
interface Run {
  readonly slot: number;
  readonly from: number;
  readonly count: number;
}

/** From the sink back to the scan. */
interface Path {
  readonly nodes: readonly LogicalNode[];
  /** Where the sink's columns are in the scan; undefined: they are made on the way. */
  readonly slots: readonly (number | undefined)[];
}

export function spanTexts(graph: LogicalGraph): LogicalGraph {
  return graph.nodes.filter(({ operator }) => operator.op === 'sink').reduce(spanTo, graph);
}

function spanTo(graph: LogicalGraph, sink: LogicalNode): LogicalGraph {
  const path = pathTo(graph, sink);
  if (path === undefined) return graph;
  const scan = path.nodes[path.nodes.length - 1];
  const runs = runsOf(path, scan, usesOf(graph).get(scan.id)!);
  return runs.length === 0 ? graph : spanned(graph, path, runs);
}

function pathTo(graph: LogicalGraph, sink: LogicalNode): Path | undefined {
  const byId = nodesById(graph);
  const consumers = consumersOf(graph);
  const { operator } = sink;
  if (operator.op !== 'sink' || operator.rawText === undefined) return undefined;
  const nodes = [sink];
  let slots: readonly (number | undefined)[] = [...sink.schema.keys()];
  for (let node = byId.get(sink.inputs[0])!; ; node = byId.get(node.inputs[0])!) {
    if (consumers.get(node.id)!.length !== 1) return undefined;
    nodes.push(node);
    const { operator: passing } = node;
    if (passing.op === 'scan') return passing.rawText === operator.rawText ? { nodes, slots } : undefined;
    if (passing.op === 'project') {
      slots = slots.map((slot) => {
        const expr = slot === undefined ? undefined : passing.columns[slot].expr;
        return expr?.op === 'column' ? expr.slot : undefined;
      });
    } else if (HANDING_ON.has(passing.op)) {
      const width = byId.get(node.inputs[0])!.schema.length;
      slots = slots.map((slot) => (slot !== undefined && slot < width ? slot : undefined));
    } else {
      return undefined;
    }
  }
}

function runsOf({ slots }: Path, { operator }: LogicalNode, use: Use): readonly Run[] {
  const columns = (operator as Scan).columns;
  const placeOf = (slot: number | undefined): number | undefined => {
    if (slot === undefined || use.typed.has(slot) || slots.indexOf(slot) !== slots.lastIndexOf(slot)) return undefined;
    const { type, nulls, place } = columns[slot];
    return type.kind === 'string' && nulls === undefined ? place : undefined;
  };
  const runs: Run[] = [];
  for (let slot = 0; slot < slots.length; ) {
    const place = placeOf(slots[slot]);
    let count = 1;
    while (place !== undefined && slot + count < slots.length && placeOf(slots[slot + count]) === place + count)
      count++;
    if (count > 1) runs.push({ slot, from: slots[slot]!, count });
    slot += count;
  }
  return runs;
}

/** The graph with the first column of each run in place of all of it. */
function spanned(graph: LogicalGraph, { nodes, slots }: Path, runs: readonly Run[]): LogicalGraph {
  const [sink] = nodes;
  const names = runs.map(({ slot, count }) => sink.schema.slice(slot, slot + count).map(({ name }) => name));
  const rest = runs.flatMap(({ slot, count }) => [...Array(count - 1).keys()].map((index) => slots[slot + 1 + index]!));
  const onPath = new Set(nodes.map(({ id }) => id));
  const narrowed = new Map<number, Narrowed>();
  const rebuilt = graph.nodes.map((node): LogicalNode => {
    if (!onPath.has(node.id)) return node;
    const input = narrowed.get(node.inputs[0]);
    const result = narrowNode(node, { needed: keptOf(node, input, rest), typed: allOf(node) }, input ? [input] : [], 0);
    const last = node.operator.op === 'scan' ? withFields(result, runs, node) : result;
    narrowed.set(node.id, last);
    return node.id === sink.id ? withSpans(last.node, runs, names) : last.node;
  });
  return { ...graph, nodes: rebuilt };
}

function allOf({ schema }: LogicalNode): Set<number> {
  return new Set(schema.keys());
}

/** Columns of the node that stay: of the scan those that do not go into another, of others those that can be made of their input's. */
function keptOf({ operator, schema }: LogicalNode, input: Narrowed | undefined, rest: readonly number[]): Set<number> {
  const isKept = (slot: number): boolean => {
    if (input === undefined) return !rest.includes(slot);
    if (operator.op !== 'project') return true;
    const { expr } = operator.columns[slot];
    return expr.op !== 'column' || input.newIndex.has(expr.slot);
  };
  return new Set([...schema.keys()].filter(isKept));
}

/** The scan reads all fields of a run in the column where the first one was; places ascend, so their columns were neighbours. */
function withFields({ node, newIndex }: Narrowed, runs: readonly Run[], before: LogicalNode): Narrowed {
  const operator = node.operator as Scan;
  const byFirst = new Map(runs.map((run) => [newIndex.get(run.from)!, run]));
  const columns = operator.columns.map((column, slot): ScanColumn => {
    const run = byFirst.get(slot);
    if (run === undefined) return column;
    const last = before.schema[run.from + run.count - 1];
    return { ...column, fields: run.count, name: `${column.name} .. ${last.name}` };
  });
  const schema = columns.map(({ name, type }) => ({ name, type }));
  return { node: { ...node, operator: { ...operator, columns }, schema }, newIndex };
}

function withSpans(sink: LogicalNode, runs: readonly Run[], names: readonly (readonly string[])[]): LogicalNode {
  let gone = 0;
  const spans = runs.map(({ slot, count }, run): TextSpan => {
    const span = { slot: slot - gone, names: names[run] };
    gone += count - 1;
    return span;
  });
  return { ...sink, operator: { ...(sink.operator as Extract<LogicalOperator, { op: 'sink' }>), spans } };
}
