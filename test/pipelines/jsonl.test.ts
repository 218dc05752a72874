/** JSON in and out of pipelines: against DuckDB's reader and writer, in blocks of any size, on one slot and on eight. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import type { RunOptions, TestSettings } from '../../src/engine-api.js';
import { LeatError } from '../../src/errors.js';
import {
  digits,
  numberJson,
  objectJson,
  randomStyle,
  randomText,
  shuffled,
  stringJson,
} from '../formats/support/json-rows.js';
import { duckdbRows } from '../support/duckdb.js';
import { type Random, random } from '../support/random.js';
import { runPipeline } from '../support/run-pipeline.js';
import { byTier } from '../support/tier.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-jsonl-'));
after(() => rmSync(folder, { recursive: true }));

const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

async function run(steps: string, options: RunOptions = {}, test: TestSettings = {}): Promise<void> {
  const path = join(folder, 'pipeline.yaml');
  writeFileSync(path, `steps:\n${steps}`);
  await runPipeline(path, { slots: 1, memoryBytes: 64 << 20, env: {}, ...options, test });
}

const TYPES = {
  i: 'int',
  b: 'bigint',
  d: 'double',
  m: 'decimal(18,3)',
  w: 'decimal(38,6)',
  t: 'boolean',
  s: 'string',
  day: 'date',
  at: 'timestamp',
} as const;

const SCHEMA = `    schema:\n${Object.entries(TYPES)
  .map(([name, type]) => `      ${name}: ${type}\n`)
  .join('')}`;

/** In DuckDB's words. */
const DUCKDB_COLUMNS = `{${Object.entries(TYPES)
  .map(([name, type]) => `"${name}": '${type === 'string' ? 'varchar' : type}'`)
  .join(', ')}}`;

function randomValue(rng: Random, key: keyof typeof TYPES): string {
  const sign = rng.pick(['', '-']);
  switch (key) {
    case 'i':
      return `${sign}${rng.int(2 ** 31)}`;
    case 'b':
      return `${sign}${1 + rng.int(8)}${digits(rng, rng.int(19))}`;
    case 'd':
      // DuckDB reads a whole number first, which has no sign of its zero.
      return numberJson(rng).replace(/^-0$/, '0');
    case 'm':
    case 'w':
      return `${sign}${rng.int(1e6)}.${digits(rng, 3)}`;
    case 't':
      return rng.pick(['true', 'false']);
    case 's':
      // DuckDB's text ends at a character 0.
      return stringJson(rng, randomText(rng).replaceAll('\u0000', ''), randomStyle(rng));
    case 'day':
      return `"${1900 + rng.int(200)}-0${1 + rng.int(9)}-${10 + rng.int(18)}"`;
    case 'at':
      return `"2026-11-0${1 + rng.int(9)}${rng.pick(['T', ' '])}1${rng.int(10)}:00:0${rng.int(10)}${rng.pick(['', '.5', '.123456', 'Z'])}"`;
  }
}

function randomLines(rng: Random, rows: number): string {
  const style = randomStyle(rng);
  let keys = Object.keys(TYPES) as (keyof typeof TYPES)[];
  const lines = Array.from({ length: rows }, () => {
    if (rng.chance(style.shuffles)) keys = shuffled(rng, keys);
    const there = keys.filter(() => rng.chance(0.9));
    const members = there.map((key) => [key, rng.chance(0.05) ? 'null' : randomValue(rng, key)] as const);
    return objectJson(rng, [...members, ['x', '[{"i":1}]'] as const], style);
  });
  return `${lines.join('\n')}\n`;
}

const rowsOf = (read: string): Promise<(string | null)[][]> => duckdbRows(`select columns(*)::varchar from ${read}`);

