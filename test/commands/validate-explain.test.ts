import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { leat } from '../support/leat.js';

const folder = mkdtempSync(join(tmpdir(), 'leat-validate-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const SCHEMA = '    schema:\n      id: bigint\n      amount: decimal(12,2)\n';
writeFileSync(
  join(folder, 'good.yaml'),
  `steps:\n  - read: a.csv\n${SCHEMA}  - filter: amount > 5\n  - write: b.csv\n`,
);
writeFileSync(join(folder, 'bad.yaml'), `steps:\n  - read: a.csv\n${SCHEMA}  - filter: amont > 5\n  - write: b.csv\n`);

writeFileSync(
  join(folder, 'worse.yaml'),
  `steps:
  - read: a.csv
${SCHEMA}  - filter: amont > 5
  - derive:
      x: amount > 'a'
  - write: b.csv
  - read: c.csv
${SCHEMA}`,
);

test('validate opens no data that has a schema, and checks every file', async () => {
  const { status, stdout, stderr } = await leat(['validate', 'bad.yaml', 'good.yaml', 'none.yaml'], { cwd: folder });
  assert.equal(status, 2);
  assert.equal(stdout, 'bad.yaml: 1 mistake\ngood.yaml: ok, 3 steps\nnone.yaml: 1 mistake\n');
  assert.match(stderr, /^bad\.yaml:6:13 {2}error EXPR_UNKNOWN_COLUMN$/m);
  assert.match(stderr, /did you mean `amount`/);
});

test('validate as JSON, and quietly', async () => {
  const json = await leat(['validate', '--json', 'good.yaml', 'bad.yaml'], { cwd: folder });
  assert.equal(json.status, 2);
  const document = JSON.parse(json.stdout);
  assert.deepEqual(
    document.pipelines.map(({ file, ok }: { file: string; ok: boolean }) => [file, ok]),
    [
      ['good.yaml', true],
      ['bad.yaml', false],
    ],
  );
  const quiet = await leat(['validate', '-q', 'good.yaml'], { cwd: folder });
  assert.deepEqual([quiet.status, quiet.stdout, quiet.stderr], [0, '', '']);
});

test('validate as one list, sorted by place', async () => {
  const { status, stdout } = await leat(['validate', '--format', 'json', 'worse.yaml', 'good.yaml', 'none.yaml'], {
    cwd: folder,
  });
  assert.equal(status, 2);
  const { ok, exitStatus, pipelines, diagnostics } = JSON.parse(stdout);
  assert.deepEqual([ok, exitStatus], [false, 2]);
  assert.deepEqual(pipelines, [
    { file: 'worse.yaml', ok: false },
    { file: 'good.yaml', ok: true, steps: 3 },
    { file: 'none.yaml', ok: false },
  ]);
  const [first, ...others] = diagnostics;
  assert.deepEqual(first, {
    code: 'EXPR_UNKNOWN_COLUMN',
    severity: 'error',
    message: first.message,
    hint: 'did you mean `amount`?',
    pipeline: 'worse.yaml',
    file: 'worse.yaml',
    line: 6,
    column: 13,
    endLine: 6,
    endColumn: 18,
  });
  assert.deepEqual(
    others.map(({ code, file, line }: Record<string, unknown>) => [code, file, line]),
    [
      ['EXPR_TYPE_MISMATCH', 'worse.yaml', 8],
      ['PLAN_DEAD_END', 'worse.yaml', 10],
      ['CLI_USAGE', 'none.yaml', undefined],
    ],
  );
});

test('validate of a library: what is right without its rows is right, and what is not is found', async () => {
  const library = '  - filter: amount > 5\n  - limit: 10\n';
  writeFileSync(join(folder, 'lib.yaml'), `params:\n  floor: int\nsteps:\n${library}`);
  writeFileSync(join(folder, 'slip.yaml'), `steps:\n${library.replace('10', 'ten')}`);
  // Ends with a write: its read was forgotten.
  writeFileSync(join(folder, 'unread.yaml'), `steps:\n${library}  - write: b.csv\n`);
  // A step behind a write that should have named its input.
  writeFileSync(join(folder, 'loose.yaml'), `steps:\n  - read: a.csv\n${SCHEMA}  - write: b.csv\n${library}`);
  const right = await leat(['validate', 'lib.yaml'], { cwd: folder });
  assert.deepEqual([right.status, right.stdout.split(':')[1]], [0, ' ok, 2 steps, for `use`'], right.stderr);
  const { stdout } = await leat(['validate', '--json', 'lib.yaml', 'slip.yaml', 'unread.yaml', 'loose.yaml'], {
    cwd: folder,
  });
  const { pipelines, diagnostics } = JSON.parse(stdout);
  assert.deepEqual(pipelines[0], { file: 'lib.yaml', ok: true, steps: 2, isLibrary: true });
  assert.deepEqual(
    diagnostics.flatMap(({ code, severity, file, line }: Record<string, unknown>) =>
      severity === 'error' ? [[code, file, line]] : [],
    ),
    [
      ['SPEC_BAD_VALUE', 'slip.yaml', 3],
      ['PLAN_NO_INPUT', 'unread.yaml', 2],
      ['PLAN_NO_INPUT', 'loose.yaml', 7],
    ],
  );
  const run = await leat(['run', 'lib.yaml', '--param', 'floor=1'], { cwd: folder });
  assert.equal(run.status, 2);
  assert.match(run.stderr, /PLAN_NO_INPUT/);
});

test('validate without a schema looks at the header of every file', async () => {
  writeFileSync(join(folder, 'one.csv'), 'a,b\n1,2\n');
  writeFileSync(join(folder, 'two.csv'), 'a,c\n1,2\n');
  const steps = (read: string): string => `steps:\n  - read: [one.csv, two.csv]\n${read}  - write: out.csv\n`;
  writeFileSync(join(folder, 'several.yaml'), steps(''));
  writeFileSync(join(folder, 'declared.yaml'), steps('    schema: { a: int, b: int }\n'));
  const several = await leat(['validate', 'several.yaml'], { cwd: folder });
  assert.equal(several.status, 2, several.stderr);
  assert.match(several.stderr, /two\.csv:1.*error FORMAT_CSV_HEADER/);
  assert.equal((await leat(['validate', 'declared.yaml'], { cwd: folder })).status, 0);
  assert.equal((await leat(['validate', '--data', 'declared.yaml'], { cwd: folder })).status, 2);
});

test('validate for GitHub, asked for and in a workflow', async () => {
  const annotated = '::error file=bad.yaml,line=6,col=13,endColumn=18,title=EXPR_UNKNOWN_COLUMN::there is no column';
  const asked = await leat(['validate', '--format', 'github', 'bad.yaml', 'good.yaml', 'none.yaml'], { cwd: folder });
  assert.equal(asked.status, 2);
  const lines = asked.stdout.trimEnd().split('\n');
  assert.equal(lines.length, 2);
  assert.ok(lines[0].startsWith(annotated), lines[0]);
  assert.match(lines[1], /^::error file=none\.yaml,title=CLI_USAGE::/);
  assert.equal(asked.stderr, 'bad.yaml: 1 mistake\ngood.yaml: ok, 3 steps\nnone.yaml: 1 mistake\n');
  const workflow = await leat(['validate', 'bad.yaml'], { cwd: folder, env: { GITHUB_ACTIONS: 'true' } });
  assert.equal(workflow.stdout, 'bad.yaml: 1 mistake\n');
  assert.match(workflow.stderr, /^ {2}6 \| {3}- filter: amont > 5$/m);
  assert.ok(workflow.stderr.includes(annotated), workflow.stderr);
});

test('explain shows each level, and one on request', async () => {
  const all = await leat(['explain', 'good.yaml'], { cwd: folder });
  assert.equal(all.status, 0, all.stderr);
  assert.match(all.stdout, /logical[\s\S]*optimized[\s\S]*job/);
  const job = await leat(['explain', 'good.yaml', '--level', 'job'], { cwd: folder });
  assert.match(job.stdout, /csv-source/);
  assert.ok(job.stdout.length < all.stdout.length);
  const source = await leat(['explain', 'good.yaml', '--level', 'source'], { cwd: folder });
  assert.match(source.stdout, /for \(/);
  const json = await leat(['explain', 'good.yaml', '--json'], { cwd: folder });
  assert.equal(JSON.parse(json.stdout).pipeline, 'good');
});

test('explain in other formats', async () => {
  const explain = (...flags: string[]) => leat(['explain', 'good.yaml', ...flags], { cwd: folder });
  assert.match((await explain('--format', 'mermaid')).stdout, /^flowchart TB\n {2}subgraph v0\["vertex 0: /);
  assert.match((await explain('--format', 'dot')).stdout, /^digraph "good" \{\n/);
  const [json, flag] = [await explain('--format', 'json'), await explain('--json')];
  assert.equal(json.stdout, flag.stdout);
  const { ok, slots, logical, job } = JSON.parse(json.stdout);
  assert.deepEqual([ok, slots > 0, logical[0].columns[1]], [true, true, { name: 'amount', type: 'decimal(12,2)' }]);
  assert.equal(job[0].chain.at(-1).file, join(realpathSync(folder), 'b.csv'));
  for (const flags of [
    ['--json', '--format', 'dot'],
    ['--format', 'dot', '--level', 'source'],
  ]) {
    const { status, stderr } = await explain(...flags);
    assert.equal(status, 2);
    assert.match(stderr, /error CLI_USAGE/);
  }
});

test('what cannot be explained is a document too, when one is asked for', async () => {
  for (const flags of [['--json'], ['--format', 'json'], ['--format=json']]) {
    const { status, stdout } = await leat(['explain', 'bad.yaml', ...flags], { cwd: folder });
    assert.equal(status, 2);
    assert.equal(JSON.parse(stdout).diagnostics[0].code, 'EXPR_UNKNOWN_COLUMN');
  }
});

test('a reader of explain that goes away ends it quietly', async () => {
  const { stderr } = await leat(['explain', 'good.yaml', '--level', 'logical'], {
    cwd: folder,
    started: (child) => child.stdout?.destroy(),
  });
  assert.equal(stderr, '');
});

test('what was found while planning is told once by explain --analyze', async () => {
  const cwd = mkdtempSync(join(folder, 'warned-'));
  writeFileSync(join(cwd, 'in.csv'), 'k\nx\n');
  const params = 'params:\n  what: { type: string, default: y }\n';
  writeFileSync(
    join(cwd, 'p.yaml'),
    `${params}steps:\n  - read: in.csv\n  - filter: k <> '$what'\n  - write: out.csv\n`,
  );
  const { status, stderr } = await leat(['explain', 'p.yaml', '--analyze'], { cwd });
  assert.equal(status, 0, stderr);
  assert.equal(stderr.match(/warning EXPR_PARAM_IN_TEXT/g)?.length, 1, stderr);
});

test('explain --analyze shows what a run does, and publishes nothing', async () => {
  const cwd = mkdtempSync(join(folder, 'analyze-'));
  writeFileSync(join(cwd, 'in.csv'), 'k,v\n1,2\n2,3\n1,4\n');
  const steps = 'steps:\n  - read: in.csv\n  - aggregate: { s: sum(v) }\n    by: [k]\n';
  writeFileSync(join(cwd, 'file.yaml'), `${steps}  - write: out.csv\n`);
  writeFileSync(join(cwd, 'printed.yaml'), `${steps}  - write: stdout\n`);
  const json = await leat(['explain', 'file.yaml', '--analyze', '--json'], { cwd });
  const { job } = JSON.parse(json.stdout);
  assert.equal(job[0].actual.splits, 1);
  assert.equal(job[0].chain.at(-1).actual.recordsIn, 3);
  assert.equal(job[1].chain.at(-1).actual.recordsIn, 2);
  assert.ok(job[0].chain.at(-1).actual.peakBytes > 0);
  assert.deepEqual([existsSync(join(cwd, 'out.csv')), json.status], [false, 0]);
  const printed = await leat(['explain', 'printed.yaml', '--analyze'], { cwd });
  assert.match(printed.stdout, /3 rows in, 2 rows out, busy/);
  assert.doesNotMatch(printed.stdout, /^k,s$/m);
  const wrong = await leat(['explain', 'file.yaml', '--analyze', '--level', 'logical'], { cwd });
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /--analyze shows what the job did/);
});
