/**
 * Parameters in a run: every type, lists, defaults, where they may stand, and what is said when they are wrong. Would
 * catch a value that is read as another type, a path that data leads elsewhere, or a follow-on mistake.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { checkPipeline } from '../../src/engine.js';
import type { PipelineOptions } from '../../src/engine-api.js';
import type { ErrorCode } from '../../src/errors.js';
import { runPipeline } from '../support/run-pipeline.js';

let folder: string;
before(() => {
  // A folder whose name would be a pattern.
  folder = join(mkdtempSync(join(tmpdir(), 'leat-params-')), 'jobs [1]');
  mkdirSync(join(folder, 'in/2026/11'), { recursive: true });
  writeFileSync(
    join(folder, 'in.csv'),
    'id,country,at\n1,NO,2026-11-01\n2,SE,2026-11-02\n3,DE,2026-11-03\n4,,2026-11-04\n',
  );
  mkdirSync(join(folder, '../plain'));
  writeFileSync(join(folder, 'in/2026/11/no.csv'), 'id\n7\n');
  writeFileSync(join(folder, '../plain/x.csv'), 'id\n8\n');
});
after(() => rmSync(join(folder, '..'), { recursive: true }));

type Params = Readonly<Record<string, string>>;

function lay(text: string): string {
  const path = join(folder, 'p.yaml');
  writeFileSync(path, text);
  return path;
}

async function outputOf(text: string, params: Params = {}, options: PipelineOptions = {}): Promise<string> {
  await runPipeline(lay(text), { params, env: {}, slots: 1, memoryBytes: 64 << 20, ...options });
  return readFileSync(join(folder, 'out.csv'), 'utf8');
}

/** The ids of the rows for which a condition holds. */
async function ids(params: string, condition: string, given: Params = {}): Promise<string> {
  const steps = `steps:\n  - read: in.csv\n  - filter: ${condition}\n  - select: [id]\n  - write: out.csv\n`;
  const output = await outputOf(`params:\n${params}\n${steps}`, given);
  return output.trim().split('\n').slice(1).join(' ');
}

type Found = readonly [place: string, code: ErrorCode, says: RegExp];

async function complaints(text: string, params: Params, expected: readonly Found[], options: PipelineOptions = {}) {
  const { diagnostics } = await checkPipeline(lay(text), { params, env: {}, ...options });
  const shown = JSON.stringify(diagnostics, null, 2);
  assert.deepEqual(
    diagnostics.map(({ code, place }) => [place === undefined ? '' : `${place.line}:${place.column}`, code]),
    expected.map(([place, code]) => [place, code]),
    shown,
  );
  for (const [i, [, , says]] of expected.entries())
    assert.match(`${diagnostics[i].message}; ${diagnostics[i].hint}`, says);
}