it('typed lines hold what DuckDB reads in them, and are written so that DuckDB reads it again', async () => {
  for (let seed = 1; seed <= byTier(12, 100); seed++) {
    const rng = random(seed);
    writeFileSync(join(folder, 'in.jsonl'), randomLines(rng, rng.between(1, 60)));
    const expected = await rowsOf(`read_ndjson('${folder}/in.jsonl', columns = ${DUCKDB_COLUMNS})`);
    const steps = `  - name: rows\n    read: in.jsonl\n${SCHEMA}  - write: out.jsonl\n  - from: rows\n    write: out.json\n`;
    let first: string | undefined;
    for (const [slots, splitBytes, batchRows] of [
      [1, 1 << 20, undefined],
      [8, 200, 3],
      [3, 7, 1],
    ] as const) {
      await run(steps, { slots }, { splitBytes, batchRows });
      first ??= text('out.jsonl') + text('out.json');
      assert.equal(text('out.jsonl') + text('out.json'), first, `seed ${rng.seed}, ${slots} slots`);
    }
    const label = `seed ${rng.seed}`;
    const lines = `read_ndjson('${folder}/out.jsonl', columns = ${DUCKDB_COLUMNS})`;
    assert.deepEqual(await rowsOf(lines), expected, label);
    assert.deepEqual(await rowsOf(lines.replace('out.jsonl', 'out.json').replace('nd', '')), expected, label);
    const list = JSON.parse(text('out.json')) as unknown[];
    const objects = text('out.jsonl').trim().split('\n');
    assert.deepEqual(
      list,
      objects.map((line) => JSON.parse(line) as unknown),
      label,
    );
  }
});

it('what was written is read back: the same bytes', async () => {
  const rng = random(77);
  writeFileSync(join(folder, 'in.jsonl'), randomLines(rng, 300));
  await run(`  - read: in.jsonl\n${SCHEMA}  - write: a.jsonl\n`);
  await run(`  - read: a.jsonl\n${SCHEMA}  - write: a.json\n`);
  await run(`  - read: a.json\n${SCHEMA}  - write: b.jsonl\n`);
  assert.equal(text('b.jsonl'), text('a.jsonl'));
});

it('types are found, and columns that nobody looks at pass through into CSV as they stand', async () => {
  writeFileSync(join(folder, 'in.jsonl'), '{"id":9007199254740993,"n":1.50,"o":{"a": 1}}\n{"n":2,"id":1,"s":"x"}\n');
  await run('  - read: in.jsonl\n  - derive:\n      twice: id * 2\n  - write: out.csv\n');
  assert.equal(text('out.csv'), 'id,n,o,s,twice\n9007199254740993,1.50,"{""a"": 1}",,18014398509481986\n1,2,,x,2\n');
  await run('  - read: in.jsonl\n  - select: [id, n]\n  - write: out.jsonl\n');
  assert.equal(text('out.jsonl'), '{"id":9007199254740993,"n":1.5}\n{"id":1,"n":2.0}\n');
});

it('numbers that JSON does not have are texts, which a double reads back', async () => {
  writeFileSync(join(folder, 'in.csv'), 'x\nnan\ninf\n-inf\n');
  await run('  - read: in.csv\n    schema: { x: double }\n  - write: x.jsonl\n');
  assert.equal(text('x.jsonl'), '{"x":"NaN"}\n{"x":"Infinity"}\n{"x":"-Infinity"}\n');
  await run('  - read: x.jsonl\n    schema: { x: double }\n  - write: x.csv\n');
  assert.equal(text('x.csv'), 'x\nnan\ninf\n-inf\n');
});

it('a list of nothing, and the first rows of a list', async () => {
  writeFileSync(join(folder, 'in.csv'), `a\n${'1\n2\n'.repeat(500)}`);
  const write = '  - write: out.json\n';
  await run(`  - read: in.csv\n  - filter: a > 2\n${write}`, { slots: 8 }, { splitBytes: 100 });
  assert.equal(text('out.json'), '[]\n');
  await run(`  - read: in.csv\n  - filter: a > 1\n  - limit: 2\n${write}`, { slots: 8 }, { splitBytes: 100 });
  assert.equal(text('out.json'), '[\n{"a":2}\n,{"a":2}\n]\n');
});

it('rows that cannot be read can be left out, and told of', async () => {
  const rows = ['{"id":1,"s":"a"}', '{"id":"x","s":"b"}', '{"id":2', '{"id":3,"s":"\\ud800"}', '{"id":4,"s":null}'];
  writeFileSync(join(folder, 'in.jsonl'), `${rows.join('\n')}\n`);
  const steps =
    '  - name: rows\n    read: in.jsonl\n    schema: { id: int, s: string }\n    on_error: reject\n' +
    '  - write: good.jsonl\n  - from: rows.rejects\n    select: [line, byte_offset, column, code, raw]\n  - write: bad.jsonl\n';
  for (const [slots, splitBytes] of [
    [1, 1000],
    [8, 5],
  ] as const) {
    await run(steps, { slots }, { splitBytes });
    assert.equal(text('good.jsonl'), '{"id":1,"s":"a"}\n{"id":4,"s":null}\n');
    const told = text('bad.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    const bad = (row: number, column: string | null, code: string): object => {
      const byte_offset = rows.slice(0, row).reduce((sum, line) => sum + line.length + 1, 0);
      return { line: row + 1, byte_offset, column, code, raw: rows[row] };
    };
    assert.deepEqual(told, [
      bad(1, 'id', 'FORMAT_JSON_VALUE'),
      bad(2, null, 'FORMAT_JSON_SYNTAX'),
      bad(3, null, 'FORMAT_JSON_UTF8'),
    ]);
  }
});

