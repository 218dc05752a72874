/** The YAML examples of docs/errors.md about the pipeline file: each must give the error that it is an example of. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Diagnostic } from '../../src/errors.js';
import { readOptions } from '../../src/spec/options.js';
import { matchParams } from '../../src/spec/params.js';
import { replacePathVariables } from '../../src/spec/path-variables.js';
import { readPipeline } from '../../src/spec/pipeline.js';
import { NO_VERB, type SourceText } from '../../src/spec/pipeline-spec.js';
import { projectRoot } from '../support/project-root.js';
import { TEST_VERBS } from './test-verbs.js';

const STEPS = 'steps:\n  - read: a.csv\n';
const LOOKUP = { params: new Map([['region', { text: '../secret' }]]), env: {} };

/** The example as whole pipelines: steps one by one, so that each shows what it is there for. */
function pipelines(code: string, example: string): readonly string[] {
  if (!example.startsWith('- ')) return [/^(?:steps|name):/.test(example) ? example : `${example}${STEPS}`];
  const steps = code === 'SPEC_YAML_UNSAFE' ? example.split(/^(?=- )/m) : [example];
  return steps.map((step) => `steps:\n${step.replace(/^(?=.)/gm, '  ')}`);
}

function diagnose(text: string): readonly string[] {
  const { spec, diagnostics } = readPipeline({ path: 'p.yaml', text }, new Set(Object.keys(TEST_VERBS)));
  const found: Diagnostic[] = [...diagnostics];
  for (const step of spec?.steps ?? []) {
    if (step.verb === NO_VERB) continue;
    readOptions(TEST_VERBS[step.verb as keyof typeof TEST_VERBS], step, found);
    const paths: readonly SourceText[] =
      step.value.kind === 'scalar' && step.verb === 'write' ? [step.value.source] : [];
    for (const path of paths) replacePathVariables(path, LOOKUP, found);
  }
  found.push(...matchParams(spec?.params ?? [], new Map()).diagnostics);
  return found.map((diagnostic) => diagnostic.code);
}

describe('the page of errors', () => {
  const page = readFileSync(join(projectRoot, 'docs/errors.md'), 'utf8');
  for (const section of page.split(/^### /m).slice(1)) {
    const code = section.slice(0, section.indexOf('\n'));
    const example = /```yaml\n([\s\S]*?)```/.exec(section)?.[1];
    if (!code.startsWith('SPEC_') || example === undefined) continue;
    it(`shows ${code}`, () => {
      for (const text of pipelines(code, example)) assert.deepEqual([...new Set(diagnose(text))], [code], text);
    });
  }
});
