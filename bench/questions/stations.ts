/** `station;temperature`: minimum, average and maximum by station. */
import { stations } from '../data.js';
import type { Question } from '../question.js';

const byStation = (name: string, rows: number, target: number): Question => ({
  name,
  target,
  input: () => stations(rows),
  pipeline: `
steps:
  - read: $in
    delimiter: ";"
  - aggregate:
      low: min(temperature)
      mean: avg(temperature)
      high: max(temperature)
    by: [station]
  - write: $out
`,
  sql: `copy (select station, min(temperature), avg(temperature), max(temperature)
  from read_csv('$in', delim=';') group by station order by station) to '$out' (header)`,
  compare: 'rows',
});

export const STATIONS = byStation('stations', 20_000_000, 2.5);
export const STATIONS_LARGE = byStation('stations-large', 80_000_000, 3);
