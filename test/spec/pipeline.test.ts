/** Whole pipeline files: what is read out of them, parameters matched, variables in paths replaced. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Diagnostic, diagnostic, LeatError } from '../../src/errors.js';
import { type GivenValue, matchParams } from '../../src/spec/params.js';
import { type PathLookup, replacePathVariables } from '../../src/spec/path-variables.js';
import { readPipeline } from '../../src/spec/pipeline.js';
import type { PipelineSpec, SpecScalar } from '../../src/spec/pipeline-spec.js';
import { decodeSourceFile, diagnosticAt, placeOf, sortByPlace } from '../../src/spec/source.js';
import { didYouMean, suggest } from '../../src/spec/suggest.js';
import type { WrittenValue } from '../../src/spec/written-value.js';

const VERBS = new Set(['read', 'filter', 'write']);

function pipeline(text: string): PipelineSpec {
  const { spec, diagnostics } = readPipeline({ path: 'jobs/revenue.yaml', text }, VERBS);
  assert.deepEqual(diagnostics, []);
  return spec!;
}

const STEPS = 'steps:\n  - read: a.csv\n  - write: b.csv\n';

function written(value: WrittenValue | undefined): string | undefined {
  if (value?.kind === 'list') return `list ${value.items.map(({ text }) => text).join(', ')}`;
  return value && `${value.kind} ${value.source.text}`;
}

const given = (values: Readonly<Record<string, string>>): ReadonlyMap<string, GivenValue> =>
  new Map(Object.entries(values).map(([name, text]) => [name, { texts: [text], isList: false, folder: '/' }]));

describe('a pipeline', () => {
  it('has a name, settings, parameters and steps', () => {
    const spec = pipeline(`
params:
  day: date
  floor:
    type: decimal(12,2)
    default: 0.10
  until:
    type: date
    default:
      expr: current_date - 1
  codes:
    type: [string]
    default: [NO, SE]
  ids: [int]
  since: { type: date, default: $day }
run:
  memory: 64MiB
  slots: 2
  restart: { attempts: 5, delay: 100ms }
  spill_dir: /var/tmp
  spill_limit: 20GiB
  seed: 42
  now: 2026-11-01T00:00:00Z
x-mine: anything
steps:
  - name: orders
    description: what was ordered
    read: a.csv
    header: false
  - from: orders
    filter: a > 1
    parallelism: 2
  - write: b.csv
`);
    assert.equal(spec.name, 'revenue');
    const { at, now, ...run } = spec.run;
    assert.equal(at?.text, 'run');
    assert.equal(now?.text, '2026-11-01T00:00:00Z');
    assert.deepEqual(run, {
      memory: 64 * 2 ** 20,
      slots: 2,
      restartAttempts: 5,
      restartDelayMs: 100,
      spillDir: '/var/tmp',
      spillLimit: 20 * 2 ** 30,
      rejects: undefined,
      seed: 42n,
    });
    const params = spec.params.map((p) => [p.name.text, p.type?.text, p.isList, written(p.default)]);
    assert.deepEqual(params, [
      ['day', 'date', false, undefined],
      ['floor', 'decimal(12,2)', false, 'text 0.10'],
      ['until', 'date', false, 'expression current_date - 1'],
      ['codes', 'string', true, 'list NO, SE'],
      ['ids', 'int', true, undefined],
      ['since', 'date', false, 'expression $day'],
    ]);
    const [orders, filter] = spec.steps;
    assert.deepEqual([orders.verb, orders.name?.text, orders.description], ['read', 'orders', 'what was ordered']);
    assert.deepEqual([...orders.options.keys()], ['header']);
    assert.deepEqual(
      [filter.from?.text, [...filter.common.keys()], filter.options.size],
      ['orders', ['parallelism'], 0],
    );
    assert.equal(pipeline(`name: mine\nrun:\n  restart: { strategy: none }\n${STEPS}`).run.restartAttempts, 0);
  });

  it('tells all that is wrong, by place', () => {
    const text =
      'runn: 1\nparams:\n  1a: int\n  b: [int, int]\nsteps:\n  - raed: a\n  - write: b\n    read: c\n  - *.csv\n';
    const { spec, diagnostics } = readPipeline({ path: 'p.yaml', text }, VERBS);
    assert.equal(spec, undefined);
    assert.deepEqual(
      diagnostics.map(({ code, place }) => `${place?.line}:${place?.column} ${code}`),
      [
        '1:1 SPEC_UNKNOWN_KEY',
        '3:3 SPEC_BAD_VALUE',
        '4:6 SPEC_WRONG_KIND',
        '6:5 SPEC_UNKNOWN_VERB',
        '8:5 SPEC_VERB_COUNT',
        '9:5 SPEC_YAML_UNSAFE',
      ],
    );
  });

  it('that is not UTF-8 is refused at the byte', () => {
    const bytes = Buffer.concat([Buffer.from('steps:\n  - read: é'), Buffer.from([0xff]), Buffer.from('\n')]);
    assert.throws(
      () => decodeSourceFile('p.yaml', bytes),
      (error: unknown) => {
        assert.ok(error instanceof LeatError);
        const { code, place } = error.diagnostics[0];
        assert.deepEqual([code, place?.line, place?.column], ['SPEC_YAML_SYNTAX', 2, 12]);
        return true;
      },
    );
  });
});

describe('parameters', () => {
  const spec = pipeline(
    `params:\n  day: date\n  mode: { type: string, default: fast, one_of: [fast, exact] }\n${STEPS}`,
  );

  it('take what is given, else their default', () => {
    const { params, diagnostics } = matchParams(spec.params, given({ day: '2026-11-01' }));
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      params.map((param) => (param.kind === 'given' ? param.value.texts : written(param.value))),
      [['2026-11-01'], 'text fast'],
    );
  });

  it('that are missing or unknown', () => {
    const { diagnostics } = matchParams(spec.params, given({ dya: 'x' }));
    assert.deepEqual(
      diagnostics.map(({ code, hint, place }) => [code, hint, place?.line]),
      [
        ['SPEC_PARAM_UNKNOWN', 'did you mean `day`?', undefined],
        ['SPEC_PARAM_MISSING', 'give it with --param day=VALUE, or give it a default', 2],
      ],
    );
  });
});

describe('variables in paths', () => {
  const LOOKUP: PathLookup = {
    params: new Map([
      ['day', { text: '2026-11-01' }],
      ['up', { text: '..' }],
      ['dot', { text: '.' }],
      ['folder', { text: 'a/b' }],
      ['star', { text: '*' }],
      ['nothing', { text: '' }],
      ['input', { text: '../in/*.csv', folder: '/shell' }],
    ]),
    env: { HOME_DATA: '/srv/data', EMPTY: '' },
  };
  const replace = (path: string, lookup = LOOKUP): { text?: string; folder?: string; found: Diagnostic[] } => {
    const found: Diagnostic[] = [];
    const source = (pipeline(`steps:\n  - read: '${path.replaceAll("'", "''")}'\n`).steps[0].value as SpecScalar)
      .source;
    return { ...replacePathVariables(source, lookup, found), found };
  };

  it('are replaced', () => {
    const cases: readonly (readonly [string, string, string?])[] = [
      ['a.csv', 'a.csv'],
      ['out/${day}/x-${ day }.csv', 'out/2026-11-01/x-2026-11-01.csv'],
      ['${env:HOME_DATA}/*.csv', '/srv/data/*.csv'],
      ['${input}', '../in/*.csv', '/shell'],
      ['x${dot}csv', 'x.csv'],
      ['costs $5 {a,b}.csv', 'costs $5 {a,b}.csv'],
    ];
    for (const [path, text, folder] of cases) assert.deepEqual(replace(path), { text, folder, found: [] }, path);
  });

  it('that cannot be replaced are refused where they stand', () => {
    const cases: readonly (readonly [string, number, RegExp])[] = [
      ['x/${dya}.csv', 2, /did you mean `day`/],
      ['x/${env:NOT_SET}.csv', 2, /NOT_SET=/],
      ['x/${env:EMPTY}.csv', 2, /EMPTY=/],
      ['${env:constructor}', 0, /constructor=/],
      ['${up}/x.csv', 0, /type `path`/],
      ['a/${dot}${dot}', 8, /^$/],
      ['.${dot}/x', 1, /^$/],
      ['${folder}/x.csv', 0, /type `path`/],
      ['x${star}', 1, /type `path`/],
      ['${nothing}', 0, /^$/],
      ['x/${day', 2, /^$/],
      ['${}', 0, /env:NAME/],
      ['$day.csv', 0, /write \$\{day\}/],
      ['x/{day}.csv', 2, /write \$\{day\}/],
      ['x/{{ day }}.csv', 2, /write \$\{day\}/],
      ["x/${strftime($day, '%Y/}')}.csv", 2, /env:NAME/],
    ];
    for (const [path, at, hint] of cases) {
      const { text, found } = replace(path);
      assert.deepEqual(
        [text, found.map((d) => `${d.code} ${d.place?.column}`)],
        [undefined, [`SPEC_PATH_VARIABLE ${at + 12}`]],
        path,
      );
      assert.match(found[0].hint ?? '', hint, path);
    }
  });

  it('hand an expression on, with its place', () => {
    const seen: string[] = [];
    const evaluate: PathLookup['evaluate'] = (expression, source, span) => {
      seen.push(expression, source.text.slice(span.start, span.end));
      return expression.includes('bad') ? diagnosticAt('SPEC_BAD_VALUE', 'bad', source, span) : '2026/11';
    };
    assert.equal(replace("out/${strftime($day, '%Y/%m}')}/", { ...LOOKUP, evaluate }).text, 'out/2026/11/');
    assert.deepEqual(seen, ["strftime($day, '%Y/%m}')", "strftime($day, '%Y/%m}')"]);
    assert.equal(replace('out/${bad()}', { ...LOOKUP, evaluate }).found[0].code, 'SPEC_BAD_VALUE');
  });
});

describe('places and suggestions', () => {
  it('count code points', () => {
    const [step] = pipeline("steps:\n  - filter: '😀 é = x'\n").steps;
    const source = (step.value as SpecScalar).source;
    const start = source.text.indexOf('x');
    assert.deepEqual(placeOf(source, { start, end: start + 1 }), {
      file: 'jobs/revenue.yaml',
      line: 2,
      column: 20,
      length: 1,
    });
    const end = source.text.length;
    assert.equal(placeOf(source, { start: end, end }).column, 21);
  });

  it('sort diagnostics by file, line and column', () => {
    const at = (file: string, line: number, column: number): Diagnostic =>
      diagnostic('SPEC_BAD_VALUE', `${file}${line}${column}`, { place: { file, line, column } });
    const none = diagnostic('SPEC_PARAM_UNKNOWN', 'none');
    const sorted = [none, at('a', 1, 2), at('a', 1, 10), at('a', 2, 1), at('a', 10, 1), at('b', 1, 1)];
    assert.deepEqual(sortByPlace(sorted.toReversed()), sorted);
  });

  it('suggest what is near', () => {
    assert.equal(suggest('Amount', ['total', 'amount']), 'amount');
    assert.equal(suggest('amuont', ['total', 'amount']), 'amount');
    assert.equal(suggest('x', ['y']), undefined);
    assert.equal(suggest('filter', ['write', 'read']), undefined);
    assert.equal(didYouMean('zzz', ['a', 'b'], 'columns'), 'columns: a, b');
    assert.equal(didYouMean('zzz', [], 'columns'), 'there are no columns here');
    assert.match(
      didYouMean(
        'zzz',
        Array.from({ length: 20 }, (_, i) => `column${i}`),
        'columns',
      ),
      /and 8 more$/,
    );
  });
});
