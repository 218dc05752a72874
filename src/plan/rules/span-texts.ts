/**
 * Rule: columns that stand side by side in the file and in the output travel as one text: a sort of sixteen columns by two has one
 * to move.
 *
 *     scan a b c d ── sort by c ── sink a b c d      scan c "a .. d" ── sort by c, without c ── sink "a .. d"
 *
 * Between the scan and the sink, which write rows in the same way, each node has one reader, drops rows or puts them in another
 * order, adds columns or hands some on. A column that somebody looks at on the way goes along by itself as far as it is
 * needed, and the scan writes its value into the text: the text is what the sink would write. Columns are pruned before and behind.
 */

import { STRING } from '../../columnar/data-type.js';
import type { LogicalGraph, LogicalNode, LogicalOperator, ScanColumn, TextSpan } from '../../dataflow/logical-graph.js';
import { consumersOf, nodesById } from '../graph-walk.js';
import { pick } from '../pick-columns.js';
import { type Narrowed, narrowNode } from './narrow-node.js';
import { pruneColumns } from './prune-columns.js';

type Scan = Extract<LogicalOperator, { op: 'scan' }>;

/** They hand on all columns of their input, in their places. */
const HANDING_ON: ReadonlySet<LogicalOperator['op']> = new Set([
  'filter',
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
  const spanned = graph.nodes.filter(({ operator }) => operator.op === 'sink').reduce(spanTo, graph);
  return spanned === graph ? graph : pruneColumns(spanned);
}

function spanTo(graph: LogicalGraph, sink: LogicalNode): LogicalGraph {
  const path = pathTo(graph, sink);
  if (path === undefined) return graph;
  const runs = runsOf(path);
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
    } else if (passing.op === 'sort') {
      slots = slots.map((slot) => (slot === undefined ? undefined : (passing.columns?.[slot] ?? slot)));
    } else if (HANDING_ON.has(passing.op)) {
      const width = byId.get(node.inputs[0])!.schema.length;
      slots = slots.map((slot) => (slot !== undefined && slot < width ? slot : undefined));
    } else {
      return undefined;
    }
  }
}

function runsOf({ nodes, slots }: Path): readonly Run[] {
  const { columns } = nodes[nodes.length - 1].operator as Scan;
  const placeOf = (slot: number | undefined): number | undefined => {
    if (slot === undefined) return undefined;
    const { type, nulls, place } = columns[slot];
    return nulls !== undefined || type.kind === 'bytes' || type.kind === 'json' ? undefined : place;
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

/** The graph with a column of the scan for each run, which the sink writes; the columns that it is made of are still there. */
function spanned(graph: LogicalGraph, { nodes: [sink, ...nodes] }: Path, runs: readonly Run[]): LogicalGraph {
  const [scan, ...others] = nodes.toReversed();
  const path = [withRuns(scan, runs)];
  for (const node of others) path.push(behind(node, path[path.length - 1]));
  const rebuilt = new Map(path.map(({ node }) => [node.id, node]));
  const last = path[path.length - 1];
  const columns = writtenSlots(sink.schema.length, runs, last);
  const spans = spansOf(sink, runs);
  const operator = { ...(sink.operator as Extract<LogicalOperator, { op: 'sink' }>), columns, spans };
  const schema = columns.map((slot) => last.node.schema[slot]);
  rebuilt.set(sink.id, { ...sink, operator, schema });
  return { ...graph, nodes: graph.nodes.map((node) => rebuilt.get(node.id) ?? node) };
}

interface Spanned extends Narrowed {
  /** Where the runs are. */
  readonly spans: readonly number[];
}

function withRuns(scan: LogicalNode, runs: readonly Run[]): Spanned {
  const operator = scan.operator as Scan;
  const columns = runs.map(({ from, count }): ScanColumn => {
    const { name, from: first, place } = operator.columns[from];
    const { name: last } = operator.columns[from + count - 1];
    return { name: `${name} .. ${last}`, type: STRING, from: first, isDeclared: false, place, fields: count };
  });
  // What is no column of the file stands behind those that are.
  const isOfRows = ({ fault, ofFile }: ScanColumn): boolean => fault === undefined && ofFile === undefined;
  const end = operator.columns.filter(isOfRows).length;
  const all = operator.columns.toSpliced(end, 0, ...columns);
  return {
    node: { ...scan, operator: { ...operator, columns: all }, schema: all.map(({ name, type }) => ({ name, type })) },
    newIndex: new Map([...scan.schema.keys()].map((slot) => [slot, slot < end ? slot : slot + runs.length])),
    spans: columns.map((_, index) => end + index),
  };
}

/** The node with the runs of its input among what it hands on. */
function behind(before: LogicalNode, input: Spanned): Spanned {
  const all = new Set(before.schema.keys());
  const { node, newIndex } = narrowNode(before, { needed: all, typed: all }, [input], 0);
  const { operator, schema } = node;
  if (operator.op !== 'project' && operator.op !== 'sort') return { node, newIndex, spans: input.spans };
  const added = pick(input.node.schema, input.spans);
  const widened =
    operator.op === 'project'
      ? { ...operator, columns: [...operator.columns, ...added] }
      : { ...operator, columns: [...(operator.columns ?? []), ...input.spans] };
  return {
    node: {
      ...node,
      operator: widened,
      schema: [...schema, ...added.map(({ name, expr }) => ({ name, type: expr.type }))],
    },
    newIndex,
    spans: added.map((_, index) => schema.length + index),
  };
}

function writtenSlots(width: number, runs: readonly Run[], { newIndex, spans }: Spanned): readonly number[] {
  const slots: number[] = [];
  for (let slot = 0; slot < width; ) {
    const run = runs.findIndex((other) => other.slot === slot);
    slots.push(run < 0 ? newIndex.get(slot)! : spans[run]);
    slot += run < 0 ? 1 : runs[run].count;
  }
  return slots;
}

function spansOf({ schema }: LogicalNode, runs: readonly Run[]): readonly TextSpan[] {
  let gone = 0;
  return runs.map(({ slot, count }): TextSpan => {
    const span = { slot: slot - gone, names: schema.slice(slot, slot + count).map(({ name }) => name) };
    gone += count - 1;
    return span;
  });
}
