/** Steps behind a read named `left` (and `right`, where it is named), and what they mean in DuckDB's SQL. */
export interface VerbCase {
  readonly name: string;
  readonly steps: string;
  /** `$left` and `$right` stand for the inputs, which have a column `pos`: the row's place. */
  readonly sql: string;
}

export const VERB_CASES: readonly VerbCase[] = [
  { name: 'drop', steps: '  - drop: [g, t]\n', sql: 'SELECT k, d, m, f FROM $left ORDER BY pos' },
  {
    name: 'rename',
    steps: '  - rename: { a: k, k: d }\n',
    sql: 'SELECT k AS a, g, d AS k, m, t, f FROM $left ORDER BY pos',
  },
  {
    name: 'cast',
    steps: '  - cast:\n      k: decimal(6,1)\n      m: double\n      t: date\n      d: bigint\n      f: string\n',
    sql: 'SELECT k::DECIMAL(6,1), g, d::BIGINT, m::DOUBLE, t::DATE, f::VARCHAR FROM $left ORDER BY pos',
  },
  {
    name: 'distinct rows',
    steps: '  - select: [g, f, k]\n  - distinct: true\n',
    sql: 'SELECT DISTINCT g, f, k FROM $left ORDER BY g NULLS LAST, f NULLS LAST, k NULLS LAST',
  },
  {
    name: 'distinct columns',
    steps: '  - distinct: [d, g]\n',
    sql: 'SELECT DISTINCT d, g FROM $left ORDER BY d NULLS LAST, g NULLS LAST',
  },
];
