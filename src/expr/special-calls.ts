/** Calls that are not functions of the registry: they need not evaluate all their arguments, or choose another function. */
import { STRING } from '../columnar/data-type.js';
import type { Span } from '../errors.js';
import { didYouMean } from '../spec/suggest.js';
import { bindCall, callOf } from './bind-call.js';
import { INTERVAL_CALLS } from './bind-interval.js';
import type { BoundExpr } from './bound.js';
import { caseOf, castTo } from './bound-nodes.js';
import { datePartNames, findDatePart } from './functions/date-parts.js';
import type { Example, ScalarFunction } from './functions/function.js';
import { literal } from './literals.js';
import { condition, unify } from './operands.js';
import { fail } from './problem.js';

/** What the documentation says of such a call; its examples are its tests. */
export interface SpecialCallPage {
  /** Of the functions that it is listed with. */
  readonly family: 'conditional' | 'date' | 'json';
  readonly usage: string;
  readonly summary: string;
  readonly examples: readonly Example[];
}

interface SpecialCall extends SpecialCallPage {
  /** How many arguments it takes; without it, one or more. */
  readonly count?: number;
  bind(args: readonly BoundExpr[], span: Span): BoundExpr;
}

const DATE_PART: SpecialCall = {
  family: 'date',
  usage: "date_part('year', x)",
  summary: 'A part of a date or timestamp by its name, as `year(x)` and the others give it.',
  examples: [["date_part('year', date '2026-11-01')", '2026']],
  count: 2,
  bind: ([part, value], span) => bindCall(datePart(part), [value], span),
};

function coalesce(name: string, usage: string, example: Example, count?: number): SpecialCall {
  return {
    family: 'conditional',
    usage,
    summary: 'The first argument that is not null; those behind it are not evaluated.',
    examples: [example],
    count,
    bind: (args, span) => {
      const unified = unify(args, `the arguments of ${name}`, span);
      return { op: 'coalesce', args: unified, type: unified[0].type, span };
    },
  };
}

const JSON_STRING: SpecialCall = {
  family: 'json',
  usage: 'json_extract_string(json, path)',
  summary: 'The text that a path leads to, a string without its quotes.',
  examples: [[`json_extract_string('{"a": "x"}', '$.a')`, 'x']],
  count: 2,
  bind: (args, span) => castTo(callOf('json_extract', args, span), STRING, false, span),
};

const SPECIAL_CALLS: ReadonlyMap<string, SpecialCall> = new Map([
  ['coalesce', coalesce('coalesce', 'coalesce(a, b, ...)', ['coalesce(NULL, 2, 3)', '2'])],
  ['ifnull', coalesce('ifnull', 'ifnull(a, b)', ['ifnull(NULL, 2)', '2'], 2)],
  [
    'nullif',
    {
      family: 'conditional',
      usage: 'nullif(a, b)',
      summary: 'Null where a equals b, else a.',
      examples: [
        ["nullif('-', '-')", 'NULL'],
        ["nullif('a', '-')", 'a'],
      ],
      count: 2,
      bind: ([value, other], span) =>
        caseOf([callOf('equal', [value, other], span)], [literal(null, value.type, span), value], span),
    },
  ],
  [
    'if',
    {
      family: 'conditional',
      usage: 'if(condition, a, b)',
      summary: 'a where the condition is true, else b; like CASE, only that one is evaluated.',
      examples: [["if(1 < 2, 'less', 'more')", 'less']],
      count: 3,
      bind: ([test, ...results], span) =>
        caseOf([condition(test, 'the condition of if')], unify(results, 'the results of if', span), span),
    },
  ],
  ['json_extract_string', JSON_STRING],
  ['json_extract_path_text', JSON_STRING],
  ['date_part', DATE_PART],
  ['datepart', DATE_PART],
]);

/** Their pages, each once, with all its names. */
export function specialCalls(): readonly (SpecialCallPage & { readonly names: readonly string[] })[] {
  const special = [...new Set(SPECIAL_CALLS.values())].map(({ family, usage, summary, examples }) => ({
    ...{ family, usage, summary, examples },
    names: [...SPECIAL_CALLS].filter(([, call]) => call.usage === usage).map(([name]) => name),
  }));
  return [...special, ...INTERVAL_CALLS.map((call) => ({ ...call, family: 'date' as const }))];
}

/** The call, bound, when `name` is one of these. */
export function bindSpecialCall(name: string, args: () => readonly BoundExpr[], span: Span): BoundExpr | undefined {
  const special = SPECIAL_CALLS.get(name);
  if (special === undefined) return undefined;
  const bound = args();
  if (special.count === undefined ? bound.length === 0 : bound.length !== special.count) {
    const message = `${name} has the wrong number of arguments`;
    return fail('EXPR_ARGUMENTS', message, span, `it is called so: ${special.usage}`);
  }
  return special.bind(bound, span);
}

function datePart(part: BoundExpr): ScalarFunction {
  if (part.op !== 'literal' || typeof part.value !== 'string') {
    const hint = `it is called so: ${DATE_PART.usage}`;
    return fail('EXPR_ARGUMENTS', 'the part must be a text as such', part.span, hint);
  }
  const fn = findDatePart(part.value);
  if (fn !== undefined) return fn;
  const hint = didYouMean(part.value, datePartNames(), 'parts');
  return fail('EXPR_ARGUMENTS', `'${part.value}' is not a part of a date`, part.span, hint);
}
