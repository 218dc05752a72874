/**
 * Every topic of `leat docs`, made from the one definition of each thing: verbs, functions, keys of the pipeline file,
 * the catalogue of errors and its page.
 */
import type { VerbDefinition } from '../dataflow/verb.js';
import { ERROR_CATALOGUE, type ErrorCode, EXIT_STATUS } from '../errors.js';
import { AGGREGATE_FUNCTIONS } from '../expr/aggregates/registry.js';
import type { ScalarFunction } from '../expr/functions/function.js';
import { FUNCTION_FAMILIES } from '../expr/functions/registry.js';
import { specialCalls } from '../expr/special-calls.js';
import { WINDOW_FUNCTIONS } from '../expr/windows/registry.js';
import { VERBS } from '../operators/verbs.js';
import { PARAM_KEYS } from '../spec/params.js';
import { RUN_SCHEMA } from '../spec/run-settings.js';
import { STEP_KEYS } from '../spec/step-keys.js';
import type { MarkdownPages } from './markdown-pages.js';
import {
  type ErrorPage,
  type FunctionPage,
  type GuidePage,
  type ListPage,
  optionPage,
  optionPages,
  type SectionPage,
  type VerbPage,
} from './topic.js';

export const VERB_PAGES: readonly VerbPage[] = [...VERBS.values()].map(verbPage);

export const SECTION_PAGES: readonly SectionPage[] = [
  {
    kind: 'section',
    name: 'steps',
    summary: 'The keys that every step may have, beside its verb and what the verb takes.',
    options: optionPages(STEP_KEYS),
    example: 'steps:\n  - name: orders\n    read: orders.csv\n  - from: orders\n    write: copy.csv',
  },
  {
    kind: 'section',
    name: 'params',
    summary: 'Values given at each run with --param NAME=VALUE; expressions read them as $name, paths as ${name}.',
    options: optionPages(PARAM_KEYS),
    example: 'params:\n  day: date\n  floor:\n    type: decimal(12,2)\n    default: 0',
  },
  {
    kind: 'section',
    name: 'run',
    summary: 'How the pipeline runs. Each has a flag and an environment variable, which win over it.',
    options: optionPages(RUN_SCHEMA),
    example: 'run:\n  memory: 1GiB\n  slots: 4\n  restart:\n    attempts: 5',
  },
];

export const FUNCTION_PAGES: readonly FunctionPage[] = [
  ...AGGREGATE_FUNCTIONS.map(
    ({ name, aliases, usage, summary, examples }): FunctionPage => ({
      ...{ kind: 'aggregate', name, family: 'aggregate', aliases, usage, summary },
      ...{ nulls: 'skipped', examples: examples.map(([expression, value]) => ({ expression, value })) },
    }),
  ),
  ...WINDOW_FUNCTIONS.map(
    ({ name, aliases, usage, summary, examples }): FunctionPage => ({
      ...{ kind: 'window', name, family: 'window', aliases, usage, summary },
      ...{ nulls: 'custom', examples: examples.map(([expression, value]) => ({ expression, value })) },
    }),
  ),
  ...Object.entries(FUNCTION_FAMILIES).flatMap(([family, functions]) => [
    ...functions.map((fn) => scalarPage(fn, family)),
    ...specialCalls()
      .filter((call) => call.family === family)
      .map(
        ({ names: [name, ...aliases], usage, summary, examples }): FunctionPage => ({
          ...{ kind: 'function', name, family, aliases, usage, summary, nulls: 'custom' },
          examples: examples.map(([expression, value]) => ({ expression, value })),
        }),
      ),
  ]),
];

export function errorTopics(pages: MarkdownPages): readonly ErrorPage[] {
  return (Object.keys(ERROR_CATALOGUE) as ErrorCode[]).map((code) => {
    const { title, domain } = ERROR_CATALOGUE[code];
    return { kind: 'error', name: code, summary: title, exitStatus: EXIT_STATUS[domain], page: pages.get(code) ?? [] };
  });
}

/** "Types and expressions" is found by either word. */
export function guideTopics(pages: MarkdownPages): readonly GuidePage[] {
  return [...pages].map(([heading, page]) => {
    const [name, ...aliases] = heading
      .toLowerCase()
      .split(' ')
      .filter((word) => word !== 'and');
    return { kind: 'guide', name, aliases, summary: heading, page };
  });
}

const FAMILY_SUMMARIES: Readonly<Partial<Record<string, string>>> = {
  aggregate: 'Functions over the rows of a group, or of a window.',
  window: 'Functions of a row and its window, in an `over` step.',
};

/** Verbs, parts of the file, functions by family, codes by their first word: the overview, and topics themselves. */
export function listPages(guides: readonly GuidePage[], errors: readonly ErrorPage[]): readonly ListPage[] {
  const families = [...new Set(FUNCTION_PAGES.map(({ family }) => family))];
  const words = [...new Set(errors.map(({ name }) => firstWord(name)))];
  return [
    list('language', 'How pipelines are written.', guides),
    list('verbs', 'What a step can do.', VERB_PAGES),
    list('file', 'Keys of the pipeline file.', SECTION_PAGES),
    ...families.map((family) =>
      list(
        family,
        FAMILY_SUMMARIES[family] ?? `Functions and operators: ${family}.`,
        FUNCTION_PAGES.filter((page) => page.family === family).map((page) => ({ ...page, name: shownName(page) })),
      ),
    ),
    ...words.map((word) =>
      list(
        word,
        `Errors that begin with ${word}.`,
        errors.filter(({ name }) => firstWord(name) === word),
      ),
    ),
  ];
}

/** `+` of `a + b` and `-` of `-a`; undefined for what is called by its name. */
export function operatorSymbol(usage: string): string | undefined {
  return (/^\w+ (\S+) /.exec(usage) ?? /^([^\w\s(]+)\w/.exec(usage))?.[1];
}

/** By what one would look for it. */
function shownName({ name, usage }: FunctionPage): string {
  return operatorSymbol(usage) ?? name;
}

function firstWord(code: string): string {
  return code.split('_', 1)[0];
}

function list(name: string, summary: string, entries: ListPage['entries']): ListPage {
  return {
    kind: 'list',
    name,
    summary,
    entries: entries.map((entry) => ({ name: entry.name, summary: entry.summary })),
  };
}

function verbPage({ verb, summary, example, schema }: VerbDefinition): VerbPage {
  return {
    kind: 'verb',
    name: verb,
    summary,
    value: optionPage(verb, schema.value),
    options: optionPages(schema.options),
    example,
  };
}

function scalarPage(fn: ScalarFunction, family: string): FunctionPage {
  const { id, aliases, usage, summary, nullRule, examples } = fn;
  return {
    ...{ kind: 'function', name: id, family, aliases, usage, summary, nulls: nullRule },
    examples: examples.map(([expression, value]) => ({ expression, value })),
  };
}