it('json and bytes are what they were', async () => {
  writeFileSync(
    join(folder, 'in.jsonl'),
    '{"j":{"a": [1, "\\u00e5"]},"b":"\\\\x00A"}\n{"j":"x","b":null}\n{"j":null}\n{"j":1.50}\n',
  );
  const schema = '    schema: { j: json, b: bytes }\n';
  await run(`  - read: in.jsonl\n${schema}  - write: out.jsonl\n`);
  assert.equal(
    text('out.jsonl'),
    '{"j":{"a": [1, "\\u00e5"]},"b":"\\\\x00A"}\n{"j":"x","b":null}\n{"j":null,"b":null}\n{"j":1.50,"b":null}\n',
  );
  await run(`  - read: out.jsonl\n${schema}  - derive:\n      a: j.a[1]\n  - write: out.csv\n`);
  assert.match(text('out.csv'), /,å\nx,,\n,,\n1\.50,,\n$/);
});

it('strings in another form than the usual one', async () => {
  const rows = ['{"day":"01\\/02\\/2026","n":"1.234,5","s":" x\\ty "}', '{"day":null,"n":1234.5,"s":7}', '{"n":"7"}'];
  writeFileSync(join(folder, 'in.jsonl'), rows.join('\n'));
  const schema =
    "    schema:\n      day: { type: date, format: '%d/%m/%Y' }\n" +
    "      n: { type: double, decimal: ',', thousands: '.' }\n      s: { type: string, trim: true }\n";
  for (const splitBytes of [1000, 5]) {
    await run(`  - read: in.jsonl\n${schema}  - write: out.csv\n`, {}, { splitBytes });
    assert.equal(text('out.csv'), 'day,n,s\n2026-02-01,1234.5,x\ty\n,1234.5,7\n,7.0,\n');
  }
});

it('mistakes have a place, and say what to do', async () => {
  const good = '{"id":1,"s":"a"}\n'.repeat(200);
  const cases: readonly [line: string, code: string, column: number, says: RegExp][] = [
    ['{"id":"x"}', 'FORMAT_JSON_VALUE', 7, /"x" in column "id" is not an int.*bigint, double or string/s],
    ['{"id":1,"id":2}', 'FORMAT_JSON_SECOND_VALUE', 14, /second value of its key/],
    ['{"id":1', 'FORMAT_JSON_SYNTAX', 8, /expected a comma, or the brace.*found the end of the line/s],
    ['{"id":1,}', 'FORMAT_JSON_SYNTAX', 9, /expected a key.*no comma behind the last member/s],
    ['{"s":"a\tb"}', 'FORMAT_JSON_SYNTAX', 8, /character of a string/],
    ['{"s":"\\ud800"}', 'FORMAT_JSON_UTF8', 7, /half of a surrogate pair/],
    ['[1]', 'FORMAT_JSON_SYNTAX', 1, /expected an object.*format: json/s],
    ['{"id":1} {"id":2}', 'FORMAT_JSON_SYNTAX', 10, /end of the line behind the object/],
    ['{"id":01}', 'FORMAT_JSON_SYNTAX', 8, /found "1}"/],
  ];
  for (const [line, code, column, says] of cases) {
    writeFileSync(join(folder, 'in.jsonl'), `${good}${line}\n${good}`);
    for (const slots of [1, 4]) {
      const running = run(
        '  - read: in.jsonl\n    schema: { id: int, s: string }\n  - write: out.csv\n',
        { slots },
        { splitBytes: 500 },
      );
      await assert.rejects(running, (error) => {
        assert.ok(error instanceof LeatError);
        const { place, message, hint } = error.diagnostics[0];
        assert.deepEqual([error.code, place?.line, place?.column], [code, 201, column], `${line}: ${message}`);
        assert.match(`${message} ${hint}`, says);
        return true;
      });
    }
  }
});
