/** The JSON Schema for editors: stable, and it takes what leat takes. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { pipelineJsonSchema } from '../../src/docs/json-schema.js';
import { SECTION_PAGES, VERB_PAGES } from '../../src/docs/topics.js';
import { VERBS } from '../../src/operators/verbs.js';
import { readEntries } from '../../src/spec/option-reader.js';
import { readOptions } from '../../src/spec/options.js';
import { readPipeline } from '../../src/spec/pipeline.js';
import { NO_VERB } from '../../src/spec/pipeline-spec.js';
import { STEP_KEYS } from '../../src/spec/step-keys.js';
import { assertGolden } from '../support/golden.js';
import { leat } from '../support/leat.js';
import { PIPELINE_CASES } from '../support/pipeline-cases.js';
import { projectRoot } from '../support/project-root.js';

const ajv = new Ajv({ allowUnionTypes: true, strictTypes: false, verbose: true });
const isValid = ajv.compile(pipelineJsonSchema());

/** As an editor reads it. */
const validate = (text: string): boolean => isValid(parse(text, { merge: true }));

/** The shape alone, as leat reads it; what a file holds or a name means is not asked. */
function isReadable(text: string): boolean {
  const { spec, diagnostics } = readPipeline({ path: 'p.yaml', text }, new Set(VERBS.keys()));
  const found = [...diagnostics];
  let isWired = true;
  for (const step of spec?.steps ?? []) {
    // That it has none is among what was found.
    if (step.verb === NO_VERB) continue;
    const verb = VERBS.get(step.verb)!;
    readOptions(verb.schema, step, found, { parameter: () => ({ text: '3' }) });
    readEntries({ parallelism: STEP_KEYS.parallelism }, step.common, { owner: 'it', at: step.verbSource }, found);
    if (step.from !== undefined && !verb.hasInput) isWired = false;
  }
  return isWired && found.length === 0;
}

const steps = (step: string): string => `steps:\n${step.replace(/^(?=.)/gm, '  ')}\n`;
/** Fenced YAML of a page. */
const fenced = (path: string): readonly string[] =>
  [...readFileSync(join(projectRoot, path), 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text]) => text);
const whole = (text: string): string => (text.startsWith('- ') ? steps(text) : text);

const GOOD: Readonly<Record<string, readonly string[]>> = {
  fixtures: readdirSync(join(projectRoot, 'fixtures'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file))
    .map((file) => readFileSync(join(projectRoot, 'fixtures', file), 'utf8')),
  cases: PIPELINE_CASES.map(({ pipeline }) => pipeline),
  'examples of verbs': VERB_PAGES.map(({ example }) => steps(example)),
  'examples of the parts of a file': SECTION_PAGES.map(({ example }) =>
    example.startsWith('steps') ? example : `${example}\n${steps('- read: a.csv')}`,
  ),
  pages: ['README.md', 'docs/architecture.md', 'docs/language.md'].flatMap(fenced).map(whole),
  'ways to write things': [
    steps('- read: [a.csv, b.csv]\n  delimiter: tab\n  quote: none\n  nulls: [NA, 0, null, "-"]\n  skip_lines: $skip'),
    steps('- read: a.csv\n  delimiter: "||"\n  comment: "#"\n  escape: "\\\\"\n  header: False'),
    steps('- read: a.csv\n  schema:\n    id: bigint\n    2024: { type: double, from: 2024, nulls: x }'),
    steps('- select: id'),
    steps('- select:\n    - "*"\n    - 1\n    - a: b + 1\n      c: 2\n  from: orders\n  name: så_här-2'),
    steps('- derive:\n    a: 1\n    b: true\n    c: null\n  parallelism: 2\n  description: why'),
    `x-mine:\n  any: [thing]\nname: 2026\nparams:\n  day: date\n  n: { type: int, default: 3, one_of: [1, 3] }\n${steps('- filter: true')}`,
    `params:\n  day:\n    type: date\n    default: { expr: current_date - 1 }\n${steps('- filter: 1')}`,
    `run:\n  memory: 1.5 gib\n  slots: "1_0"\n  seed: -3\n  now: 2026-11-01\n  restart: { delay: 500MS }\n${steps('- filter: a')}`,
    `x-common: &c\n  header: false\n${steps('- <<: *c\n  read: a.csv')}`,
  ],
};

