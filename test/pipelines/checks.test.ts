/** Checks: what they find, where they point, and that nothing is written when one fails. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Diagnostic, LeatError } from '../../src/errors.js';
import { locationText } from '../../src/spec/frame.js';
import { leat } from '../support/leat.js';
import { runPipeline } from '../support/run-pipeline.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-checks-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** id counts up; amount is -1 in row 700 and null in row 800; city is the same in rows 10 and 20. */
const rows = Array.from({ length: 1000 }, (_, id) => {
  const amount = id === 700 ? '-1' : id === 800 ? '' : `${id}.5`;
  return `${id},${amount},city ${id === 20 ? 10 : id}`;
});
writeFileSync(join(folder, 'in.csv'), `id,amount,city\n${rows.join('\n')}\n`);

function pipeline(check: string): string {
  const path = join(folder, 'pipeline.yaml');
  const schema = '    schema: { id: int, amount: double, city: string }\n';
  const text = `steps:\n  - read: in.csv\n${schema}  - name: gate\n    check:${check}\n  - filter: id < 2\n  - write: out.csv\n`;
  writeFileSync(path, text);
  rmSync(join(folder, 'out.csv'), { force: true });
  return path;
}

async function failures(check: string, slots: number): Promise<readonly string[]> {
  const options = { slots, memoryBytes: 32 << 20, env: {}, test: { splitBytes: 2000, inProcessBytes: 0 } };
  try {
    const report = await runPipeline(pipeline(check), options);
    assert.ok(existsSync(join(folder, 'out.csv')));
    return report.warnings.map(shown);
  } catch (error) {
    assert.ok(error instanceof LeatError);
    assert.equal(error.exitStatus, 3);
    assert.equal(existsSync(join(folder, 'out.csv')), false, 'nothing is written');
    return error.diagnostics.map(shown);
  }
}

function shown({ message, notes = [], related = [], place }: Diagnostic): string {
  const rows = related.map((one) => `${locationText(one.place)}: ${one.message}`);
  return [`${place?.line}:${place?.column}`, message, ...notes, ...rows].join(' | ').replaceAll(folder, '');
}

const CASES: readonly (readonly [check: string, found: readonly string[]])[] = [
  [' id >= 0', []],
  [
    ' amount >= 0',
    ['5:12 | amount >= 0: 2 of 1000 rows fail | /in.csv:702:1: the first: id 700, amount -1.0, city city 700'],
  ],
  [' count(*) = 1000 AND max(id) = 999', []],
  [' sum(id) < 10', ['5:12 | sum(id) < 10 | found: sum(id) 499500']],
  ['\n      a: { unique: id, not_null: [id, city], rows: { min: 1000, max: 1000 } }', []],
  [
    '\n      b: { unique: city }\n      c: { not_null: amount }',
    [
      '6:20 | b (city is unique): 1 of 999 values stands in several rows | the first: city city 10, rows 2',
      '7:22 | c (amount is not null): 1 of 1000 rows fails | /in.csv:802:1: the first: id 800, amount null, city city 800',
    ],
  ],
  ['\n      few: { rows: { max: 10 } }', ['6:7 | few (count(*) <= 10) | found: count(*) 1000']],
  ['\n      that: amount > 0\n      max_failures: 2', []],
  [
    '\n      that: amount > 0\n      max_failures: 1',
    ['6:13 | amount > 0: 2 of 1000 rows fail, 1 may | /in.csv:702:1: the first: id 700, amount -1.0, city city 700'],
  ],
  [
    '\n      soft: { that: amount > 0, severity: warn }',
    ['6:21 | soft (amount > 0): 2 of 1000 rows fail | /in.csv:702:1: the first: id 700, amount -1.0, city city 700'],
  ],
];

for (const [check, found] of CASES) {
  test(`check:${check.replaceAll(/\s+/g, ' ')}`, async () => {
    for (const slots of [1, 3]) assert.deepEqual(await failures(check, slots), found, `${slots} slots`);
  });
}

