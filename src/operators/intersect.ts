/** `intersect`: the rows that another step has too. */
import { defineVerb } from '../dataflow/verb.js';
import { addSetOperation, SET_SCHEMA } from './set-operation.js';

export const INTERSECT = defineVerb({
  verb: 'intersect',
  summary: 'Rows that are rows of another step too, each once, in the order of the columns; nulls are equal.',
  example: '- from: subscribers\n  intersect: buyers',
  hasInput: true,
  hasOutput: true,
  schema: SET_SCHEMA,
  lower: async (context, { value, options }) => addSetOperation(context, value, options.by_position, false),
});
