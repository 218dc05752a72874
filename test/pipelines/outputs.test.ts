/** What becomes of outputs: other paths for a step, `mode: error`, headers, folders that are not there yet. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, it } from 'node:test';
import { checkPipeline } from '../../src/engine.js';
import type { RunOptions } from '../../src/engine-api.js';
import type { LeatError } from '../../src/errors.js';
import { runPipeline } from '../support/run-pipeline.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leat-outputs-'));
  writeFileSync(join(folder, 'in.csv'), 'id,name\n1,a\n2,\n3,"x,y"\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

async function run(steps: string, options: RunOptions = {}): Promise<void> {
  const path = join(folder, 'pipeline.yaml');
  writeFileSync(path, `steps:\n${steps}`);
  await runPipeline(path, { slots: 1, memoryBytes: 64 << 20, env: {}, ...options });
}

it('--write and --read take other paths, by step name or by path as written', async () => {
  writeFileSync(join(folder, 'other.csv'), 'id,name\n9,z\n');
  await run('  - read: in.csv\n  - name: w\n    write: out.csv\n', { write: { w: join(folder, 'w.csv') } });
  assert.equal(text('w.csv'), 'id,name\n1,a\n2,\n3,"x,y"\n');
  assert.ok(!existsSync(join(folder, 'out.csv')));
  await run('  - read: in.csv\n  - write: out.csv\n', { read: { 'in.csv': join(folder, 'other.csv') } });
  assert.equal(text('out.csv'), 'id,name\n9,z\n');
});

it('a path for a step that is not there is refused', async () => {
  const steps = '  - read: in.csv\n  - name: w\n    write: out.csv\n';
  await assert.rejects(run(steps, { write: { wo: 'x.csv' } }), (error: LeatError) => {
    return error.code === 'CLI_USAGE' && /w\b/.test(error.diagnostics[0].hint ?? '');
  });
});

it('mode: error leaves a file that is there alone', async () => {
  const steps = '  - read: in.csv\n  - write: out.csv\n    mode: error\n';
  await run(steps);
  writeFileSync(join(folder, 'out.csv'), 'mine');
  await assert.rejects(run(steps), (error: LeatError) => error.code === 'FORMAT_OUTPUT_EXISTS');
  assert.equal(text('out.csv'), 'mine');
});

it('a folder that is not there is made, a tab goes into .tsv, the header may be left out', async () => {
  await run('  - read: in.csv\n  - write: deep/er/out.tsv\n    header: false\n');
  assert.equal(text('deep/er/out.tsv'), '1\ta\n2\t\n3\tx,y\n');
});

it('a run that fails leaves no folder that it made, also where outputs share it', async () => {
  const write = (path: string): string => `  - from: rows\n    write: ${path}\n`;
  const steps = `  - name: rows\n    read: in.csv\n${write('deep/er/a.csv')}${write('deep/b.csv')}  - from: rows\n    check: id < 3\n`;
  await assert.rejects(run(steps), (error: LeatError) => error.exitStatus === 3);
  assert.ok(!existsSync(join(folder, 'deep')));
});

it('a path through a file leads nowhere', async () => {
  const steps = '  - read: in.csv/x.csv\n  - write: out.csv\n';
  await assert.rejects(run(steps), (error: LeatError) => error.code === 'FORMAT_FILE_MISSING');
});

it('a union that lists its own input is warned of', async () => {
  const path = join(folder, 'pipeline.yaml');
  const steps = '  - name: a\n    read: in.csv\n  - union: [a]\n';
  writeFileSync(path, `steps:\n${steps}  - write: out.csv\n`);
  const { ok, diagnostics } = await checkPipeline(path, { env: {} });
  assert.ok(ok);
  assert.deepEqual(
    diagnostics.map(({ code, severity, place }) => [code, severity, place?.line, place?.column]),
    [['PLAN_UNION_TWICE', 'warning', 4, 13]],
  );
  await run(`${steps}    unique_rows: true\n  - write: out.csv\n`);
  assert.deepEqual((await checkPipeline(path, { env: {} })).diagnostics, []);
});

it('a pipeline may replace what it reads', async () => {
  await run('  - read: in.csv\n  - filter: id > 1\n  - write: in.csv\n');
  assert.equal(text('in.csv'), 'id,name\n2,\n3,"x,y"\n');
});

it('validate with data holds declared columns against the files', async () => {
  const path = join(folder, 'pipeline.yaml');
  writeFileSync(path, 'steps:\n  - read: in.csv\n    schema:\n      idd: int\n  - write: out.csv\n');
  assert.equal((await checkPipeline(path, { env: {} })).ok, true);
  const { diagnostics } = await checkPipeline(path, { env: {}, data: true });
  assert.deepEqual(
    diagnostics.map(({ code }) => code),
    ['FORMAT_CSV_MISSING_COLUMN'],
  );
});

it('a header without rows says why its columns are text', async () => {
  const path = join(folder, 'pipeline.yaml');
  writeFileSync(join(folder, 'quiet.csv'), 'a,b\n');
  writeFileSync(path, 'steps:\n  - read: quiet.csv\n  - aggregate:\n      s: sum(a)\n  - write: out.csv\n');
  const { diagnostics } = await checkPipeline(path, { env: {} });
  assert.deepEqual(
    diagnostics.map(({ code, severity, place }) => [code, severity, place?.line]),
    [
      ['FORMAT_CSV_DIALECT', 'warning', 2],
      ['EXPR_ARGUMENTS', 'error', 4],
    ],
  );
});

it('having means a new column by its name, and columns of the input inside aggregate functions', async () => {
  const groups = '  - read: in.csv\n  - aggregate:\n      id: sum(id)\n      n: count(*)\n    by: [name]\n';
  await run(`${groups}    having: sum(id) > 1 AND id < 3 AND N = 1\n  - write: out.csv\n`);
  assert.equal(text('out.csv'), 'name,id,n\n,2,1\n');
});

it('a parameter without a value is reported once, where it is declared', async () => {
  const path = join(folder, 'pipeline.yaml');
  writeFileSync(path, 'params:\n  day: date\nsteps:\n  - read: in.csv\n  - write: out-${day}.csv\n');
  const { ok, diagnostics } = await checkPipeline(path, { env: {} });
  assert.deepEqual(
    diagnostics.map(({ code, severity, place }) => [code, severity, place?.line]),
    [['SPEC_PARAM_MISSING', 'warning', 2]],
  );
  assert.ok(ok, 'a folder of pipelines can be validated without values');
  await assert.rejects(runPipeline(path, { env: {} }), (error: LeatError) => error.code === 'SPEC_PARAM_MISSING');
});

it('/dev/null takes the rows of any number of steps, and needs no format', {
  skip: !existsSync('/dev/null'),
}, async () => {
  await run('  - name: r\n    read: in.csv\n  - write: /dev/null\n  - from: r\n    write: /dev/null\n');
  assert.deepEqual(readdirSync(folder).sort(), ['in.csv', 'pipeline.yaml']);
});
