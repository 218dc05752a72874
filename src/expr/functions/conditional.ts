/** Choosing among values. coalesce, ifnull, nullif and if are the binder's: they do not evaluate all their arguments. */
import type { Value } from '../../columnar/value.js';
import { commonTypeOf } from '../coercion.js';
import { compareValues } from './comparison.js';
import { type Example, neverFails, type ScalarFunction } from './function.js';

function extreme(id: string, summary: string, examples: readonly Example[], sign: 1 | -1): ScalarFunction {
  return {
    id,
    aliases: [],
    usage: `${id}(a, b, ...)`,
    summary,
    examples,
    resolve: (args) => {
      const type = args.length === 0 ? undefined : commonTypeOf(args);
      return type === undefined ? undefined : { args: args.map(() => type), result: type };
    },
    nullRule: 'custom',
    mayFail: neverFails,
    evaluate: (args) => {
      let chosen: Value = null;
      for (const value of args) {
        if (value !== null && (chosen === null || compareValues(value, chosen) * sign > 0)) chosen = value;
      }
      return chosen;
    },
  };
}

export const CONDITIONAL: readonly ScalarFunction[] = [
  extreme(
    'greatest',
    'The greatest argument that is not null.',
    [
      ['greatest(1, 3, NULL)', '3'],
      ['greatest(1, 2.5)', '2.5'],
    ],
    1,
  ),
  extreme('least', 'The smallest argument that is not null.', [["least('b', 'a')", 'a']], -1),
];
