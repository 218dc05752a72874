/**
 * An asof join: both sides are sorted by their keys and by the value that says how near a row is, and walked together; the
 * result is sorted back into the order of the left.
 *
 *     right [... - row-position - sort-rows] ═╗
 *     left  [... - row-position - sort-rows] ═╩═> [asof-join - sort-rows] ═> [sorted-source - ...]
 *
 * The nearest row is the last one that was passed, so what is to come last is sorted last: where the right's value is the
 * greater one, greater values and later rows come first.
 */
import type { Schema } from '../columnar/schema.js';
import type { LogicalOperator } from '../dataflow/logical-graph.js';
import { inOrderOfPositions, POSITION, sortedSide } from './sorted-side.js';
import type { Outlet, VertexDrafts } from './vertex-draft.js';

type AsofJoin = Extract<LogicalOperator, { op: 'asof-join' }>;

export function planAsofJoin(
  drafts: VertexDrafts,
  { keys: equal, at, isBackward, isStrict }: AsofJoin,
  name: string,
  lefts: readonly Outlet[],
  rights: readonly Outlet[],
  schema: Schema,
): Outlet {
  const keys = [...equal, at];
  const leftSchema = lefts[0].calc.schema;
  const rightSchema = rights[0].calc.schema;
  const ascending = { descending: false, nullsFirst: false };
  const ofNearness = { descending: !isBackward, nullsFirst: false };
  const orders = [...equal.map(() => ascending), ofNearness, ofNearness];
  const left = sortedSide(drafts, lefts, { keys, orders, values: [...leftSchema.keys(), leftSchema.length] }, name);
  const values = [...rightSchema.keys()].slice(keys.length);
  const right = sortedSide(drafts, rights, { keys: [...keys.keys()], orders, values }, name);
  const config = { keys, isStrict, left, right };
  const columns = [...leftSchema, POSITION, ...rightSchema.slice(keys.length)];
  const joined = drafts.add({ kind: 'asof-join', name, config }, [...left.edges, ...right.edges], columns);
  return inOrderOfPositions(drafts, joined, columns, name, schema);
}
