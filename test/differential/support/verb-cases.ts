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
    name: 'dedupe by two keys, the first in input order',
    steps: '  - dedupe: [g, f]\n',
    sql: 'SELECT k, g, d, m, t, f FROM (SELECT *, row_number() OVER (PARTITION BY g, f ORDER BY pos) AS n FROM $left) WHERE n = 1 ORDER BY pos',
  },
  {
    name: 'dedupe by a number, the last in input order',
    steps: '  - dedupe: k\n    keep: last\n',
    sql: 'SELECT k, g, d, m, t, f FROM (SELECT *, row_number() OVER (PARTITION BY k ORDER BY pos DESC) AS n FROM $left) WHERE n = 1 ORDER BY pos',
  },
  {
    name: 'dedupe by a double, the first by a column and an expression',
    steps: '  - derive: { d: -d }\n  - dedupe: [d]\n    order_by:\n      - f desc nulls first\n      - m % 7\n',
    sql: 'SELECT k, g, -d AS d, m, t, f FROM (SELECT *, row_number() OVER (PARTITION BY d ORDER BY f DESC NULLS FIRST, m % 7 NULLS LAST, pos) AS n FROM $left) WHERE n = 1 ORDER BY pos',
  },
  {
    name: 'dedupe, the last by columns, of which one is a key',
    steps:
      '  - dedupe: [g]\n    keep: last\n    order_by: [g, t nulls first, m desc]\n  - filter: k IS NOT NULL\n  - drop: [f]\n',
    sql: 'SELECT k, g, d, m, t FROM (SELECT *, row_number() OVER (PARTITION BY g ORDER BY t DESC NULLS LAST, m NULLS FIRST, pos DESC) AS n FROM $left) WHERE n = 1 AND k IS NOT NULL ORDER BY pos',
  },
  {
    name: 'dedupe of a union',
    steps: '  - union: right\n  - dedupe: [k, g]\n    order_by: d desc\n',
    sql: 'SELECT k, g, d, m, t, f FROM (SELECT *, row_number() OVER (PARTITION BY k, g ORDER BY d DESC NULLS LAST, i, pos) AS n FROM (SELECT 0 AS i, * FROM $left UNION ALL SELECT 1, * FROM $right)) WHERE n = 1 ORDER BY i, pos',
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
  {
    name: 'intersect, nulls are equal',
    steps:
      '  - select: [g, k]\n  - name: l\n    filter: true\n  - name: r\n    from: right\n    select: [k, g]\n  - from: l\n    intersect: r\n',
    sql: 'SELECT * FROM (SELECT g, k FROM $left INTERSECT SELECT g, k FROM $right) ORDER BY g NULLS LAST, k NULLS LAST',
  },
  {
    name: 'except, by place and of other types',
    steps:
      '  - select: [k, d]\n  - name: l\n    filter: true\n  - name: r\n    from: right\n    select: [{ x: d }, { y: m }]\n  - from: l\n    except: r\n    by_position: true\n',
    sql: 'SELECT * FROM (SELECT k::DOUBLE AS k, d FROM $left EXCEPT SELECT d, m::DOUBLE FROM $right) ORDER BY k NULLS LAST, d NULLS LAST',
  },
  {
    name: 'except, then intersect, pruned',
    steps:
      '  - select: [f, g, k]\n  - name: l\n    filter: true\n  - name: r\n    from: right\n    select: [k, g, f]\n  - name: s\n    filter: k > 0\n  - from: l\n    except: s\n  - intersect: r\n  - select: [k]\n',
    sql: 'SELECT k FROM ((SELECT f, g, k FROM $left EXCEPT SELECT f, g, k FROM $right WHERE k > 0) INTERSECT SELECT f, g, k FROM $right) ORDER BY f NULLS LAST, g NULLS LAST, k NULLS LAST',
  },
  {
    name: 'unpivot of numbers of several types, nulls left out, row by row',
    steps: '  - unpivot: [m, k, d]\n',
    sql: "SELECT g, t, f, name, value FROM (SELECT *, 0 AS j, 'm' AS name, m::DOUBLE AS value FROM $left UNION ALL SELECT *, 1 AS j, 'k' AS name, k::DOUBLE AS value FROM $left UNION ALL SELECT *, 2 AS j, 'd' AS name, d AS value FROM $left) WHERE value IS NOT NULL ORDER BY pos, j",
  },
  {
    name: 'unpivot with nulls, of one column and of texts',
    steps:
      '  - unpivot: k\n    into: [g_, k_]\n    include_nulls: true\n  - unpivot: [g, g_]\n    include_nulls: true\n  - filter: k_ > 0 OR k_ IS NULL\n',
    sql: "SELECT d, m, t, f, k AS k_, name, value FROM (SELECT *, 0 AS j, 'g' AS name, g AS value FROM $left UNION ALL SELECT *, 1, 'g_', 'k' FROM $left) WHERE k > 0 OR k IS NULL ORDER BY pos, j",
  },
  {
    name: 'unpivot, aggregated: the other columns are not needed',
    steps: '  - unpivot: [k, m]\n  - aggregate:\n      n: count(*)\n      most: max(value)\n    by: name\n',
    sql: "SELECT name, count(*), max(value) FROM (SELECT 'k' AS name, k::DECIMAL(12,2) AS value FROM $left UNION ALL SELECT 'm', m FROM $left) WHERE value IS NOT NULL GROUP BY name ORDER BY name",
  },
  {
    name: 'pivot of texts, by the other columns',
    steps:
      '  - select: [f, g, m]\n  - pivot:\n      column: g\n      values: [a, zz, ü, none]\n      aggregate: sum(m)\n',
    sql: "SELECT f, sum(m) FILTER (WHERE g = 'a'), sum(m) FILTER (WHERE g = 'zz'), sum(m) FILTER (WHERE g = 'ü'), sum(m) FILTER (WHERE g = 'none') FROM $left GROUP BY f ORDER BY f NULLS LAST",
  },
  {
    name: 'pivot of numbers by keys: counts of nothing are 0',
    steps:
      "  - pivot:\n      column: k\n      values: [1, -2, 03]\n      aggregate: |\n        count(*) || '/' || count(DISTINCT d) || '/' || coalesce(max(t), '2026-01-01') || k\n    by: [g, f]\n",
    sql: `SELECT g, f, ${[1, -2, 3]
      .map((v) => {
        const where = `FILTER (WHERE k = ${v})`;
        return `count(*) ${where} || '/' || count(DISTINCT d) ${where} || '/' || coalesce(max(t) ${where}, '2026-01-01') || '${v}'`;
      })
      .join(', ')} FROM $left GROUP BY g, f ORDER BY g NULLS LAST, f NULLS LAST`,
  },
  {
    name: 'pivot into one row, then one column of it',
    steps:
      '  - pivot:\n      column: f\n      values: [true, false]\n      aggregate: median(d) + first(k ORDER BY t, m)\n    by: [g]\n  - select: [g, { y: \'"true"\' }]\n',
    sql: 'SELECT g, median(d) FILTER (WHERE f) + first(k ORDER BY t, m, pos) FILTER (WHERE f) FROM $left GROUP BY g ORDER BY g NULLS LAST',
  },
  {
    name: 'inner join, several matches on both sides',
    steps: '  - join: right\n    on: k\n    take: [g, d]\n    suffix: _r\n',
    sql: 'SELECT l.k, l.g, l.d, l.m, l.t, l.f, r.g, r.d FROM $left l JOIN $right r ON l.k = r.k ORDER BY l.pos, r.pos',
  },
  {
    name: 'left join by two keys of different types, texts taken',
    steps: '  - join: right\n    type: left\n    on:\n      k: m\n      g: g\n    take: [t, k, f]\n    suffix: _r\n',
    sql: 'SELECT l.k, l.g, l.d, l.m, l.t, l.f, r.t, r.k, r.f FROM $left l LEFT JOIN $right r ON l.k = r.m AND l.g = r.g ORDER BY l.pos, r.pos',
  },
  {
    name: 'left join where no key of the right is there twice',
    steps:
      '  - name: l\n    filter: true\n  - name: u\n    from: right\n    aggregate:\n      n: count(*)\n      last: max(g)\n      x: avg(d)\n    by: [k]\n  - from: l\n    join: u\n    type: left\n    on: k\n',
    sql: 'SELECT l.k, l.g, l.d, l.m, l.t, l.f, n, last, x FROM $left l LEFT JOIN (SELECT k, count(*) n, max(g) AS last, avg(d) x FROM $right GROUP BY k) u ON l.k = u.k ORDER BY l.pos',
  },
  {
    name: 'semi join',
    steps: '  - join: right\n    type: semi\n    on: [g, f]\n',
    sql: 'SELECT k, g, d, m, t, f FROM $left l WHERE EXISTS (SELECT 1 FROM $right r WHERE r.g = l.g AND r.f = l.f) ORDER BY pos',
  },
  {
    name: 'anti join',
    steps: '  - join: right\n    type: anti\n    on: { k: k }\n',
    sql: 'SELECT k, g, d, m, t, f FROM $left l WHERE NOT EXISTS (SELECT 1 FROM $right r WHERE r.k = l.k) ORDER BY pos',
  },
  {
    name: 'cross join',
    steps:
      '  - limit: 20\n  - name: l\n    select: [k, g]\n  - name: r\n    from: right\n    select: [{ a: t }, { b: d }]\n  - from: l\n    join: r\n    type: cross\n',
    sql: 'SELECT k, g, a, b FROM (SELECT * FROM $left ORDER BY pos LIMIT 20) l, (SELECT t AS a, d AS b, pos AS p FROM $right) ORDER BY pos, p',
  },
  {
    name: 'join with what is made of the same rows',
    steps:
      '  - name: l\n    filter: m > 50\n  - aggregate:\n      n: count(*)\n      most: max(d)\n    by: g\n  - name: groups\n    filter: n > 3\n  - from: l\n    join: groups\n    on: g\n  - sort: [most desc, k]\n',
    sql: 'SELECT l.k, l.g, l.d, l.m, l.t, l.f, n, most FROM (SELECT * FROM $left WHERE m > 50) l JOIN (SELECT g, count(*) n, max(d) AS most FROM $left WHERE m > 50 GROUP BY g HAVING count(*) > 3) u ON l.g = u.g ORDER BY most DESC NULLS LAST, l.k, l.pos',
  },
  {
    name: 'join, then aggregate without the order',
    steps:
      '  - union: right\n  - name: both\n    filter: f\n  - name: r\n    from: right\n    select: [k, { z: m }]\n  - from: both\n    join: r\n    on: k\n  - aggregate:\n      n: count(*)\n      s: sum(z)\n    by: [g]\n',
    sql: 'SELECT b.g, count(*), sum(r.m) FROM (SELECT * FROM $left WHERE f UNION ALL SELECT * FROM $right WHERE f) b JOIN $right r ON b.k = r.k GROUP BY b.g ORDER BY b.g NULLS LAST',
  },
  {
    name: 'right join',
    steps: '  - join: right\n    type: right\n    on: { k: m, g: g }\n    take: [k, d]\n    suffix: _r\n',
    sql: 'SELECT coalesce(l.k, r.m), coalesce(l.g, r.g), l.d, l.m, l.t, l.f, r.k, r.d FROM $left l RIGHT JOIN $right r ON l.k = r.m AND l.g = r.g ORDER BY l.pos NULLS LAST, r.pos',
  },
  {
    name: 'full join, several matches',
    steps: '  - join: right\n    type: full\n    on: k\n    take: [g]\n    suffix: _r\n',
    sql: 'SELECT coalesce(l.k, r.k), l.g, l.d, l.m, l.t, l.f, r.g FROM $left l FULL JOIN $right r ON l.k = r.k ORDER BY l.pos NULLS LAST, r.pos',
  },
  {
    name: 'full join by unique keys, then aggregated',
    steps:
      '  - name: l\n    aggregate:\n      n: count(*)\n    by: [g]\n  - name: u\n    from: right\n    filter: k > 0\n  - aggregate:\n      o: count(*)\n    by: [g]\n  - name: v\n    filter: true\n  - from: l\n    join: v\n    type: full\n    on: g\n  - sort: [g, n, o]\n',
    sql: 'SELECT coalesce(l.g, v.g) AS g, n, o FROM (SELECT g, count(*) n FROM $left GROUP BY g) l FULL JOIN (SELECT g, count(*) o FROM $right WHERE k > 0 GROUP BY g) v ON l.g = v.g ORDER BY g NULLS LAST, n NULLS LAST, o NULLS LAST',
  },
  {
    name: 'left join with a condition over all types; of plain equalities the right column is not repeated',
    steps:
      "  - join: right\n    type: left\n    on: |\n      left.k = right.k AND (left.m < right.m OR left.t > right.t) AND NOT (left.f AND right.f) AND left.g || 'z' >= right.g\n    suffix: _r\n",
    sql: "SELECT l.k, l.g, l.d, l.m, l.t, l.f, r.g, r.d, r.m, r.t, r.f FROM $left l LEFT JOIN $right r ON l.k = r.k AND (l.m < r.m OR l.t > r.t) AND NOT (l.f AND r.f) AND l.g || 'z' >= r.g ORDER BY l.pos, r.pos",
  },
  {
    name: 'right join that takes nothing: rows are repeated, keys are filled in',
    steps: '  - join: right\n    type: right\n    on: k\n    take: []\n',
    sql: 'SELECT coalesce(l.k, r.k), l.g, l.d, l.m, l.t, l.f FROM $left l RIGHT JOIN $right r ON l.k = r.k ORDER BY l.pos NULLS LAST, r.pos',
  },
  {
    name: 'inner join by computed keys, whose columns are taken all',
    steps:
      '  - join: right\n    on: left.k * 2 = right.k + 1 AND left.g = upper(right.g)\n    suffix: _r\n  - drop: [d, t]\n',
    sql: 'SELECT l.k, l.g, l.m, l.f, r.k, r.g, r.d, r.m, r.t, r.f FROM $left l JOIN $right r ON l.k * 2 = r.k + 1 AND l.g = upper(r.g) ORDER BY l.pos, r.pos',
  },
  {
    name: 'full join by a condition without an equality',
    steps:
      '  - limit: 40\n  - join: right\n    type: full\n    on: left.d > right.d AND left.k BETWEEN right.k - 1 AND right.k + 1\n    take: [k, d]\n    suffix: _r\n',
    sql: 'SELECT l.k, l.g, l.d, l.m, l.t, l.f, r.k, r.d FROM (SELECT * FROM $left ORDER BY pos LIMIT 40) l FULL JOIN $right r ON l.d > r.d AND l.k BETWEEN r.k - 1 AND r.k + 1 ORDER BY l.pos NULLS LAST, r.pos',
  },
  {
    name: 'full join where two columns of the right equal one of the left: the second stays',
    steps:
      '  - join: right\n    type: full\n    on: left.k = right.k AND left.k = right.m AND left.d = right.d\n    take: [m, g]\n    suffix: _r\n',
    sql: 'SELECT coalesce(l.k, r.k), l.g, coalesce(l.d, r.d), l.m, l.t, l.f, r.m, r.g FROM $left l FULL JOIN $right r ON l.k = r.k AND l.k = r.m AND l.d = r.d ORDER BY l.pos NULLS LAST, r.pos',
  },
  {
    name: 'join with what is made of the same rows, by a condition',
    steps:
      '  - name: l\n    filter: m > 50\n  - name: groups\n    aggregate:\n      most: max(d)\n    by: [{ h: g }]\n  - from: l\n    join: groups\n    type: anti\n    on: g = h AND d < most\n',
    sql: 'SELECT k, g, d, m, t, f FROM $left l WHERE m > 50 AND NOT EXISTS (SELECT 1 FROM (SELECT g AS h, max(d) AS most FROM $left WHERE m > 50 GROUP BY g) u WHERE l.g = u.h AND l.d < u.most) ORDER BY pos',
  },
];
