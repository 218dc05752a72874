/**
 * The two ways to carry out a join. Broadcast: the right side lies in memory, and each slot of the left looks its rows up
 * there. By key: both sides are sorted by their keys and walked together, and the result is sorted back, if its order is
 * seen by anybody.
 *
 *     right [... - join-rows] ═> [join-directory]          right [... - row-position - sort-rows] ═╗
 *                                    ║                     left  [... - row-position - sort-rows] ═╩═> [merge-join - sort-rows]
 *     left  [... - join-probe - ...] ╝                                            [sorted-source - ...] <═══════════════╝
 */
import type { Schema } from '../columnar/schema.js';
import type { JobEdge } from '../dataflow/job-graph.js';
import type { LogicalOperator } from '../dataflow/logical-graph.js';
import { planCondition } from './join-condition.js';
import { POSITION, type SortedBack, sortedSide, withoutPositions } from './sorted-side.js';
import { append, broadcastEdge, type Outlet, settle, type VertexDrafts } from './vertex-draft.js';

type Join = Extract<LogicalOperator, { op: 'join' }>;

export interface JoinStep {
  readonly id: number;
  readonly operator: Join;
  readonly name: string;
}

interface HeldRight {
  /** Its first columns are the keys. */
  readonly keyCount: number;
  readonly keepsNulls: boolean;
  /** The join's node. */
  readonly id: number;
  readonly name: string;
}

/** The rows of a right side in memory, and the directory of their keys. */
export function heldRight(drafts: VertexDrafts, right: Outlet, { keyCount, keepsNulls, id, name }: HeldRight) {
  const types = right.calc.schema.map(({ type }) => type);
  const [keys, payload] = [types.slice(0, keyCount), types.slice(keyCount)];
  const config = { keys, payload, keepsNulls, node: id };
  const rowsEdge = broadcastEdge(append(right, { kind: 'join-rows', name, config }));
  const node = { kind: 'join-directory', name, config: { ...config, edge: rowsEdge } };
  return { keys, payload, rowsEdge, directory: drafts.add(node, [rowsEdge], []) };
}

export function planBroadcastJoin(
  drafts: VertexDrafts,
  { id, operator, name }: JoinStep,
  lefts: readonly Outlet[],
  rightInOrder: Outlet,
  schema: Schema,
): readonly Outlet[] {
  const right = settle(rightInOrder);
  const givesRest = operator.type === 'right' || operator.type === 'full';
  const { condition } = operator;
  const held = heldRight(drafts, right, { keyCount: operator.keys.length, keepsNulls: givesRest, id, name });
  const { keys, payload, rowsEdge, directory } = held;
  const edge = broadcastEdge(directory);
  const probes = lefts.map((outlet) => {
    // Rows that come out of what makes the right side must wait for it.
    const isBehind = drafts.waitsFor(directory.vertex, outlet.vertex);
    const left = settle(isBehind ? drafts.exchangeInOrder([outlet], [], name) : outlet);
    // The directory says where the rows are; they must be kept as long.
    left.vertex.inputs.push(rowsEdge, edge);
    const config = {
      type: operator.type,
      keys: operator.keys,
      keyTypes: keys,
      left: left.calc.schema.map(({ type }) => type),
      payload,
      condition: condition && planCondition(condition, left.calc.schema, right.calc.schema.slice(keys.length)),
      edge,
    };
    return append(left, { kind: 'join-probe', name, config }, schema);
  });
  if (!givesRest) return probes;
  const left = schema.slice(0, schema.length - payload.length).map(({ type }) => type);
  const after = probes.map(({ vertex, operator: probe }): JobEdge => {
    return { exchange: 'forward', mode: 'blocking', vertex: vertex.id, operator: probe };
  });
  const config = { left, keys, payload, edge: rowsEdge };
  return [...probes, drafts.add({ kind: 'join-rest', name, config }, [rowsEdge, ...after], schema)];
}

export function planJoinByKey(
  drafts: VertexDrafts,
  { operator, name, isInOrder }: SortedBack & { readonly operator: Join },
  lefts: readonly Outlet[],
  rights: readonly Outlet[],
  schema: Schema,
): Outlet {
  const { type, keys, condition } = operator;
  const leftSchema = lefts[0].calc.schema;
  const rightSchema = rights[0].calc.schema;
  const payload = rightSchema.slice(keys.length);
  const left = sortedSide(drafts, lefts, { keys, values: [...leftSchema.keys(), leftSchema.length] }, name);
  const rightKeys = [...keys.keys()];
  const values = [...rightSchema.keys(), rightSchema.length].slice(keys.length);
  const right = sortedSide(drafts, rights, { keys: rightKeys, values }, name);
  const config = {
    type,
    keys,
    left,
    right,
    condition: condition && planCondition(condition, leftSchema, payload),
  };
  const isSelection = type === 'semi' || type === 'anti';
  const rows = [...leftSchema, POSITION, ...(isSelection ? [] : [...payload, POSITION])];
  const merged = drafts.add({ kind: 'merge-join', name, config }, [...left.edges, ...right.edges], rows);
  return withoutPositions(drafts, merged, rows, { name, isInOrder }, schema);
}
