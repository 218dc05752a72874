/** Units of intervals: what one of each is, in months, days or microseconds. */
import type { Span } from '../errors.js';
import { fail } from './problem.js';

export type Measure = 'months' | 'days' | 'micros';

interface IntervalUnit {
  readonly measure: Measure;
  readonly factor: number;
}

/** By singular, DuckDB's short names, and plural where it is not the singular with an s. */
const UNITS: readonly (readonly [names: string, measure: Measure, factor: number])[] = [
  ['microsecond us usec', 'micros', 1],
  ['millisecond ms msec', 'micros', 1_000],
  ['second s sec', 'micros', 1_000_000],
  ['minute m min', 'micros', 60_000_000],
  ['hour h hr', 'micros', 3_600_000_000],
  ['day d', 'days', 1],
  ['week w', 'days', 7],
  ['month mon', 'months', 1],
  ['quarter', 'months', 3],
  ['year y yr', 'months', 12],
  ['decade', 'months', 120],
  ['century centurie', 'months', 1200],
  ['millennium', 'months', 12_000],
];

const byName = new Map<string, IntervalUnit>(
  UNITS.flatMap(([names, measure, factor]) =>
    names.split(' ').flatMap((name) => [name, `${name}s`].map((spelled) => [spelled, { measure, factor }] as const)),
  ),
);

export function findIntervalUnit(name: string): IntervalUnit | undefined {
  return byName.get(name.toLowerCase());
}

/** In the singular, the smallest first. */
export const INTERVAL_UNIT_NAMES: readonly string[] = UNITS.map(([names]) => names.split(' ')[0]);

export function refuseUnit(unit: string, span: Span): never {
  const hint = `the units are ${INTERVAL_UNIT_NAMES.join(', ')}`;
  return fail('EXPR_TYPE_MISMATCH', `${unit} is not a unit of time`, span, hint);
}
