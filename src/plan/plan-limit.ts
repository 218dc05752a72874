/**
 * A limit of each group when the groups do not fit into memory: rows are brought together by their groups, the first ones of each
 * are taken, and the result is sorted back, if its order is seen by anybody.
 *
 *     [... - row-position - sort-rows] ═> [sorted-source - first - sort-rows] ═> [sorted-source - ...]
 */
import type { Schema } from '../columnar/schema.js';
import type { LogicalOperator } from '../dataflow/logical-graph.js';
import { POSITION, type SortedBack, sortedSide, withoutPositions } from './sorted-side.js';
import { append, type Outlet, type VertexDrafts } from './vertex-draft.js';

type Limit = Extract<LogicalOperator, { op: 'limit' }>;

export function planLimitByKey(
  drafts: VertexDrafts,
  { operator, name, isInOrder }: SortedBack & { readonly operator: Limit },
  outlets: readonly Outlet[],
  schema: Schema,
): Outlet {
  const { by, count, offset } = operator;
  const rows = [...schema, POSITION];
  const sorted = sortedSide(drafts, outlets, { keys: by, values: [...rows.keys()] }, name);
  const config = { ...sorted, grouping: by.length };
  const grouped = drafts.add({ kind: 'sorted-source', name, config }, sorted.edges, rows);
  const taken = append(grouped, { kind: 'first', name, config: { by, count, offset } });
  return withoutPositions(drafts, taken, rows, { name, isInOrder }, schema);
}