const BAD: readonly string[] = [
  '{}',
  'name: x',
  'steps: []',
  'steps: {}',
  'steps: read',
  'step:\n  - read: a.csv',
  steps('- a.csv'),
  steps('- name: x'),
  steps('- fliter: a > 1'),
  steps('- read: a.csv\n  filter: a > 1'),
  steps('- read: a.csv\n  delimeter: ;'),
  steps('- read: a.csv\n  from: x'),
  steps('- read: a.csv\n  quotes: loose'),
  steps('- read: a.csv\n  quote: "abc"'),
  steps('- read: a.csv\n  header: maybe'),
  steps('- read: a.csv\n  skip_lines: -1'),
  steps('- read: a.csv\n  skip_lines: some'),
  steps('- read: []'),
  steps('- read: { path: a.csv }'),
  steps('- read:'),
  steps('- read: a.csv\n  schema: [id, amount]'),
  steps('- read: a.csv\n  schema:\n    id: { from: ID }'),
  steps('- read: a.csv\n  schema:\n    id: { type: int, form: ID }'),
  steps('- filter: [a > 1]'),
  steps('- derive: a + 1'),
  steps('- derive: [a]'),
  steps('- derive: {}'),
  steps('- select: [[a]]'),
  steps('- filter: a\n  name: 1st'),
  steps('- filter: a\n  parallelism: 0'),
  steps('- write: a.csv\n  mode: add'),
  `run:\n  memory: 256\n${steps('- filter: a')}`,
  `run:\n  memory: 256 potatoes\n${steps('- filter: a')}`,
  `run:\n  restart: { delay: 5 }\n${steps('- filter: a')}`,
  `run:\n  slot: 5\n${steps('- filter: a')}`,
  `run:\n  slots: $n\n${steps('- filter: a')}`,
  `params:\n  floor: { default: 0 }\n${steps('- filter: a')}`,
  `params:\n  1st: int\n${steps('- filter: a')}`,
  `params:\n  a: { type: int, default: { exp: 1 } }\n${steps('- filter: a')}`,
];

describe('the JSON Schema', () => {
  for (const [name, texts] of Object.entries(GOOD)) {
    it(`takes ${name}`, () => {
      assert.ok(texts.length > 0);
      for (const text of texts) {
        assert.ok(isReadable(text), `leat does not take\n${text}`);
        assert.ok(validate(text), `${JSON.stringify(isValid.errors?.slice(-3), null, 1)}\n${text}`);
      }
    });
  }

  it('refuses what leat refuses', () => {
    for (const text of BAD) {
      assert.ok(!isReadable(text), `leat takes\n${text}`);
      assert.ok(!validate(text), text);
    }
  });

  it('tells editors what each key is', () => {
    const { definitions } = pipelineJsonSchema() as {
      definitions: Record<string, { properties?: Record<string, { description?: string }> }>;
    };
    for (const { verb, schema } of VERBS.values()) {
      for (const key of [verb, ...Object.keys(schema.options), 'name', 'description', 'parallelism']) {
        assert.ok(definitions[`${verb}Step`].properties?.[key]?.description, `${verb}: ${key}`);
      }
    }
  });

  it('is what the command prints and the package holds', async () => {
    const { status, stdout } = await leat(['docs', '--json-schema']);
    assert.equal(status, 0);
    assertGolden('docs/pipeline.schema.json', stdout);
    assert.deepEqual(JSON.parse(stdout), JSON.parse(JSON.stringify(pipelineJsonSchema())));
    const { status: wrong, stderr } = await leat(['docs', 'read', '--json-schema']);
    assert.equal(wrong, 2);
    assert.match(stderr, /error CLI_USAGE\n.*takes no topic/);
  });
});
