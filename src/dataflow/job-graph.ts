/**
 * The job graph: what runs. A vertex is a chain of operators that one task runs; edges are blocking exchanges.
 * Frozen plain data: it is printed by explain and crosses threads as it is. Made by plan/, run by runtime/.
 *
 * A chain is a tree: its head is a source (of files, or of the result partitions of other vertices), every other
 * operator names its parent, and one operator may feed several.
 *
 *     0 csv-source ── 1 calc ──┬── 2 partial-aggregate      (feeds vertex 1 through a range exchange)
 *                              └── 3 csv-sink
 */
import type { Place } from '../errors.js';
export interface OperatorNode {
  /** Key into the factory registry. */
  readonly kind: string;
  /** The steps it carries out, for people. */
  readonly name: string;
  /** Index of the operator in this chain that feeds it; -1 for the head. */
  readonly parent: number;
  readonly config: unknown;
  /** Where the step stands that it carries out; of several, the first. */
  readonly place?: Place;
  /** The file it reads or writes, for people. */
  readonly file?: string;
}

/** Inputs whose rows one exchange can keep in order: the bits that a row's position has for it. */
export const MAX_ORDERED_INPUTS = 128;

export type ExchangeKind = 'forward' | 'hash' | 'range' | 'broadcast' | 'rebalance';

export interface JobEdge {
  readonly exchange: ExchangeKind;
  readonly mode: 'blocking' | 'pipelined';
  /** Vertex and operator in its chain that produces the partitions. */
  readonly vertex: number;
  readonly operator: number;
}

export interface JobVertex {
  readonly id: number;
  readonly name: string;
  readonly chain: readonly OperatorNode[];
  readonly inputs: readonly JobEdge[];
  /** At most so many subtasks; never more than slots or splits. */
  readonly maxParallelism: number;
}

export interface JobGraph {
  readonly name: string;
  readonly vertices: readonly JobVertex[];
}
