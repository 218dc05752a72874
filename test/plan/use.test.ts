/**
 * A pipeline file as a step of another: what comes out is what comes out with its steps written in its place, and
 * mistakes in it are told in it. Would catch names or parameters that leak, and paths that start in the wrong folder.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { checkPipeline, explainPipeline } from '../../src/engine.js';
import type { PipelineOptions } from '../../src/engine-api.js';
import type { ErrorCode } from '../../src/errors.js';
import { InputSpool } from '../../src/formats/input-spool.js';
import type { CsvSinkConfig } from '../../src/operators/csv-sink.js';
import { VERBS } from '../../src/operators/verbs.js';
import { planJob } from '../../src/plan/job-planner.js';
import { lowerPipeline } from '../../src/plan/lowering.js';
import { openPipeline, readPipelineFile } from '../../src/plan/open-pipeline.js';
import { locationText } from '../../src/spec/frame.js';
import { readPipeline } from '../../src/spec/pipeline.js';
import { leat } from '../support/leat.js';
import { makePipe } from '../support/make-pipe.js';
import { runPipeline } from '../support/run-pipeline.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leat-use-'));
  lay('in.csv', 'id,country,amount\n1,NO,5\n2,SE,15\n3,NO,25\n4,DE,35\n');
  lay('lib/names.csv', 'country,name\nNO,Norway\nSE,Sweden\n');
});
afterEach(() => rmSync(folder, { recursive: true }));

function lay(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

async function outputOf(pipeline: string, options: PipelineOptions = {}): Promise<string> {
  await runPipeline(lay('p.yaml', pipeline), { env: {}, slots: 1, memoryBytes: 64 << 20, ...options });
  return readFileSync(join(folder, 'out.csv'), 'utf8');
}

/** As a step of its own between a read and a write. */
const around = (step: string): string =>
  `steps:\n  - read: in.csv\n  - ${step.replaceAll('\n', '\n    ')}\n  - write: out.csv\n`;

const CLEAN = `params:
  floor: { type: double, default: 10 }
  countries: { type: [string], default: [NO, SE, DE] }
steps:
  - name: orders
    filter: amount >= $floor AND country IN $countries
  - join: names
    type: left
    on: country
  - name: done
    derive:
      over: amount - $floor

  - from: orders.rest
    write: small.csv
  - name: names
    read: names.csv
  - from: done
    sort: [id desc]
`;

