/** What DuckDB makes of the tour's inputs: a query for each table that the page shows, by the command that shows it. */
import { join } from 'node:path';
import { projectRoot } from '../../support/project-root.js';

const file = (name: string): string => `'${join(projectRoot, 'docs/tour/data', name)}'`;
/** All columns as texts. */
const csv = (name: string, more = ''): string => `read_csv(${file(name)}, all_varchar = true${more})`;

const errorRates = (offsetHours: number): string => `
  SELECT date_trunc('hour', stamp + to_hours(${offsetHours})) AS hour, area, count(*) AS requests,
    count(*) FILTER (WHERE status LIKE '5%') AS errors, round(100 * errors / requests, 1) AS percent,
    count(DISTINCT regexp_extract(line, '^[^ ]+')) AS clients
  FROM (
    SELECT split_part(split_part(line, '"', 2), ' ', 2) AS path, split_part(path, '/', 2) AS area,
      split_part(split_part(line, '" ', 2), ' ', 1) AS status, line,
      strptime(line[strpos(line, '[') + 1 : strpos(line, ']') - 1], '%d/%b/%Y:%H:%M:%S %z')::timestamptz
        AT TIME ZONE 'UTC' AS stamp
    FROM read_csv(${file('access.log')}, header = false, delim = '\\t', quote = '', escape = '', all_varchar = true,
      names = ['line'])
  )
  WHERE path <> '/health' AND NOT starts_with(path, '/static/')
  GROUP BY ALL HAVING errors > 0 ORDER BY percent DESC, hour, area`;

const OFFERS = `
  (SELECT o.*, row_number() OVER () AS n, TRY_CAST(price AS decimal(10,2)) AS money,
    coalesce(try_strptime(valid_from, '%Y-%m-%d'), try_strptime(valid_from, '%d.%m.%Y'))::date AS day,
    CASE WHEN sku IS NULL THEN 'no sku' WHEN money IS NULL THEN 'no price' WHEN money <= 0 THEN 'price not above zero'
      WHEN day IS NULL THEN 'no date' WHEN s.supplier IS NULL THEN 'unknown supplier' END AS reason
  FROM ${csv('offers.csv')} o LEFT JOIN ${csv('suppliers.csv')} s USING (supplier))`;

const SETTLEMENT = `
  (SELECT coalesce(s.payment, b.reference) AS payment, paid, received, fees
  FROM (SELECT payment, sum(amount::decimal(10,2)) AS paid FROM ${csv('payments.csv')} GROUP BY 1) s
  FULL JOIN (SELECT reference, sum(gross::decimal(10,2)) AS received, sum(fee::decimal(10,2)) AS fees
    FROM ${csv('payouts.csv')} GROUP BY 1) b ON payment = reference)`;

const readings = (day: string): string => `
  SELECT meter, hour, arg_max_null(kwh, sent_at) AS newest, max(sent_at)
  FROM (FROM ${csv('readings.csv')} UNION BY NAME FROM ${csv('corrections.csv')})
  WHERE starts_with(hour, '${day}') GROUP BY 1, 2 HAVING newest IS NOT NULL ORDER BY 1, 2`;

const LAST_CHANGES = `
  (SELECT * FROM ${csv('changes.csv')} QUALIFY row_number() OVER (PARTITION BY id ORDER BY seq::int DESC) = 1)`;

const PSEUDONYM = `left(sha256('2026-autumn' || customer), 10)`;

const PRICED = `
  WITH sales AS (SELECT *, row_number() OVER () AS n FROM ${csv('sold.csv')}),
    prices AS (SELECT *, row_number() OVER () AS n FROM ${csv('price-list.csv')}),
    priced AS (
      SELECT sold_on, s.article, quantity, since, price FROM sales s LEFT JOIN prices p ON s.article = p.article AND since <= sold_on
      QUALIFY row_number() OVER (PARTITION BY s.n ORDER BY since DESC, p.n DESC) = 1 ORDER BY s.n)`;

