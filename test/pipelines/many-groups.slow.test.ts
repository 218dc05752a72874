/**
 * Nearly as many groups as rows, which makes rows records instead of groups of a table: the same bytes at any slots and
 * memory, and what DuckDB says. Would catch rows lost where the way changes, in the middle of a file and of a spill.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parse } from 'csv-parse/sync';
import { duckdbRows, sameText } from '../support/duckdb.js';
import { random } from '../support/random.js';
import { runPipeline } from '../support/run-pipeline.js';

const ROWS = 400_000;
const MIB = 1 << 20;
/** A share of 32 MiB is the least in which rows become records. */
const SETTINGS = [
  { slots: 1, memoryBytes: 512 * MIB },
  { slots: 1, memoryBytes: 32 * MIB },
  { slots: 2, memoryBytes: 64 * MIB },
  { slots: 2, memoryBytes: 16 * MIB },
  { slots: 8, memoryBytes: 512 * MIB },
];
const CALLS = 'sum(v) AS a, count(*) AS b, avg(x) AS c, max(x) AS d, min(m) AS e, sum(m) AS f, sum(h) AS g';
const COLUMNS = { k: 'BIGINT', t: 'VARCHAR', v: 'INTEGER', x: 'DOUBLE', m: 'DECIMAL(12,2)', h: 'DOUBLE' };

const folder = mkdtempSync(join(tmpdir(), 'leat-many-groups-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** `again`: how many keys there are in all; the last column has doubles that no record of one row can take. */
function writeRows(again: number): void {
  const rng = random(again);
  const maybe = (text: string): string => (rng.chance(0.05) ? '' : text);
  const lines = Array.from({ length: ROWS }, () => {
    const key = rng.int(again);
    const large = rng.chance(0.001) ? '1e300' : `${rng.int(100)}`;
    return `${maybe(`${key}`)},t${key % 3},${maybe(`${rng.int(1000)}`)},${maybe(`${rng.int(1e6) / 8}`)},${maybe((rng.int(1e6) / 100).toFixed(2))},${large}`;
  });
  writeFileSync(join(folder, 'in.csv'), `${Object.keys(COLUMNS).join(',')}\n${lines.join('\n')}\n`);
}

for (const [again, by] of [
  [1e9, 'k'],
  [600_000, 'k, t'],
  [100_000, 'k'],
] as const) {
  test(`keys of ${again}, by ${by}`, async () => {
    writeRows(again);
    const calls = CALLS.split(', ').map((call) => call.split(' AS ').reverse().join(': '));
    const schema = '{ k: bigint, t: string, v: int, x: double, m: "decimal(12,2)", h: double }';
    writeFileSync(
      join(folder, 'p.yaml'),
      `steps:\n  - read: in.csv\n    schema: ${schema}\n  - aggregate: { ${calls.join(', ')} }\n    by: [${by}]\n  - write: out.csv\n`,
    );
    const run = async (settings: (typeof SETTINGS)[number]): Promise<string> => {
      await runPipeline(join(folder, 'p.yaml'), {
        ...settings,
        env: {},
        spillDir: folder,
        test: { inProcessBytes: 0 },
      });
      return readFileSync(join(folder, 'out.csv'), 'utf8');
    };
    const written = await run(SETTINGS[0]);
    for (const settings of SETTINGS.slice(1)) {
      assert.ok((await run(settings)) === written, `${settings.slots} slots, ${settings.memoryBytes} bytes`);
    }
    const types = Object.entries(COLUMNS).map(([name, type]) => `'${name}': '${type}'`);
    const duck = await duckdbRows(
      `SELECT ${by}, ${CALLS} FROM read_csv('${join(folder, 'in.csv')}', columns = {${types.join(', ')}}, header = true) GROUP BY ALL ORDER BY ${by
        .split(', ')
        .map((key) => `${key} NULLS LAST`)
        .join(', ')}`,
    );
    const leat = parse(written, { fromLine: 2 }) as string[][];
    assert.equal(leat.length, duck.length);
    leat.forEach((row, index) => {
      const isSame = row.every((value, column) => sameText(value, duck[index][column] ?? ''));
      assert.ok(isSame, `row ${index}: ${row} ${duck[index]}`);
    });
  });
}
