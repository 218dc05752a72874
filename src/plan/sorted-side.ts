/**
 * What is made by key: rows are sorted by their keys and positions (of a join, each side), and what is made of them is brought
 * back into the order of the positions.
 */
import { BIGINT } from '../columnar/data-type.js';
import type { Schema } from '../columnar/schema.js';
import { MAX_ORDERED_INPUTS } from '../dataflow/job-graph.js';
import type { SortKey } from '../dataflow/logical-graph.js';
import { pick } from './pick-columns.js';
import { type Outlet, sortedEdge, type VertexDrafts, withPosition } from './vertex-draft.js';

/** The column that says where in the input of a step a row stands. */
export const POSITION = { name: '#position', type: BIGINT };

export interface SideColumns {
  readonly keys: readonly number[];
  /** How the keys are ordered, and the position behind them; default: ascending. */
  readonly orders?: readonly Omit<SortKey, 'slot'>[];
  /** The slot behind the columns is the position. */
  readonly values: readonly number[];
}

/** The rows of one side by keys and position. */
export function sortedSide(
  drafts: VertexDrafts,
  all: readonly Outlet[],
  { keys, orders = [], values }: SideColumns,
  name: string,
) {
  const outlets = all.length > MAX_ORDERED_INPUTS ? [drafts.exchangeInOrder(all, [], name)] : all;
  const { schema } = outlets[0].calc;
  const types = [...schema, POSITION].map(({ type }) => type);
  const keySlots = [...keys, schema.length];
  const format = { keys: keySlots.map((slot) => types[slot]), orders, values: values.map((slot) => types[slot]) };
  const edges = outlets.map((outlet, ordinal) =>
    sortedEdge(withPosition(outlet, ordinal, name), name, { ...format, keySlots, slots: values }),
  );
  return { ...format, edges };
}

export interface SortedBack {
  readonly name: string;
  /** Somebody sees the order of the rows. Otherwise they come by key. */
  readonly isInOrder: boolean;
}

/** Rows with columns and positions, in the order of these, without them: they have `schema` then. */
export function withoutPositions(
  drafts: VertexDrafts,
  outlet: Outlet,
  columns: Schema,
  { name, isInOrder }: SortedBack,
  schema: Schema,
): Outlet {
  const positions = [...columns.keys()].filter((slot) => columns[slot] === POSITION);
  const slots = [...columns.keys()].filter((slot) => columns[slot] !== POSITION);
  if (!isInOrder) {
    const left = pick(columns, slots).map((column, index) => ({ ...column, name: schema[index].name }));
    return { ...outlet, calc: outlet.calc.project({ op: 'project', columns: left }, name) };
  }
  const format = { keys: positions.map(() => BIGINT), orders: [], values: slots.map((slot) => columns[slot].type) };
  const edge = sortedEdge(outlet, name, { ...format, keySlots: positions, slots });
  return drafts.add({ kind: 'sorted-source', name, config: { ...format, edges: [edge] } }, [edge], schema);
}