describe('use', () => {
  it('is what its steps are in its place', async () => {
    lay('lib/clean.yaml', CLEAN);
    const used = await outputOf(around('use: lib/clean.yaml\nwith:\n  floor: 15'));
    assert.equal(readFileSync(join(folder, 'lib/small.csv'), 'utf8'), 'id,country,amount\n1,NO,5\n');
    const inPlace = CLEAN.replace(/^params:[\s\S]*?steps:\n/, '').replace('read: n', 'read: lib/n');
    const written = await outputOf(
      `params:\n  floor: { type: double, default: 15 }\n  countries: { type: [string], default: [NO, SE, DE] }\nsteps:\n  - read: in.csv\n${inPlace}  - write: out.csv\n`,
    );
    assert.equal(used, written);
    assert.equal(used.split('\n').length, 5);
  });

  it('keeps names and parameters apart', async () => {
    lay('lib/clean.yaml', CLEAN);
    const pipeline = `params:
  floor: { type: int, default: 20 }
  mine: { type: [string], default: [NO] }
steps:
  - name: orders
    read: in.csv
  - name: done
    use: lib/clean.yaml
    with: { floor: $floor, countries: $mine }
  - join: orders
    type: semi
    on: id
  - select: [id, over]
  - write: out.csv
`;
    assert.equal(await outputOf(pipeline), 'id,over\n3,5.0\n');
    assert.equal(await outputOf(pipeline, { params: { mine: 'NO,DE' } }), 'id,over\n4,15.0\n3,5.0\n');
  });

  it('takes constants, lists, expressions and paths', async () => {
    lay(
      'lib/f.yaml',
      'params:\n  list: [int]\n  day: date\n  file: path\nsteps:\n  - filter: id IN $list\n  - derive: { day: $day }\n  - join: other\n    on: id\n  - name: other\n    read: ${file}\n  - from: other\n    select: [id]\n',
    );
    lay('data/o.csv', 'id,x\n2,y\n');
    // The last step is the output, whatever stands above it.
    const last = around(
      "use: lib/f.yaml\nwith:\n  list: [2, 3]\n  day:\n    expr: date '2026-11-02' - 1\n  file: data/o.csv",
    );
    await assert.rejects(outputOf(last), /PLAN_DEAD_END/);
    lay(
      'lib/f.yaml',
      'params:\n  list: [int]\n  day: date\n  file: path\nsteps:\n  - filter: id IN $list\n  - join: other\n    on: id\n  - name: out\n    select: [id, x, { day: $day }]\n  - name: other\n    read: ${file}\n  - from: out\n    limit: 9\n',
    );
    assert.equal(await outputOf(last), 'id,x,day\n2,y,2026-11-01\n');
    // -C moves the data, not the program.
    const moved = lay('moved/in.csv', 'id,country,amount\n2,SE,1\n');
    lay('moved/data/o.csv', 'id,x\n2,z\n');
    await outputOf(last, { baseDir: dirname(moved) });
    assert.equal(readFileSync(join(folder, 'moved/out.csv'), 'utf8'), 'id,x,day\n2,z,2026-11-01\n');
  });

  it('may stand several times and use others', async () => {
    lay('lib/inner.yaml', 'params: { by: int }\nsteps:\n  - derive: { amount: amount + $by }\n');
    lay(
      'lib/outer.yaml',
      'params: { by: int }\nsteps:\n  - use: inner.yaml\n    with: { by: $by }\n  - use: inner.yaml\n    with: { by: 1 }\n',
    );
    const twice =
      'steps:\n  - read: in.csv\n  - use: lib/outer.yaml\n    with: { by: 10 }\n  - use: lib/outer.yaml\n    with: { by: 100 }\n  - select: [amount]\n  - write: out.csv\n';
    assert.equal(await outputOf(twice), 'amount\n117\n127\n137\n147\n');
  });

  it('lets rows go to stdout at once only when nothing in it writes or checks', async () => {
    const streams = async (used: string): Promise<boolean> => {
      lay('lib/u.yaml', used);
      const path = lay('p.yaml', 'steps:\n  - read: in.csv\n  - use: lib/u.yaml\n  - write: stdout\n');
      const { spec } = readPipeline(readPipelineFile(path), new Set(VERBS.keys()));
      const constants = { nowMicros: 0n, seed: null };
      const pipeline = openPipeline(spec!, { given: new Map(), folder, constants }, {}, []);
      const inputs = new InputSpool({ stdin: () => process.stdin });
      const options = { verbs: VERBS, constants, env: {}, reads: new Map(), writes: new Map(), inputs };
      const { graph } = await lowerPipeline(pipeline, options);
      const sinks = planJob(graph).vertices.flatMap(({ chain }) => chain.filter(({ kind }) => kind === 'csv-sink'));
      return sinks.some(({ config }) => (config as CsvSinkConfig).isOnlyOutput);
    };
    assert.equal(await streams('steps:\n  - limit: 2\n'), true);
    assert.equal(await streams('steps:\n  - check: id > 0\n'), false);
    assert.equal(
      await streams('steps:\n  - name: a\n    limit: 2\n  - write: b.csv\n  - from: a\n    limit: 1\n'),
      false,
    );
  });

  it('is shown with the names of the steps in it', async () => {
    lay('lib/clean.yaml', CLEAN);
    const path = lay('p.yaml', around('name: c\nuse: lib/clean.yaml'));
    const { text } = await explainPipeline(path, { env: {}, level: 'logical' });
    assert.match(text, /filter c\.orders/);
    assert.match(text, /scan c\.names/);
    assert.match(text, /sort c\b/);
    const unnamed = lay('p.yaml', around('use: lib/clean.yaml'));
    assert.match(
      (await explainPipeline(unnamed, { env: {}, level: 'logical' })).text,
      /filter lib\/clean\.yaml\.orders/,
    );
  });
});

type Found = readonly [place: string, code: ErrorCode, says: RegExp];

