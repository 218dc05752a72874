/**
 * A JSON Schema of pipeline files, for editors: they complete verbs and keys, show what each is, and underline what is
 * none. Draft 7, which yaml-language-server understands best. It is made from the schemas that pipelines are read with;
 * it takes whatever leat takes, and what only leat can find out (names, types, expressions) it lets pass.
 */
import type { VerbDefinition } from '../dataflow/verb.js';
import { VERBS } from '../operators/verbs.js';
import { PARAM_KEYS } from '../spec/params.js';
import { RUN_SCHEMA } from '../spec/run-settings.js';
import { STEP_KEYS } from '../spec/step-keys.js';
import { group, type Json, PARAM_TYPE, ref, SCALAR, SHARED, WRITTEN_VALUE } from './option-json-schema.js';

const STEP_NAME: Json = { type: 'string', pattern: '^[\\p{L}_][\\p{L}\\p{N}_-]*$' };

export function pipelineJsonSchema(): Json {
  const verbs = [...VERBS.values()];
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'leat pipeline',
    description: 'A pipeline of leat: steps that read, change and write rows.',
    type: 'object',
    required: ['steps'],
    properties: {
      name: { ...SCALAR, description: "what the pipeline is called; default: the file's name" },
      params: {
        type: 'object',
        description: 'values given at each run with --param NAME=VALUE; expressions read them as $name',
        propertyNames: { pattern: '^[A-Za-z_]\\w*$' },
        additionalProperties: ref('param'),
      },
      run: { ...group(RUN_SCHEMA, false), description: 'how it runs; flags and environment variables win' },
      steps: { type: 'array', minItems: 1, description: 'each with exactly one verb', items: ref('step') },
    },
    patternProperties: { '^x-': { description: 'yours: leat does not look at it' } },
    additionalProperties: false,
    definitions: {
      step: { type: 'object', oneOf: verbs.map(({ verb }) => ref(`${verb}Step`)) },
      ...Object.fromEntries(verbs.map((verb) => [`${verb.verb}Step`, stepSchema(verb)])),
      param: paramSchema(),
      ...SHARED,
    },
  };
}

function stepSchema({ verb, summary, hasInput, schema }: VerbDefinition): Json {
  const { from, ...others } = STEP_KEYS;
  const value = { ...schema.value, required: true, doc: `${summary}\n\n${schema.value.doc}` };
  const keys = { [verb]: value, ...schema.options, ...(hasInput ? { from } : {}), ...others };
  return { title: verb, description: summary, ...group(keys, true, { name: STEP_NAME }) };
}

/** A type alone, a list of it, or a map. */
function paramSchema(): Json {
  const type = { anyOf: [PARAM_TYPE, { type: 'array', minItems: 1, maxItems: 1, items: PARAM_TYPE }] };
  return { anyOf: [...type.anyOf, group(PARAM_KEYS, false, { type, default: WRITTEN_VALUE })] };
}
