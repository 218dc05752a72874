/**
 * Columns of files: their path, the lines of rows, and folders as Hive names them, which DuckDB reads too. Would catch a line that
 * depends on how files are cut, values of the file before, and a file that is left out though a row of it would be taken.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { checkPipeline, explainPipeline } from '../../src/engine.js';
import { duckdbRows } from '../support/duckdb.js';
import { HOSTILE } from '../support/hostile-settings.js';
import type { PipelineCase } from '../support/pipeline-case.js';
import { type Random, random } from '../support/random.js';
import { runCase } from '../support/run-case.js';
import { runPipeline } from '../support/run-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-files-'));
after(() => rmSync(folder, { recursive: true }));

function lay(name: string, text: string): string {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** Rows that know where they begin, in column `at`, with line ends in quotes, blank lines, and with `comment` comments. */
function numbered(rng: Random, rows: number, comment: boolean): string {
  let text = 'at,note\n';
  let line = 2;
  for (let row = 0; row < rows; row++) {
    if (rng.chance(0.1)) {
      text += comment && rng.chance(0.5) ? '# a comment\n' : '\n';
      line++;
    }
    const breaks = rng.chance(0.2) ? rng.between(1, 4) : 0;
    text += `${line},${breaks > 0 ? `"a${'\n'.repeat(breaks)}b"` : 'ab'}\n`;
    line += 1 + breaks;
  }
  return text;
}

describe('the line of a row', () => {
  for (const options of ['', '    comment: "#"\n', '    quotes: lax\n']) {
    it(`is where it begins, however files are cut: ${options.trim()}`, async () => {
      const testCase: PipelineCase = {
        name: `lines ${options}`,
        files: {
          'a.csv': (rng) => numbered(rng, 900, options.includes('comment')),
          'b.csv': (rng) => numbered(rng, 2000, options.includes('comment')),
        },
        pipeline:
          `steps:\n  - read: "*.csv"\n    file_columns: true\n${options}  - check: at = _line\n` +
          '  - aggregate: { rows: count(*), last: max(_line) }\n    by: [_file]\n  - write: o.txt\n',
        outputs: ['o.txt'],
        leastBytes: 2 << 20,
      };
      const first = await runCase(testCase);
      assert.match(first['o.txt'], /^_file,rows,last\na\.csv,900,\d+\nb\.csv,2000,\d+\n$/);
      for (const settings of HOSTILE) assert.deepEqual(await runCase(testCase, settings), first, settings.name);
    });
  }

  for (const [name, text] of [
    ['lines.jsonl', '{"at":1}\n\n{"at":3}\n{"at":4}\n'],
    ['list.json', '[\n{"at":2},\n\n{"at":4}, {"at":4},\n  {\n"at":5}\n]\n'],
  ] as const) {
    it(`is where it begins in ${name}`, async () => {
      lay(`json/${name}`, text);
      const path = lay('j.yaml', `steps:\n  - read: json/${name}\n    file_columns: true\n  - check: at = _line\n`);
      for (const splitBytes of [4, 1000]) await runPipeline(path, { env: {}, test: { splitBytes } });
    });
  }

  it('is null where files have no lines', async () => {
    const steps = (read: string, write: string): string =>
      `steps:\n  - read: ${read}\n    file_columns: true\n    partitions: true\n  - write: ${write}\n`;
    mkdirSync(join(folder, 'pq/k=7'), { recursive: true });
    await duckdbRows(`COPY (SELECT * FROM range(1, 3) t(id)) TO '${folder}/pq/k=7/a.parquet' (FORMAT parquet)`);
    await runPipeline(lay('r.yaml', steps('pq/*/*.parquet', 'pq.csv')), { env: {} });
    assert.equal(
      readFileSync(join(folder, 'pq.csv'), 'utf8'),
      'id,k,_file,_line\n1,7,pq/k=7/a.parquet,\n2,7,pq/k=7/a.parquet,\n',
    );
  });

  it('is told of rows that go on where others are rejected', async () => {
    lay('bad/a.csv', 'id\n1\nx\n3\n');
    lay('bad/b.csv', 'id\ny\n5\n');
    const path = lay(
      'bad.yaml',
      'steps:\n  - read: bad/*.csv\n    file_columns: true\n    schema: { id: int }\n    on_error: reject\n    rejects: r.csv\n  - write: o.csv\n',
    );
    await runPipeline(path, { env: {} });
    assert.equal(
      readFileSync(join(folder, 'o.csv'), 'utf8'),
      'id,_file,_line\n1,bad/a.csv,2\n3,bad/a.csv,4\n5,bad/b.csv,3\n',
    );
    assert.equal(readFileSync(join(folder, 'r.csv'), 'utf8').split('\n').length, 4);
  });
});