describe('mistakes around use', () => {
  it('name the file as the one that uses it was named', async () => {
    lay('lib/u.yaml', 'steps:\n  - filter: amont > 1\n');
    lay('jobs/p.yaml', 'steps:\n  - read: ../in.csv\n  - use: ../lib/u.yaml\n  - write: out.csv\n');
    const { status, stdout } = await leat(['validate', 'jobs/p.yaml', '--format', 'json'], { cwd: folder });
    const [{ file, related }] = JSON.parse(stdout).diagnostics;
    assert.deepEqual([status, file], [2, 'lib/u.yaml']);
    assert.deepEqual(related, [
      { place: { file: 'jobs/p.yaml', line: 3, column: 10, length: 13 }, message: 'used here' },
    ]);
  });

  const cases: readonly (readonly [name: string, used: string, pipeline: string, expected: readonly Found[]])[] = [
    [
      'no such file',
      'steps:\n  - limit: 1\n',
      around('use: lib/nope.yaml'),
      [['p.yaml:3:10', 'SPEC_BAD_VALUE', /no such pipeline file: .*nope\.yaml/]],
    ],
    ['a folder', 'steps:\n  - limit: 1\n', around('use: lib'), [['p.yaml:3:10', 'SPEC_BAD_VALUE', /this is a folder/]]],
    [
      'no open input',
      'steps:\n  - read: names.csv\n  - limit: 1\n',
      around('use: lib/u.yaml'),
      [['p.yaml:3:10', 'PLAN_NO_INPUT', /no way in.*no `read`/]],
    ],
    [
      'two open inputs',
      'steps:\n  - write: a.csv\n  - limit: 1\n',
      around('use: lib/u.yaml'),
      [['lib/u.yaml:3:5', 'PLAN_NO_INPUT', /hands no rows on.*p\.yaml:3:10: used here/s]],
    ],
    [
      'a last step without rows',
      'steps:\n  - limit: 1\n  - write: a.csv\n',
      around('use: lib/u.yaml'),
      [['lib/u.yaml:3:5', 'PLAN_DEAD_END', /is its output/]],
    ],
    [
      'settings of its own',
      'run: { slots: 1 }\nsteps:\n  - limit: 1\n',
      around('use: lib/u.yaml'),
      [['lib/u.yaml:1:1', 'SPEC_UNKNOWN_KEY', /move `run:`/]],
    ],
    [
      'a mistake in it',
      'steps:\n  - filter: amont > 1\n',
      around('use: lib/u.yaml'),
      [['lib/u.yaml:2:13', 'EXPR_UNKNOWN_COLUMN', /`amount`.*p\.yaml:3:10: used here/s]],
    ],
    [
      'a mistake in it, and a step behind that',
      'steps:\n  - rename: { x: nope }\n  - filter: x > 1\n',
      around('use: lib/u.yaml'),
      [['lib/u.yaml:2:18', 'EXPR_UNKNOWN_COLUMN', /nope/]],
    ],
    [
      'bad YAML in it',
      'steps:\n  - read: *.csv\n',
      around('use: lib/u.yaml'),
      [['lib/u.yaml:2:11', 'SPEC_YAML_UNSAFE', /p\.yaml:3:10: used here/s]],
    ],
    [
      'one mistake, used twice',
      'steps:\n  - filter: amont > 1\n',
      'steps:\n  - read: in.csv\n  - use: lib/u.yaml\n  - write: a.csv\n  - read: in.csv\n  - use: lib/u.yaml\n  - write: b.csv\n',
      [['lib/u.yaml:2:13', 'EXPR_UNKNOWN_COLUMN', /./]],
    ],
    [
      'a name of the user',
      'steps:\n  - union: mine\n',
      'steps:\n  - name: mine\n    read: in.csv\n  - use: lib/u.yaml\n  - write: out.csv\n',
      [['lib/u.yaml:2:12', 'PLAN_UNKNOWN_STEP', /"mine"/]],
    ],
    [
      'a name inside',
      'steps:\n  - name: inner\n    limit: 1\n',
      'steps:\n  - read: in.csv\n  - name: c\n    use: lib/u.yaml\n  - write: out.csv\n  - from: c.inner\n    write: b.csv\n',
      [['p.yaml:6:11', 'PLAN_UNKNOWN_STEP', /`use` has no side output `inner`/]],
    ],
    [
      'a parameter that is missing',
      'params: { n: int }\nsteps:\n  - limit: $n\n',
      around('use: lib/u.yaml'),
      [['p.yaml:3:10', 'SPEC_PARAM_MISSING', /in `with`/]],
    ],
    [
      'a parameter that it does not have',
      'steps:\n  - limit: 1\n',
      around('use: lib/u.yaml\nwith: { n: 1 }'),
      [['p.yaml:4:13', 'SPEC_PARAM_UNKNOWN', /no parameter `n`/]],
    ],
    [
      'a value that does not fit',
      'params: { n: int }\nsteps:\n  - limit: $n\n',
      around('use: lib/u.yaml\nwith: { n: few }'),
      [['p.yaml:4:16', 'SPEC_PARAM_TYPE', /`few` is not an int/]],
    ],
    [
      'parameters of the user that have other types',
      'params: { n: int, t: timestamp, s: string }\nsteps:\n  - limit: $n\n',
      `params:\n  text: { type: string, default: '12' }\n  day: { type: date, default: 2026-11-01 }\n${around('use: lib/u.yaml\nwith: { n: $text, t: $day, s: $day }')}`,
      [
        ['p.yaml:7:16', 'SPEC_PARAM_TYPE', /\$text is string, and `n` is int.*expr: CAST\(\$text AS int\)/],
        ['p.yaml:7:35', 'SPEC_PARAM_TYPE', /\$day is date, and `s` is string/],
      ],
    ],
    [
      'a parameter of the user that is not there',
      'params: { n: int }\nsteps:\n  - limit: $n\n',
      around('use: lib/u.yaml\nwith: { n: $m }'),
      [['p.yaml:4:16', 'EXPR_UNKNOWN_PARAM', /\$m/]],
    ],
    [
      'a parameter of the user that has no value',
      'params: { n: int }\nsteps:\n  - limit: $n\n  - filter: amont > $n\n',
      `params: { n: int }\n${around('use: lib/u.yaml\nwith: { n: $n }')}`,
      [
        ['lib/u.yaml:4:13', 'EXPR_UNKNOWN_COLUMN', /./],
        ['p.yaml:1:11', 'SPEC_PARAM_MISSING', /--param n/],
      ],
    ],
    [
      'one output twice',
      'steps:\n  - name: a\n    limit: 1\n  - write: ../out.csv\n  - from: a\n    limit: 1\n',
      around('use: lib/u.yaml'),
      [['p.yaml:4:5', 'PLAN_SAME_OUTPUT', /u\.yaml:4 writes/]],
    ],
    [
      'itself',
      'steps:\n  - use: u.yaml\n',
      around('use: lib/u.yaml'),
      [['lib/u.yaml:2:10', 'PLAN_CYCLE', /uses itself/]],
    ],
    [
      'a device',
      'steps:\n  - limit: 1\n',
      around('use: /dev/zero'),
      [['p.yaml:3:10', 'SPEC_BAD_VALUE', /a device, not a pipeline file/]],
    ],
    [
      'itself through another',
      'steps:\n  - use: ../p.yaml\n',
      around('use: lib/u.yaml'),
      [['lib/u.yaml:2:10', 'PLAN_CYCLE', /uses itself.*p\.yaml:3:10: used here/s]],
    ],
  ];
  it('refuses a pipe at once', async () => {
    makePipe(join(folder, 'pipe'));
    const { diagnostics } = await checkPipeline(lay('p.yaml', around('use: pipe')), { env: {} });
    assert.match(diagnostics[0].message, /a pipe, not a pipeline file/);
  });

  it('notices a circle through links, and ends in the deep', async () => {
    lay('lib/u.yaml', 'steps:\n  - use: here/u.yaml\n');
    symlinkSync('.', join(folder, 'lib/here'));
    const circle = await checkPipeline(lay('p.yaml', around('use: lib/u.yaml')), { env: {} });
    assert.deepEqual(
      circle.diagnostics.map(({ code, related }) => [code, related?.length]),
      [['PLAN_CYCLE', 1]],
    );
    for (let i = 0; i < 100; i++) lay(`deep/${i}.yaml`, `steps:\n  - use: ${i + 1}.yaml\n`);
    lay('deep/100.yaml', 'steps:\n  - limit: 1\n');
    const { diagnostics } = await checkPipeline(lay('p.yaml', around('use: deep/0.yaml')), { env: {} });
    assert.deepEqual(
      diagnostics.map(({ code, message }) => [code, message]),
      [['SPEC_BAD_VALUE', 'pipelines are nested more than 64 deep']],
    );
    const near = await checkPipeline(lay('p.yaml', around('use: deep/40.yaml')), { env: {} });
    assert.equal(near.ok, true);
  });

  it('are shown beside the lines of a pull request with the way to them', async () => {
    lay('lib/u.yaml', 'steps:\n  - filter: amont > 1\n');
    const { stdout } = await leat(['validate', lay('p.yaml', around('use: lib/u.yaml')), '--format', 'github'], {
      cwd: folder,
      env: { GITHUB_WORKSPACE: folder },
    });
    assert.match(stdout, /^::error file=lib\/u\.yaml,line=2,.*%0Ap\.yaml:3:10: used here%0A/m);
  });

  for (const [name, used, pipeline, expected] of cases) {
    it(name, async () => {
      lay('lib/u.yaml', used);
      const { diagnostics } = await checkPipeline(lay('p.yaml', pipeline), { env: {} });
      const place = (file = '', line = 0, column = 0): string => `${file.replace(`${folder}/`, '')}:${line}:${column}`;
      assert.deepEqual(
        diagnostics.map((one) => [place(one.place?.file, one.place?.line, one.place?.column), one.code]),
        expected.map(([at, code]) => [at, code]),
        JSON.stringify(diagnostics, null, 2),
      );
      for (const [i, [, , says]] of expected.entries()) {
        const { message, hint, related = [] } = diagnostics[i];
        const elsewhere = related.map((one) => `${locationText(one.place)}: ${one.message}`);
        assert.match([message, hint, ...elsewhere].join('; '), says);
      }
    });
  }
});
