/**
 * Who sees the order of a node's rows. An aggregate does not: its accumulators are exact, whatever order rows come in, and
 * what depends on an order reads columns that say it, which are made of positions before. Filters and projections do not
 * either, unless they can fail: of several rows that do, the first one is reported.
 */
import type { LogicalGraph, LogicalNode } from '../dataflow/logical-graph.js';
import { assertNever } from '../errors.js';
import { canFail } from '../expr/can-fail.js';

type Consumers = ReadonlyMap<number, readonly LogicalNode[]>;

/** Nodes the order of whose rows somebody sees. `consumers`: see `consumersOf`. */
export function nodesInOrder({ nodes }: LogicalGraph, consumers: Consumers): ReadonlySet<number> {
  const seen = new Set<number>();
  // Consumers come behind their inputs.
  for (const { id } of [...nodes].reverse()) {
    if (consumers.get(id)!.some((reader) => seesOrder(reader, seen))) seen.add(id);
  }
  return seen;
}

function seesOrder({ id, operator }: LogicalNode, seen: ReadonlySet<number>): boolean {
  switch (operator.op) {
    case 'aggregate':
    case 'values':
      return false;
    case 'filter':
      return canFail(operator.condition) || seen.has(id);
    case 'project':
      return operator.columns.some(({ expr }) => canFail(expr)) || seen.has(id);
    case 'union':
      return seen.has(id);
    case 'scan':
    case 'guard':
    case 'pack':
    case 'unpack':
    case 'fold':
    case 'window':
    case 'sort':
    case 'unpivot':
    case 'unnest':
    case 'draw':
    case 'position':
    case 'first':
    case 'limit':
    case 'join':
    case 'asof-join':
    case 'check':
    case 'sink':
      return true;
    default:
      return assertNever(operator, 'logical operator');
  }
}
