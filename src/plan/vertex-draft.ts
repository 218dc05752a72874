/**
 * Vertices in the making. An outlet is where rows come out of one: behind an operator of its chain, through a calc
 * that further filters and projections are folded into until some operator has to see its rows.
 */
import { BIGINT, type DataType } from '../columnar/data-type.js';
import type { Schema } from '../columnar/schema.js';
import { type JobEdge, type JobVertex, MAX_ORDERED_INPUTS, type OperatorNode } from '../dataflow/job-graph.js';
import type { LogicalOperator, SortKey } from '../dataflow/logical-graph.js';
import type { Place } from '../errors.js';
import { CalcBuilder } from './calc-builder.js';

/** A vertex runs on as many slots as there are, unless a step says otherwise. */
export const UNBOUNDED_PARALLELISM = 65536;

export interface VertexDraft {
  readonly id: number;
  readonly chain: OperatorNode[];
  readonly inputs: JobEdge[];
  maxParallelism: number;
}

export interface Outlet {
  readonly vertex: VertexDraft;
  readonly operator: number;
  readonly calc: CalcBuilder;
}

/** Numbers of vertices. In all plans of one pipeline a vertex that is made for the same node in the same way has the same. */
export class VertexNumbers {
  readonly #numbers = new Map<string, number>();

  of(node: number, way: string, ordinal: number): number {
    const key = `${node} ${way} ${ordinal}`;
    const number = this.#numbers.get(key) ?? this.#numbers.size;
    this.#numbers.set(key, number);
    return number;
  }
}

export class VertexDrafts {
  readonly #drafts: VertexDraft[] = [];
  readonly #numbers: VertexNumbers;
  #next: () => number = () => 0;

  constructor(numbers: VertexNumbers) {
    this.#numbers = numbers;
  }

  /** Vertices that are added from here on are for a node, which may be planned in several ways. */
  beginNode(node: number, way: string): void {
    let ordinal = 0;
    this.#next = () => this.#numbers.of(node, way, ordinal++);
  }

  /** A vertex that begins with a source whose rows have `schema`. */
  add(head: Omit<OperatorNode, 'parent'>, inputs: readonly JobEdge[], schema: Schema): Outlet {
    const vertex = {
      id: this.#next(),
      chain: [{ ...head, parent: -1 }],
      inputs: [...inputs],
      maxParallelism: UNBOUNDED_PARALLELISM,
    };
    this.#drafts.push(vertex);
    return { vertex, operator: 0, calc: CalcBuilder.over(schema) };
  }

  /** Operators that were added since the last call come from the step that stands there. */
  placeNew(place: Place): void {
    for (const { chain } of this.#drafts) {
      for (const [index, operator] of chain.entries())
        if (operator.place === undefined) chain[index] = { ...operator, place };
    }
  }

  vertices(): readonly JobVertex[] {
    return this.#drafts.map(({ id, chain, inputs, maxParallelism }) => {
      return { id, name: chain.map(({ name }) => name).join(' -> '), chain, inputs, maxParallelism };
    });
  }

  /** Whether `vertex` waits for `other`, or is it. */
  waitsFor(vertex: VertexDraft, other: VertexDraft): boolean {
    if (vertex === other) return true;
    return vertex.inputs.some((edge) => this.waitsFor(this.#drafts.find(({ id }) => id === edge.vertex)!, other));
  }

  /**
   * All rows of the outlets, those of the first one first, in the order of `keys` and of equal ones in the order they
   * have: a range exchange by the keys and the rows' positions. `grouping`: rows that agree in so many first keys come
   * out of one task. `keep`, `keepOfGroup`: nobody reads more than so many rows, or so many of each of those groups. `columns`: those
   * that come out, if not all do.
   */
  exchangeInOrder(
    outlets: readonly Outlet[],
    keys: readonly SortKey[],
    name: string,
    { grouping, keep, keepOfGroup, columns }: SortedRows = {},
  ): Outlet {
    if (outlets.length > MAX_ORDERED_INPUTS) {
      const size = Math.ceil(outlets.length / MAX_ORDERED_INPUTS);
      const parts = Array.from({ length: Math.ceil(outlets.length / size) }, (_, part) =>
        this.exchangeInOrder(outlets.slice(part * size, (part + 1) * size), keys, name, { keep }),
      );
      return this.exchangeInOrder(parts, keys, name, { grouping, keep, keepOfGroup, columns });
    }
    const input = outlets[0].calc.schema;
    const slots = columns ?? [...input.keys()];
    const schema = slots.map((slot) => input[slot]);
    const format = {
      keys: [...keys.map(({ slot }) => input[slot].type), BIGINT],
      orders: keys.map(({ descending, nullsFirst }) => ({ descending, nullsFirst })),
      values: schema.map(({ type }) => type),
    };
    const sorting = {
      ...format,
      keep,
      groupBound: keepOfGroup === undefined ? undefined : { keys: grouping!, ...keepOfGroup },
      keySlots: [...keys.map(({ slot }) => slot), input.length],
      slots,
    };
    const edges = outlets.map((outlet, ordinal) => sortedEdge(withPosition(outlet, ordinal, name), name, sorting));
    return this.add({ kind: 'sorted-source', name, config: { ...format, grouping, edges } }, edges, schema);
  }
}

/** Which of sorted rows are read, and together, and which columns of them. */
type SortedRows = Partial<Omit<Extract<LogicalOperator, { op: 'sort' }>, 'op' | 'keys'>>;

/** How rows are sorted on their way through an exchange; see state/sort/sort-format.ts. */
export interface SortColumns {
  readonly keys: readonly DataType[];
  readonly orders: readonly Omit<SortKey, 'slot'>[];
  readonly values: readonly DataType[];
  /** Where keys and values stand among the columns. */
  readonly keySlots: readonly number[];
  readonly slots: readonly number[];
}

/** From the outlet, through a sort. */
export function sortedEdge(outlet: Outlet, name: string, columns: SortColumns): JobEdge {
  return rangeEdge(append(outlet, { kind: 'sort-rows', name, config: columns }));
}

/** The rows of the outlet, the `ordinal`-th of some, with their position as a last column. */
export function withPosition(outlet: Outlet, ordinal: number, name: string): Outlet {
  return append(settle(outlet), { kind: 'row-position', name, config: { ordinal } });
}

/** The outlet behind one more operator of its chain; without `schema` that hands on the outlet's columns. */
export function append(
  { vertex, operator, calc }: Outlet,
  node: Omit<OperatorNode, 'parent'>,
  schema: Schema = calc.schema,
): Outlet {
  vertex.chain.push({ ...node, parent: operator });
  return { vertex, operator: vertex.chain.length - 1, calc: CalcBuilder.over(schema) };
}

/** The outlet with its calc made an operator of the chain. */
export function settle(outlet: Outlet): Outlet {
  const { calc } = outlet;
  if (calc.isIdentity) return outlet;
  return append(outlet, { kind: 'calc', name: calc.names.join(', '), config: { program: calc.build() } });
}

/** From the partial aggregate or the sorted rows at which the outlet stands. */
export function rangeEdge({ vertex, operator }: Outlet): JobEdge {
  return { exchange: 'range', mode: 'blocking', vertex: vertex.id, operator };
}

/** To every task of the vertex that reads it. */
export function broadcastEdge({ vertex, operator }: Outlet): JobEdge {
  return { exchange: 'broadcast', mode: 'blocking', vertex: vertex.id, operator };
}