describe('parameters in expressions', () => {
  const TYPES: readonly (readonly [type: string, text: string, literal: string])[] = [
    ['boolean', 'true', 'true'],
    ['int', '-5', '-5'],
    ['bigint', '9007199254740993', '9007199254740993'],
    ['double', '1e-3', "CAST('0.001' AS double)"],
    ['decimal(20,3)', '12345678901234567.125', "CAST('12345678901234567.125' AS decimal(20,3))"],
    ['string', "it's $5, 'a' -- b", "'it''s $5, ''a'' -- b'"],
    ['date', '2026-11-01', "date '2026-11-01'"],
    ['timestamp', '2026-11-01T12:00:00Z', "timestamp '2026-11-01 12:00:00'"],
    ['path', '../a/*.csv', "'../a/*.csv'"],
  ];
  for (const [type, text, literal] of TYPES) {
    it(`${type}: a typed value, never pasted text`, async () => {
      const isEqual = `$p IS NOT DISTINCT FROM ${literal} AND id = 1`;
      assert.equal(await ids(`  p: ${type}`, `>-\n      ${isEqual}`, { p: text }), '1');
      assert.equal(
        await ids(`  p:\n    type: ${type}\n    default: ${JSON.stringify(text)}`, `>-\n      ${isEqual}`),
        '1',
      );
      // A list of it, on the command line and as a default.
      if (type === 'path') return;
      const quoted = `"${text.replaceAll('"', '""')}"`;
      const isIn = `>-\n      ${literal} IN $p AND id = 1`;
      assert.equal(await ids(`  p:\n    - ${type}`, isIn, { p: `${quoted},${quoted}` }), '1');
      const usual = `  p:\n    type:\n      - ${type}\n    default:\n      - ${JSON.stringify(text)}`;
      assert.equal(await ids(usual, isIn), '1');
    });
  }

  it('lists stand behind IN, alone and among values', async () => {
    const codes = '  codes: [string]\n  one: { type: string, default: DE }';
    assert.equal(await ids(codes, 'country IN $codes', { codes: 'NO,SE' }), '1 2');
    assert.equal(await ids(codes, 'country NOT IN $codes', { codes: 'NO,SE' }), '3');
    assert.equal(await ids(codes, 'country IN ($codes)', { codes: 'NO' }), '1');
    assert.equal(await ids(codes, "country IN ('SE', $codes, $one)", { codes: 'NO' }), '1 2 3');
    assert.equal(await ids(codes, 'country IN $codes', { codes: '' }), '');
    assert.equal(await ids(codes, 'country NOT IN $codes', { codes: '' }), '1 2 3 4');
    assert.equal(await ids(codes, ">-\n      'a,b' IN $codes AND '' IN $codes AND id = 1", { codes: '"a,b",' }), '1');
    assert.equal(await ids('  days: { type: [date], default: [2026-11-02] }', 'at IN $days'), '2');
  });

  it('defaults are expressions, and parameters above', async () => {
    const days = '  day: { type: date, default: 2026-11-03 }\n  before: { type: date, default: { expr: $day - 1 } }';
    assert.equal(await ids(`${days}\n  same: { type: date, default: $before }`, 'at = $same'), '2');
    assert.equal(await ids(days, 'at = $before', { day: '2026-11-02' }), '1');
    const today = '  day: { type: date, default: { expr: current_date - 1 } }';
    const text = `params:\n${today}\nrun: { now: 2026-11-03T05:00:00Z }\nsteps:\n  - read: in.csv\n  - filter: at = $day\n  - write: out.csv\n`;
    assert.equal(await outputOf(text), 'id,country,at\n2,SE,2026-11-02\n');
    assert.equal(await outputOf(text, {}, { now: '2026-11-02' }), 'id,country,at\n1,NO,2026-11-01\n');
    const list = '  a: { type: [string], default: [NO, DE] }\n  b: { type: [string], default: $a }';
    assert.equal(await ids(list, 'country IN $b'), '1 3');
  });

  it('one_of compares values, not texts', async () => {
    const amounts = '  amount: { type: double, one_of: [1.50, 2] }';
    assert.equal(await ids(amounts, 'id < $amount', { amount: '1.5' }), '1');
    const codes = '  codes: { type: [string], one_of: [NO, SE] }';
    assert.equal(await ids(codes, 'country IN $codes', { codes: 'SE,NO' }), '1 2');
  });
});