const FOLDERS = [
  ...['year=2024/country=NO', 'year=2024/country=SE', 'year=2025/country=NO', 'year=2025/country=%C3%98%20x'],
  ...['year=2026/country=__HIVE_DEFAULT_PARTITION__', 'year=2026/country=SE'],
];
const rng = random(5);
for (const name of FOLDERS) {
  for (const file of ['a', 'b']) {
    const rows = Array.from({ length: 20 }, () => `${rng.int(1000)},${rng.int(9)}\n`);
    lay(`hive/${name}/${file}.csv`, `id,n\n${rows.join('')}`);
  }
}

async function rowsOf(options: string, filter: string): Promise<string[]> {
  const path = lay('h.yaml', `steps:\n  - read: hive/**/*.csv\n${options}${filter}  - write: h.csv\n`);
  await runPipeline(path, { env: {} });
  return readFileSync(join(folder, 'h.csv'), 'utf8').trimEnd().split('\n').slice(1).sort();
}

const FILTERS = [
  ...['year >= 2025', "country = 'NO'", "country <> 'NO' AND n > 3", 'country IS NULL', 'country IS NOT NULL'],
  ...[
    "year = 2024 OR country = 'SE'",
    'year = 2024 OR n = 2',
    "country IN ('SE', 'Ø x') AND year < 2026",
    'year > 3000',
  ],
  ...[
    "country LIKE '%x'",
    'NOT (year = 2025)',
    "coalesce(country, 'none') = 'none'",
    'n = 1',
    'year = 2024 AND year = 2025',
  ],
];

describe('folders as columns', () => {
  for (const filter of FILTERS) {
    it(`are filtered as DuckDB does: ${filter}`, async () => {
      const expected = await duckdbRows(
        `SELECT id, n, year, country FROM read_csv('${folder}/hive/**/*.csv', hive_partitioning = true) WHERE ${filter}`,
      );
      const lines = expected.map((row) => row.map((value) => value ?? '').join(',')).sort();
      assert.deepEqual(await rowsOf('    partitions: true\n', `  - filter: ${JSON.stringify(filter)}\n`), lines);
    });
  }

  it('leave out files that have no row to take, whatever is in them', async () => {
    const gone = lay('hive/year=1999/country=NO/a.csv', 'something else\n');
    try {
      const filter = `  - filter: year > 1999\n  - filter: "country = 'NO' AND n >= 0"\n`;
      assert.equal((await rowsOf('    partitions: true\n    schema: { id: int, n: int }\n', filter)).length, 80);
      const { text } = await explainPipeline(join(folder, 'h.yaml'), { env: {} });
      assert.match(text, /4 of 13 files/);
    } finally {
      rmSync(dirname(gone), { recursive: true });
      rmSync(dirname(dirname(gone)), { recursive: true });
    }
  });

  it('leave out files by their path', async () => {
    const filter = `  - filter: _file LIKE '%2024%'\n`;
    assert.equal((await rowsOf('    file_columns: true\n', filter)).length, 80);
    assert.match((await explainPipeline(join(folder, 'h.yaml'), { env: {} })).text, /4 of 12 files/);
  });

  it('have the types that are asked for, and only the names', async () => {
    const rows = await rowsOf('    partitions: { year: string }\n', "  - filter: year = '2024'\n");
    assert.equal(rows.length, 80);
    assert.ok(rows.every((row) => row.endsWith(',2024')));
    assert.deepEqual(await rowsOf('    partitions: [year]\n', '  - filter: year = 2024\n'), rows);
  });

  for (const [name, read, expected] of [
    ['a file outside of them', 'hive/**/*.csv\n    partitions: [month]', '2:11 FORMAT_PARTITION'],
    ['another type', 'hive/**/*.csv\n    partitions: { country: int }', '2:11 FORMAT_PARTITION'],
    ['no type', 'hive/**/*.csv\n    partitions: { country: integers }', '3:28 EXPR_UNKNOWN_TYPE'],
    [
      'files of several kinds',
      '[hive/year=2024/country=NO/a.csv, own/a.csv]\n    partitions: true',
      '2:45 FORMAT_PARTITION',
    ],
    ['a name that the file has', 'own/id=3/a.csv\n    partitions: true', '3:5 PLAN_DUPLICATE_COLUMN'],
    [
      'no file that says types',
      'x.csv\n    if_missing: empty\n    schema: { a: int }\n    partitions: [year]',
      '5:5 SPEC_BAD_VALUE',
    ],
  ] as const) {
    it(`are an error: ${name}`, async () => {
      lay('own/a.csv', 'id\n1\n');
      lay('own/id=3/a.csv', 'id\n1\n');
      const path = lay('e.yaml', `steps:\n  - read: ${read}\n  - write: e.csv\n`);
      const { diagnostics } = await checkPipeline(path, { env: {} });
      assert.deepEqual(
        diagnostics.map(({ code, place }) => `${place?.line}:${place?.column} ${code}`),
        [expected],
        JSON.stringify(diagnostics),
      );
    });
  }
});