export const TOUR_QUERIES: Readonly<Record<string, string>> = {
  'leat run -q revenue.yaml': `
    SELECT ifnull(country, '??') AS land, left(ordered_at, 10) AS day, count(*), sum(amount::decimal(10,2))
    FROM ${csv('orders.csv')} WHERE NOT status IN ('cancelled', 'returned') GROUP BY 1, 2 ORDER BY 1, 2`,

  'leat run -q statement.yaml': `
    SELECT strptime("Buchungstag", '%d.%m.%Y')::date, translate("Betrag (EUR)", ',.', '.')::decimal(12,2),
      nullif(array_to_string(list_filter(string_split("Empfänger/Auftraggeber", ' '), lambda x: x <> ''), ' '), ''),
      nullif(nullif("Kunden-Ref.", 'n/a'), '-'), "Verwendungszweck"
    FROM ${csv('statement.txt', ", delim = ';', skip = 4, comment = '#', header = true")}`,

  'leat run -q error-rates.yaml': errorRates(1),
  'leat run -q error-rates.yaml --param zone=UTC': errorRates(0),

  'leat run -q best-sellers.yaml': `
    SELECT ifnull(department, 'unknown') AS d, ifnull(title, 'article ' || article) AS t, sum(quantity::int) AS n
    FROM ${csv('sold.csv')} LEFT JOIN ${csv('articles.csv')} ON article = sku GROUP BY 1, 2
    QUALIFY row_number() OVER (PARTITION BY d ORDER BY n DESC, t) <= 3 ORDER BY d, n DESC, t`,

  'leat run -q quarantine.yaml': `
    SELECT supplier, reason, count(*) AS n FROM ${OFFERS} WHERE reason IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2`,
  'cat out/offers.csv': `SELECT supplier, sku, money, day FROM ${OFFERS} WHERE reason IS NULL ORDER BY n`,
  'cat out/quarantine.csv': `
    SELECT reason, supplier, sku, price, valid_from FROM ${OFFERS} WHERE reason IS NOT NULL
    ORDER BY reason <> 'unknown supplier', n`,

  'leat run -q cohorts.yaml': `
    WITH m AS (SELECT member, joined::date AS joined, left(joined, 7) AS cohort,
      count(*) OVER (PARTITION BY cohort) AS size FROM ${csv('members.csv')})
    SELECT cohort, datediff('month', joined, visited_at::date) AS n, count(DISTINCT member) AS came,
      any_value(size), round(came / any_value(size), 2)
    FROM m JOIN ${csv('visits.csv')} USING (member) WHERE n > 0 GROUP BY 1, 2 ORDER BY 1, 2`,

  'cat out/settled.csv': `SELECT count(*), sum(paid), sum(fees) FROM ${SETTLEMENT} WHERE paid = received`,
  'cat out/differences.csv': `
    SELECT payment, paid, received, CASE WHEN received IS NULL THEN 'not paid out'
      WHEN paid IS NULL THEN 'unknown to the shop' ELSE 'differs by ' || (received - paid) END
    FROM ${SETTLEMENT} WHERE paid IS DISTINCT FROM received ORDER BY 1`,

  'cat out/2026/11/readings-2026-11-02.csv': readings('2026-11-02'),
  'cat out/2026/11/readings-2026-11-03.csv': readings('2026-11-03'),

  'cat out/customers.csv': `
    SELECT id, CASE WHEN op IS NULL THEN c.name ELSE l.name END, CASE WHEN op IS NULL THEN c.city ELSE l.city END
    FROM ${csv('customers.csv')} c FULL JOIN ${LAST_CHANGES} l USING (id) WHERE op IS DISTINCT FROM 'D' ORDER BY id`,
  'cat out/deleted.csv': `SELECT id, seq FROM ${LAST_CHANGES} WHERE op = 'D' ORDER BY id`,

  'cat out/history.csv': `
    WITH changed AS (
      SELECT customer, (h.city, h.segment) IS NOT DISTINCT FROM (s.city, s.segment) AND s.customer IS NOT NULL AS same
      FROM ${csv('history.csv')} h LEFT JOIN ${csv('snapshot.csv')} s USING (customer) WHERE valid_to IS NULL)
    SELECT h.customer, city, segment, valid_from,
      CASE WHEN valid_to IS NULL AND NOT same THEN '2026-11-02' ELSE valid_to END
    FROM ${csv('history.csv')} h LEFT JOIN changed USING (customer)
    UNION ALL SELECT customer, city, segment, '2026-11-02', NULL FROM ${csv('snapshot.csv')}
    WHERE customer NOT IN (SELECT customer FROM changed WHERE same) ORDER BY 1, 4`,

  'cat out/persons.csv': `
    SELECT ${PSEUDONYM} AS p, 'Person ' || p[:4], p || '@test.invalid', date_trunc('year', born::date)::date, city
    FROM ${csv('persons.csv')} WHERE p[1] < '8'`,
  'cat out/orders.csv': `
    SELECT order_id, ordered_at, ${PSEUDONYM} AS p, country, status, amount FROM ${csv('orders.csv')}
    WHERE p[1] < '8' AND customer IN (SELECT customer FROM ${csv('persons.csv')}) ORDER BY 1`,

  'cat out/amounts.csv': `${PRICED} SELECT * REPLACE (price::decimal(10,2) AS price), quantity::int * price::decimal(10,2) FROM priced WHERE since IS NOT NULL`,
  'cat out/without-price.csv': `${PRICED} SELECT sold_on, article, quantity FROM priced WHERE since IS NULL`,
};
