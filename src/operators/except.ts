/** `except`: the rows that another step does not have. */
import { defineVerb } from '../dataflow/verb.js';
import { addSetOperation, SET_SCHEMA } from './set-operation.js';

export const EXCEPT = defineVerb({
  verb: 'except',
  summary: 'Rows that are no rows of another step, each once, in the order of the columns; nulls are equal.',
  example: '- from: subscribers\n  except: unsubscribed',
  hasInput: true,
  hasOutput: true,
  schema: SET_SCHEMA,
  lower: async (context, { value, options }) => addSetOperation(context, value, options.by_position, true),
});