describe('parameters in options', () => {
  it('are numbers', async () => {
    const text =
      'params:\n  n: { type: int, default: 2 }\nsteps:\n  - read: in.csv\n    parallelism: $n\n  - limit: $n\n    offset: $n\n  - select: [id]\n  - write: out.csv\n';
    assert.equal(await outputOf(text), 'id\n3\n4\n');
    assert.equal(await outputOf(text, { n: '1' }), 'id\n2\n');
  });

  it('that are none are refused', async () => {
    const text =
      'params:\n  n: string\n  list: [int]\nsteps:\n  - read: in.csv\n  - limit: $n\n    offset: $list\n    by: country\n  - limit: $m\n  - write: out.csv\n';
    await complaints(text, { n: 'few', list: '1' }, [
      ['6:12', 'SPEC_BAD_VALUE', /expects a whole number.*found `\$n, which is few`/],
      ['7:13', 'EXPR_TYPE_MISMATCH', /\$list` is a list/],
      ['9:12', 'EXPR_UNKNOWN_PARAM', /parameters: n, list/],
    ]);
    const other =
      'params:\n  num: { type: int, default: 1 }\nsteps:\n  - read: in.csv\n  - limit: $nun\n  - write: out.csv\n';
    await complaints(other, {}, [['5:12', 'EXPR_UNKNOWN_PARAM', /did you mean `num`/]]);
  });
});

describe('parameters in paths', () => {
  const write = (path: string, params: string): string =>
    `params:\n${params}\nsteps:\n  - read: in.csv\n  - write: ${path}\n`;

  it('are one segment, whether alone or in an expression', async () => {
    const params = '  region: string\n  day: { type: date, default: 2026-11-01 }';
    const text = `params:\n${params}\nsteps:\n  - read: in/\${strftime($day, '%Y/%m')}/\${lower($region)}.csv\n  - write: out.csv\n`;
    assert.equal(await outputOf(text, { region: 'NO' }), 'id\n7\n');
    for (const region of ['../no', 'n*', 'a/b', '..', 'x\\y']) {
      await complaints(text, { region }, [['5:41', 'SPEC_PATH_VARIABLE', /type `path`/]]);
      await complaints(write(`"x/\${region}"`, '  region: string'), { region }, [['5:15', 'SPEC_PATH_VARIABLE', /./]]);
    }
  });

  it('of type path start from the shell, their defaults from the pipeline', async () => {
    const text =
      'params:\n  file: { type: path, default: in.csv }\nsteps:\n  - read: ${file}\n  - limit: 1\n  - select: [id]\n  - write: out.csv\n';
    assert.equal(await outputOf(text), 'id\n1\n');
    assert.equal(await outputOf(text, { file: join(folder, '../plain/*.csv') }), 'id\n8\n');
    assert.equal(await outputOf(text, { file: join(folder, 'in.csv') }), 'id\n1\n');
    const { diagnostics } = await checkPipeline(lay(text), { params: { file: 'in.csv' }, env: {} });
    assert.match(diagnostics[0].message, new RegExp(join(process.cwd(), 'in.csv')));
  });

  it('take no lists and no values that are missing', async () => {
    await complaints(write('${codes}.csv', '  codes: [string]'), { codes: 'a' }, [
      ['5:12', 'SPEC_PATH_VARIABLE', /is a list/],
    ]);
    const missing = write("${strftime($day, '%Y')}.csv", '  day: date');
    await complaints(missing, {}, [['2:3', 'SPEC_PARAM_MISSING', /--param day=VALUE/]]);
    await complaints(missing, { day: 'x' }, [['2:3', 'SPEC_PARAM_TYPE', /`x` is not a date/]]);
  });

  it('patterns are found below folders whatever their names are', async () => {
    const text = 'steps:\n  - read: in/*/11/*.csv\n  - write: out.csv\n';
    assert.equal(await outputOf(text), 'id\n7\n');
    assert.equal(await outputOf(text, {}, { baseDir: folder }), 'id\n7\n');
  });
});

describe('parameters that are wrong', () => {
  const STEPS = 'steps:\n  - read: in.csv\n  - write: out.csv\n';
  const cases: readonly (readonly [params: string, given: Params, expected: readonly Found[]])[] = [
    ['  a: int', {}, [['2:3', 'SPEC_PARAM_MISSING', /--param a=VALUE/]]],
    ['  a: int', { a: '1', b: '2' }, [['', 'SPEC_PARAM_UNKNOWN', /no parameter `b`; parameters: a/]]],
    ['  a: int', { a: '1.5' }, [['2:3', 'SPEC_PARAM_TYPE', /`1.5` is not an int/]]],
    [
      '  a: [int]',
      { a: '1,x,y' },
      [
        ['2:3', 'SPEC_PARAM_TYPE', /`x`/],
        ['2:3', 'SPEC_PARAM_TYPE', /`y`/],
      ],
    ],
    ['  a: { type: int, default: x }', {}, [['2:28', 'SPEC_PARAM_TYPE', /declared as int/]]],
    ['  a: { type: [int], default: [1, x] }', {}, [['2:34', 'SPEC_PARAM_TYPE', /declared as \[int\]/]]],
    ['  a: { type: int, default: [1] }', {}, [['2:19', 'SPEC_PARAM_TYPE', /declare a list as \[int\]/]]],
    ['  a: { type: date, default: { expr: currentdate } }', {}, [['2:37', 'EXPR_UNKNOWN_COLUMN', /./]]],
    ['  a: { type: int, default: { expr: "1 / 0" } }', {}, [['2:36', 'SPEC_PARAM_TYPE', /no value/]]],
    ['  a: { type: int, default: $b }\n  b: { type: int, default: 1 }', {}, [['2:28', 'EXPR_UNKNOWN_PARAM', /\$b/]]],
    ['  a: { type: int, default: 3, one_of: [1, 2] }', {}, [['2:28', 'SPEC_BAD_VALUE', /1, 2/]]],
    ['  a: { type: int, default: { expr: 1 + 2 }, one_of: [1, 2] }', {}, [['2:36', 'SPEC_BAD_VALUE', /1, 2/]]],
    ['  a: { type: int, default: 1, one_of: [1, x] }', {}, [['2:43', 'SPEC_PARAM_TYPE', /`x`/]]],
    [
      '  a: { type: string, one_of: [fast, exact] }',
      { a: 'exakt' },
      [['2:3', 'SPEC_BAD_VALUE', /did you mean `exact`/]],
    ],
    ['  a: nit', { a: '1' }, [['2:6', 'EXPR_UNKNOWN_TYPE', /int/]]],
    ['  a: [path]', { a: '1' }, [['2:7', 'EXPR_UNKNOWN_TYPE', /declare it as `path`/]]],
    ['  a: [int, string]', { a: '1' }, [['2:6', 'SPEC_WRONG_KIND', /`a: \[date\]`/]]],
    ['  a:', {}, [['2:3', 'SPEC_WRONG_KIND', /expects a type/]]],
    ['  a: { type: int, default: { exp: 1 } }', {}, [['2:28', 'SPEC_WRONG_KIND', /`expr: expression`/]]],
    ['  a: { type: [int], default: [$b] }', {}, [['2:31', 'SPEC_BAD_VALUE', /handed on whole/]]],
  ];
  for (const [params, given, expected] of cases) {
    it(params.trim().replace(/\n\s*/, '; '), () => complaints(`params:\n${params}\n${STEPS}`, given, expected));
  }

  it('a wrong declaration makes no other mistakes', async () => {
    const text =
      'params:\n  n: nit\n  m: { typ: int }\nsteps:\n  - read: in.csv\n  - filter: id > $n AND country LIKE $m AND id IN $n\n  - limit: $m\n  - write: ${n}.csv\n';
    await complaints(text, { m: '1', n: '1' }, [
      ['2:6', 'EXPR_UNKNOWN_TYPE', /int/],
      ['3:3', 'SPEC_MISSING_KEY', /type/],
      ['3:8', 'SPEC_UNKNOWN_KEY', /did you mean `type`/],
    ]);
  });

  it('a list where a value stands, and the other way round', async () => {
    const text =
      'params:\n  list: [string]\n  one: string\nsteps:\n  - read: in.csv\n  - filter: country = $list\n  - filter: country IN $one\n  - write: out.csv\n';
    await complaints(text, { list: 'a', one: 'b' }, [
      ['6:23', 'EXPR_TYPE_MISMATCH', /a list stands behind IN: x IN \$list/],
      ['7:24', 'EXPR_TYPE_MISMATCH', /write x IN \(\$one\).*\[string\]/],
    ]);
  });

  it('a time of the run that is none', async () => {
    await complaints(`run: { now: soon }\n${STEPS}`, {}, [['1:13', 'SPEC_BAD_VALUE', /2026-11-01T00:00:00Z/]]);
    await complaints(STEPS, {}, [['', 'CLI_USAGE', /--now is "soon"/]], { now: 'soon' });
  });
});

describe('lists on the command line', () => {
  const pipeline =
    'params: { codes: [string] }\nsteps:\n  - read: in.csv\n  - filter: country IN $codes\n  - write: out.csv\n';

  it('are refused with brackets, and with quotes that do not match', async () => {
    for (const [text, says] of [
      ['[NO]', /`\[NO\]` is no list: .*without brackets.*--param codes=one,two/],
      ['[NO,SE]', /without brackets/],
      ['"NO', /is no list: .*ends with one/],
      ['NO,"SE', /ends with one/],
      ['"NO"x,SE', /ends with one/],
    ] as const) {
      await complaints(pipeline, { codes: text }, [['1:11', 'SPEC_PARAM_TYPE', says]]);
    }
  });

  it('hold quotes and brackets within values', async () => {
    for (const text of ['N"O', '"[NO]",SE', '[NO],SE', '"a ""b"""', 'a,', '']) {
      await complaints(pipeline, { codes: text }, []);
    }
  });
});
