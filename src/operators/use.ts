/** `use`: another pipeline file as one step. The planner opens the file; see plan/used-pipeline.ts. */
import { defineVerb } from '../dataflow/verb.js';

export const USE = defineVerb({
  verb: 'use',
  summary: 'Sends the rows through another pipeline file, which has one open input; its last step is the output.',
  example: '- use: lib/clean.yaml\n  with:\n    floor: 10\n    day: $day',
  hasInput: true,
  hasOutput: true,
  schema: {
    value: { kind: 'path', required: true, doc: 'the pipeline file, relative to this one' },
    options: {
      with: { kind: 'values', doc: 'its parameters: `name: value`, a list, `name: $mine`, or `expr: expression`' },
    },
  },
  lower: (context, { value, options }) => context.usePipeline(value, options.with ?? []),
});
