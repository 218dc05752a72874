/**
 * Steps that are made in another way when what they hold does not fit into memory: rows are sorted by their keys then, and meet
 * there.
 */
import type { LogicalGraph, LogicalNode } from '../dataflow/logical-graph.js';
import type { LeatError } from '../errors.js';

/** Nodes. Without keys all rows of a side have the same one: such joins can be made by key as well. */
export function joinsOf({ nodes }: LogicalGraph): readonly number[] {
  return nodes.filter(({ operator: { op } }) => op === 'join' || op === 'asof-join').map(({ id }) => id);
}

/** Nodes. A limit without groups holds nothing. */
export function groupLimitsOf({ nodes }: LogicalGraph): readonly number[] {
  return nodes.filter(({ operator }) => operator.op === 'limit' && operator.by.length > 0).map(({ id }) => id);
}

/** Nodes: sources whose rows cannot be told apart in the middle of a file any more, and that go on without a row that fails. */
export function scansInSequence(
  { nodes }: LogicalGraph,
  { diagnostics: [{ code }], position }: LeatError,
): readonly number[] {
  if (position === undefined || (code !== 'FORMAT_CSV_STRAY_QUOTE' && code !== 'FORMAT_CSV_UNCLOSED_QUOTE')) return [];
  const scans = nodes.filter(({ operator }) => {
    if (operator.op !== 'scan' || !operator.columns.some(({ fault }) => fault !== undefined)) return false;
    return (operator.config as { readonly source?: number }).source === position.source;
  });
  return scans.map(({ id }) => id);
}

/** What a run says when it makes a node by key: `the right side of the join with orders does not fit into memory: ...`. */
export function byKeyNote({ nodes }: LogicalGraph, id: number): string {
  const nodeOf = (wanted: number): LogicalNode => nodes.find((node) => node.id === wanted)!;
  const node = nodeOf(id);
  if (node.operator.op === 'scan') {
    return `a quote is out of place in ${node.operator.text}: the files of ${stepName(node)} are read in sequence`;
  }
  if (node.operator.op === 'limit') {
    return `the groups of ${stepName(node)} do not fit into memory: rows are sorted by them`;
  }
  let right = nodeOf(node.inputs[1]);
  // Columns of the right are picked for the join, as a part of its step.
  while (right.verb === node.verb && right.step === node.step && right.inputs.length === 1)
    right = nodeOf(right.inputs[0]);
  return `the right side of the join with ${stepName(right)} does not fit into memory: rows are joined by key`;
}

function stepName({ verb, step }: LogicalNode): string {
  return step === '' ? verb : step;
}
