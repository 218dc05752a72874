/**
 * The two ways to carry out an asof join. Broadcast: the right side lies in memory, the rows of each key in order, and each slot
 * of the left looks its rows up there. By key: both sides are sorted by their keys and by the value that says how near a row is,
 * and walked together; the result is sorted back into the order of the left.
 *
 *     right [... - join-rows] ═> [join-directory] ═> [asof-index]     right [... - row-position - sort-rows] ═╗
 *                                      ║                  ║           left  [... - row-position - sort-rows] ═╩═> [asof-join - sort-rows]
 *     left  [... - asof-probe - ...] ══╩══════════════════╝                             [sorted-source - ...] <════════════════╝
 *
 * Of rows that are sorted, the nearest one is the last that was passed, so what is to come last is sorted last: where the right's
 * value is the greater one, greater values and later rows come first.
 */
import { physicalOf } from '../columnar/data-type.js';
import type { Schema } from '../columnar/schema.js';
import type { LogicalOperator } from '../dataflow/logical-graph.js';
import { heldRight } from './plan-join.js';
import { POSITION, type SortedBack, sortedSide, withoutPositions } from './sorted-side.js';
import { append, broadcastEdge, type Outlet, settle, type VertexDrafts } from './vertex-draft.js';

type AsofJoin = Extract<LogicalOperator, { op: 'asof-join' }>;

/** Whether the right side can lie in memory: its rows are ordered by values of at most 8 bytes. */
export function fitsIndex({ at }: AsofJoin, left: Schema): boolean {
  const kind = physicalOf(left[at].type);
  return kind !== 'text' && kind !== 'i128';
}

export function planAsofBroadcast(
  drafts: VertexDrafts,
  { keys: equal, at, isBackward, isStrict }: AsofJoin,
  { id, name }: { readonly id: number; readonly name: string },
  lefts: readonly Outlet[],
  rightInOrder: Outlet,
  schema: Schema,
): readonly Outlet[] {
  const right = settle(rightInOrder);
  const held = heldRight(drafts, right, { keyCount: equal.length, keepsNulls: false, id, name });
  const { keys, payload, rowsEdge, directory } = held;
  const edge = broadcastEdge(directory);
  const index = drafts.add({ kind: 'asof-index', name, config: { payload, edge, node: id } }, [rowsEdge, edge], []);
  const config = { keys: equal, at, keyTypes: keys, payload, isBackward, isStrict, edge };
  return lefts.map((outlet) => {
    // Rows that come out of what makes the right side must wait for it.
    const isBehind = drafts.waitsFor(index.vertex, outlet.vertex);
    const left = settle(isBehind ? drafts.exchangeInOrder([outlet], [], name) : outlet);
    // All that is looked at must be kept as long.
    left.vertex.inputs.push(rowsEdge, edge, broadcastEdge(index));
    return append(left, { kind: 'asof-probe', name, config }, schema);
  });
}

export function planAsofByKey(
  drafts: VertexDrafts,
  { operator, name, isInOrder }: SortedBack & { readonly operator: AsofJoin },
  lefts: readonly Outlet[],
  rights: readonly Outlet[],
  schema: Schema,
): Outlet {
  const { keys: equal, at, isBackward, isStrict } = operator;
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
  return withoutPositions(drafts, joined, columns, { name, isInOrder }, schema);
}
