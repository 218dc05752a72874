/** What is published when a check fails: only what has the rows that fail, whole, and nothing is left of the rest. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { LeatError } from '../../src/errors.js';
import { duckdbRows } from '../support/duckdb.js';
import { leat } from '../support/leat.js';
import { runPipeline } from '../support/run-pipeline.js';
import { byTier } from '../support/tier.js';

const OLD = 'old\n';
/** What stands in the folder before a run, and after one that fails. */
const HERE = ['in.csv', 'names.csv', 'p.yaml'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leat-failed-'));
  const rows = Array.from({ length: 3000 }, (_, id) => `${id},${id % 1000 === 7 ? -1 : id}`);
  writeFileSync(join(folder, 'in.csv'), `id,amount\n${rows.join('\n')}\n`);
  writeFileSync(join(folder, 'names.csv'), 'nr,name\n7,seven\n8,eight\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

function pipeline(steps: string, check = 'amount >= 0'): string {
  const path = join(folder, 'p.yaml');
  const read = '  - name: rows\n    read: in.csv\n    schema: { id: int, amount: int }\n';
  const names = '  - name: names\n    read: names.csv\n    schema: { nr: int, name: string }\n';
  const gate = `  - name: gate\n    check:\n      positive: ${check}\n  - write: out.csv\n`;
  writeFileSync(path, `steps:\n${steps.includes('names') ? names : ''}${read}${gate}${steps}`);
  return path;
}

type Settings = Parameters<typeof runPipeline>[1];

const MORE = byTier(3, 8);
const SETTINGS: readonly Settings[] = [
  { slots: 1 },
  { slots: MORE, test: { inProcessBytes: 0, splitBytes: 3000 } },
  {
    slots: MORE,
    restartDelayMs: 0,
    test: { inProcessBytes: 0, splitBytes: 3000, faults: [{ kind: 'exit', slot: 0, afterBatches: 1 }] },
  },
];

async function failure(path: string, settings: Settings): Promise<LeatError> {
  const error = await runPipeline(path, { memoryBytes: 64 << 20, env: {}, ...settings }).catch(
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof LeatError, String(error));
  assert.equal(error.exitStatus, 3, error.message);
  return error;
}

const FAILED = 'id,amount\n7,-1\n1007,-1\n2007,-1\n';
const SHOW = '  - from: gate.failed\n    write: failed.csv\n';

test('the rows that fail are published, whole, and all else stays as it was', async () => {
  for (const settings of SETTINGS) {
    writeFileSync(join(folder, 'out.csv'), OLD);
    writeFileSync(join(folder, 'failed.csv'), OLD);
    const { diagnostics } = await failure(pipeline(SHOW), settings);
    const { place, message } = diagnostics[0].related!.at(-1)!;
    assert.deepEqual([place.file, message], [join(folder, 'failed.csv'), 'rows that fail are in it']);
    assert.equal(text('failed.csv'), FAILED);
    assert.equal(text('out.csv'), OLD);
    assert.deepEqual(readdirSync(folder).sort(), [...HERE, 'failed.csv', 'out.csv'].sort());
  }
});

const WRITES: readonly (readonly [name: string, steps: string, shown: string | undefined])[] = [
  ['what is computed of them', '  - from: gate.failed\n    aggregate: { n: count(*) }\n  - write: x.csv\n', 'n\n3\n'],
  [
    'what is joined to them',
    '  - from: gate.failed\n    join: names\n    type: left\n    on: { id: nr }\n  - limit: 1\n  - write: x.csv\n',
    'id,amount,name\n7,-1,seven\n',
  ],
  [
    'rows of another step that are joined to them',
    '  - from: gate.failed\n    join: names\n    type: full\n    on: { id: nr }\n  - write: x.csv\n',
    undefined,
  ],
  ['they and other rows', '  - from: gate.failed\n    union: rows\n  - write: x.csv\n', undefined],
  [
    'those of two checks, of which one holds',
    '  - from: rows\n    name: small\n    check: amount < 3000\n  - from: gate.failed\n    union: small.failed\n  - limit: 2\n  - write: x.csv\n',
    'id,amount\n7,-1\n1007,-1\n',
  ],
];

for (const [name, steps, shown] of WRITES) {
  test(`${name}: ${shown === undefined ? 'not published' : 'published'}`, async () => {
    for (const settings of SETTINGS) {
      await failure(pipeline(steps), settings);
      const files = readdirSync(folder).sort();
      assert.deepEqual(files, shown === undefined ? HERE : [...HERE, 'x.csv']);
      if (shown !== undefined) assert.equal(text('x.csv'), shown);
    }
  });
}

test('when the checks hold all is published, also no rows', async () => {
  await runPipeline(pipeline(SHOW, 'amount >= -1'), { slots: 1, env: {} });
  assert.equal(text('failed.csv'), 'id,amount\n');
  assert.equal(text('out.csv'), text('in.csv'));
});

test('a job that fails otherwise publishes nothing', async () => {
  writeFileSync(join(folder, 'in.csv'), 'id,amount\n1,-1\n2,x\n');
  await assert.rejects(runPipeline(pipeline(SHOW), { slots: 1, env: {} }), LeatError);
  assert.deepEqual(readdirSync(folder).sort(), HERE);
});

test('rows that fail are printed when they go to stdout', async () => {
  const { status, stdout } = await leat(['run', pipeline(SHOW.replace('failed.csv', 'stdout'))]);
  assert.deepEqual([status, stdout], [3, FAILED]);
  assert.deepEqual(readdirSync(folder).sort(), HERE);
});

const GATES = `steps:
  - name: rows
    read: in.csv
  - name: first
    check:
      low: amount > -1
      few: { rows: { max: 1 } }
      ids: { unique: kind }
  - name: second
    from: rows
    check: id < 3000
  - from: first.failed
    write: first.csv
  - from: second.failed
    write: second.csv
`;

test('each check names the files of its own step', async () => {
  writeFileSync(join(folder, 'in.csv'), 'id,amount,kind\n1,-1,a\n4000,5,b\n5000,5,a\n');
  const path = join(folder, 'pipeline.yaml');
  writeFileSync(path, GATES);
  const { diagnostics } = await failure(path, { slots: 1 });
  const named = diagnostics.map(({ message, related = [] }) => {
    const files = related.filter((one) => one.message.includes('rows that fail'));
    return [message.split(' ')[0], ...files.map(({ place }) => place.file.replace(`${folder}/`, ''))];
  });
  assert.deepEqual(named, [['low', 'first.csv'], ['few'], ['ids', 'first.csv'], ['id', 'second.csv']]);
});

test('rows whose values are not unique fail, all of them, for one column and for several', async () => {
  const many = Array.from({ length: 3000 }, (_, i) => `${i},${i % 700 === 5 ? '' : i % 1400},${i % 2}`);
  writeFileSync(join(folder, 'in.csv'), `id,a,b\n${many.join('\n')}\n`);
  const path = join(folder, 'pipeline.yaml');
  const source = `(SELECT * FROM read_csv('${join(folder, 'in.csv')}', header = true))`;
  const expected = async (where: string): Promise<string> => {
    const rows = await duckdbRows(`SELECT id FROM ${source} t WHERE ${where} ORDER BY id`);
    return `id\n${rows.map(([id]) => `${id}\n`).join('')}`;
  };
  const several = (keys: string): string =>
    `(${keys}) IN (SELECT (${keys}) FROM ${source} GROUP BY ${keys} HAVING count(*) > 1) AND a IS NOT NULL`;
  const cases = [
    ['{ unique: a }', several('a')],
    ['{ unique: [a, b] }', several('a, b')],
    ['{ unique: a, not_null: a }', `${several('a')} OR a IS NULL`],
    ['{ unique: a, that: id <> 1399 }', `${several('a')} OR id = 1399`],
  ];
  for (const [check, where] of cases) {
    for (const settings of SETTINGS) {
      const steps = `  - name: gate\n    check:\n      c: ${check}\n  - from: gate.failed\n    select: [id]\n  - write: failed.csv\n`;
      writeFileSync(path, `steps:\n  - read: in.csv\n${steps}`);
      await failure(path, settings);
      assert.equal(text('failed.csv'), await expected(where), check);
    }
  }
});
