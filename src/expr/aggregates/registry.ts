/** Every aggregate function, by name. A new function is one entry in its family's file. */
import { ACCUMULATORS } from './accumulators.js';
import type { AggregateFunction } from './aggregate-function.js';
import { FOLDED } from './folded.js';
import { JSON_AGGREGATES } from './json.js';
import { PICKED } from './picked.js';
import { STATISTICS } from './statistics.js';

export const AGGREGATE_FUNCTIONS: readonly AggregateFunction[] = [
  ...ACCUMULATORS,
  ...PICKED,
  ...FOLDED,
  ...JSON_AGGREGATES,
  ...STATISTICS,
];

const byName = new Map(AGGREGATE_FUNCTIONS.flatMap((fn) => [fn.name, ...fn.aliases].map((name) => [name, fn])));

export function findAggregate(name: string): AggregateFunction | undefined {
  return byName.get(name.toLowerCase());
}

export function aggregateNames(): readonly string[] {
  return [...byName.keys()];
}