test('rows that fail are a side output, and a check may be the last step', async () => {
  const path = pipeline('\n      that: amount > 0\n      severity: warn');
  writeFileSync(
    path,
    `${readFileSync(path, 'utf8')}  - from: gate.failed\n    write: failed.csv\n  - from: gate\n    check: id < 5000\n`,
  );
  await runPipeline(path, { slots: 2, memoryBytes: 32 << 20, env: {} });
  assert.equal(readFileSync(join(folder, 'failed.csv'), 'utf8'), 'id,amount,city\n700,-1.0,city 700\n800,,city 800\n');
});

test('a check at the end shows the first row by the columns that it reads', async () => {
  const path = pipeline(' id >= 0');
  const wide = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  writeFileSync(join(folder, 'wide.csv'), `${wide.join(',')}\n1,2,3,4,5,6,7\n`);
  const read = `steps:\n  - read: wide.csv\n    schema: { ${wide.map((name) => `${name}: int`).join(', ')} }\n`;
  const shown = async (check: string): Promise<string | undefined> => {
    writeFileSync(path, `${read}${check}`);
    const error = await runPipeline(path, { slots: 1, env: {} }).catch((reason: unknown) => reason);
    assert.ok(error instanceof LeatError);
    const [{ related = [] }] = error.diagnostics;
    return related
      .map(({ place, message }) => `${place.file}:${place.line}: ${message}`)
      .join()
      .replaceAll(folder, '');
  };
  assert.equal(await shown('  - check: g < 0 AND e > 1\n'), '/wide.csv:2: the first: e 5, g 7');
  const all = '  - check: g < 0\n  - write: out.csv\n';
  assert.equal(await shown(all), '/wide.csv:2: the first: a 1, b 2, c 3, d 4, e 5, g 7');
});

test('a failed check is exit 3, and rows for stdout wait for it', async () => {
  const path = pipeline(' count(*) < 10');
  writeFileSync(path, readFileSync(path, 'utf8').replace('out.csv', 'stdout'));
  const { status, stdout, stderr } = await leat(['run', path]);
  assert.deepEqual([status, stdout], [3, '']);
  assert.match(stderr, /CHECK_FAILED[\s\S]*found: count\(\*\) 1000/);
});

test('a check that only warns says what it found, and nothing with -q', async () => {
  const path = pipeline(
    '\n      soft: { that: amount > 0, severity: warn }\n      total: { that: sum(id) = 1, severity: warn }',
  );
  const { status, stderr } = await leat(['run', path]);
  assert.equal(status, 0);
  assert.match(
    stderr,
    /:6:21 {2}warning CHECK_FAILED\n {2}soft .*2 of 1000 rows fail\n[\s\S]*in\.csv:702:1: the first: id 700/,
  );
  assert.match(stderr, /:7:22 {2}warning CHECK_FAILED\n {2}total[\s\S]*found: sum\(id\) 499500/);
  const quiet = await leat(['run', '-q', path]);
  assert.deepEqual([quiet.status, quiet.stderr], [0, '']);
});

test('--json tells of all checks, whether or not one failed', async () => {
  const check = '\n      a: id >= 0\n      b: { that: amount > 0, severity: warn }';
  const checksOf = async (more: string): Promise<unknown> => {
    const { status, stdout } = await leat(['run', '--json', pipeline(check + more)]);
    const { exitStatus, checks } = JSON.parse(stdout);
    assert.equal(exitStatus, status);
    return [status, checks.map((one: { holds: boolean; failures: number }) => [one.holds, one.failures])];
  };
  const both = [
    [true, 0],
    [false, 2],
  ];
  assert.deepEqual(await checksOf(''), [0, both]);
  assert.deepEqual(await checksOf('\n      c: id < 990'), [3, [...both, [false, 10]]]);
});
