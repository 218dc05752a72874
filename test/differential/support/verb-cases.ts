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
  { name: 'limit', steps: '  - limit: 7\n', sql: 'SELECT k, g, d, m, t, f FROM $left ORDER BY pos LIMIT 7' },
  {
    name: 'what a filter leaves over, nulls included',
    steps: '  - name: big\n    filter: k > 0\n  - limit: 0\n  - union: big.rest\n',
    sql: 'SELECT k, g, d, m, t, f FROM $left WHERE (k > 0) IS NOT TRUE ORDER BY pos',
  },
  {
    name: 'limit with offset behind a filter',
    steps: '  - filter: k > 0\n  - limit: 12\n    offset: 5\n  - filter: f\n',
    sql: 'SELECT k, g, d, m, t, f FROM (SELECT * FROM $left WHERE k > 0 ORDER BY pos LIMIT 12 OFFSET 5) WHERE f ORDER BY pos',
  },
  {
    name: 'limit of each group',
    steps: '  - limit: 2\n    offset: 1\n    by: [g, f]\n',
    sql: 'SELECT k, g, d, m, t, f FROM (SELECT *, row_number() OVER (PARTITION BY g, f ORDER BY pos) AS n FROM $left) WHERE n BETWEEN 2 AND 3 ORDER BY pos',
  },
  {
    name: 'sort by columns, ties in input order',
    steps: '  - sort: [g, k desc]\n',
    sql: 'SELECT k, g, d, m, t, f FROM $left ORDER BY g, k DESC NULLS LAST, pos',
  },
  {
    name: 'sort with nulls first, and by an expression',
    steps: '  - sort:\n      - f nulls first\n      - coalesce(k, 0) + m desc nulls first\n      - t asc nulls last\n',
    sql: 'SELECT k, g, d, m, t, f FROM $left ORDER BY f NULLS FIRST, coalesce(k, 0) + m DESC NULLS FIRST, t NULLS LAST, pos',
  },
  {
    name: 'sort by a double, which keeps its values',
    steps: '  - derive: { d: -d }\n  - sort: d\n',
    sql: 'SELECT k, g, -d AS d, m, t, f FROM $left ORDER BY -d, pos',
  },
  {
    name: 'sort, then limit and aggregate',
    steps: '  - sort: [m desc, k]\n  - limit: 20\n  - aggregate:\n      n: count(*)\n      least: min(m)\n    by: g\n',
    sql: 'SELECT g, count(*), min(m) FROM (SELECT * FROM $left ORDER BY m DESC NULLS LAST, k, pos LIMIT 20) GROUP BY g ORDER BY g NULLS LAST',
  },
  {
    name: 'union',
    steps: '  - union: right\n',
    sql: 'SELECT k, g, d, m, t, f FROM (SELECT 0 AS i, * FROM $left UNION ALL SELECT 1, * FROM $right) ORDER BY i, pos',
  },
  {
    name: 'union with itself and with other types, by name',
    steps:
      '  - select: [k, m]\n  - name: a\n    filter: true\n  - name: b\n    from: right\n    select: [{ m: d }, k]\n  - from: a\n    union: [b, a]\n',
    sql: 'SELECT k, m FROM (SELECT 0 AS i, pos, k, m::DOUBLE AS m FROM $left UNION ALL SELECT 1, pos, k, d FROM $right UNION ALL SELECT 2, pos, k, m FROM $left) ORDER BY i, pos',
  },
  {
    name: 'union by position, aggregated, which needs no order',
    steps:
      '  - select: [k, g]\n  - name: a\n    filter: k > 0\n  - name: b\n    from: right\n    select: [k, { z: g }]\n  - from: a\n    union: b\n    by_position: true\n  - filter: g IS NOT NULL\n  - aggregate:\n      n: count(*)\n      s: sum(k)\n    by: g\n',
    sql: 'SELECT g, count(*), sum(k) FROM (SELECT k, g FROM $left WHERE k > 0 UNION ALL SELECT k, g FROM $right) WHERE g IS NOT NULL GROUP BY g ORDER BY g',
  },
  {
    name: 'union of rows that are different',
    steps:
      '  - select: [g, f]\n  - name: a\n    filter: true\n  - name: b\n    from: right\n    select: [f, g]\n  - from: a\n    union: b\n    unique_rows: true\n',
    sql: 'SELECT g, f FROM (SELECT g, f FROM $left UNION SELECT g, f FROM $right) ORDER BY g NULLS LAST, f NULLS LAST',
  },
  {
    name: 'union, sorted and limited',
    steps: '  - union: right\n  - sort: k desc\n  - limit: 30\n',
    sql: 'SELECT k, g, d, m, t, f FROM (SELECT 0 AS i, * FROM $left UNION ALL SELECT 1, * FROM $right) ORDER BY k DESC NULLS LAST, i, pos LIMIT 30',
  },
];
