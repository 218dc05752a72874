/** Aggregate functions that make json: texts of the rows, joined. */
import { JSON_TEXT, STRING } from '../../columnar/data-type.js';
import type { Span } from '../../errors.js';
import { callOf } from '../bind-call.js';
import type { BoundExpr } from '../bound.js';
import { castTo } from '../bound-nodes.js';
import { literal } from '../literals.js';
import type { AggregateFunction } from './aggregate-function.js';

/** The joined texts between brackets, as json. */
function enclosed(open: string, joined: BoundExpr, close: string, span: Span): BoundExpr {
  const begun = callOf('concat_operator', [literal(open, STRING, span), joined], span);
  return castTo(callOf('concat_operator', [begun, literal(close, STRING, span)], span), JSON_TEXT, false, span);
}

export const JSON_AGGREGATES: readonly AggregateFunction[] = [
  {
    name: 'json_group_array',
    aliases: [],
    usage: 'json_group_array([DISTINCT] value [ORDER BY key])',
    summary: 'The values, nulls too, as an array of json, in the order of the input.',
    examples: [
      ['json_group_array(x)', '[1,2,2,null,5]'],
      ['json_group_array(t)', '["b","a","a",null,"c"]'],
    ],
    arguments: [1, 1],
    takesDistinct: true,
    takesOrder: true,
    bind: ({ args: [value], foldRows, span }) => {
      const missing = literal('null', JSON_TEXT, span);
      const item: BoundExpr = {
        op: 'coalesce',
        args: [callOf('to_json', [value], span), missing],
        type: JSON_TEXT,
        span,
      };
      return enclosed('[', foldRows(item, { kind: 'join_texts', separator: ',' }, STRING), ']', span);
    },
  },
  {
    name: 'json_group_object',
    aliases: [],
    usage: 'json_group_object(key, value [ORDER BY key])',
    summary: 'An object of json with an entry for each row, in the order of the input; a key that is null is an error.',
    examples: [["json_group_object(coalesce(t, '-'), x)", '{"b":1,"a":2,"a":2,"-":null,"c":5}']],
    arguments: [2, 2],
    takesOrder: true,
    bind: ({ args, foldRows, span }) => {
      const entry = callOf('json_entry', args, span);
      return enclosed('{', foldRows(entry, { kind: 'join_texts', separator: ',' }, STRING), '}', span);
    },
  },
];
