/** Topics of `leat docs` as text for a terminal. Pure functions. */
import type { ChalkInstance } from 'chalk';
import type { PageBlock } from '../docs/markdown-pages.js';
import type { FunctionPage, ListPage, OptionPage, Topic } from '../docs/topic.js';
import { assertNever } from '../errors.js';
import { displayWidth, wrapText } from '../spec/display-width.js';
import { plural } from './format.js';

/** How wide, and in which colours. */
export interface Page {
  readonly columns: number;
  readonly paint: ChalkInstance;
}

/** Longer lines are hard to read. */
const MAX_COLUMNS = 100;
/** A list of names and what they are stands in two columns unless the first would take most of the room. */
const MAX_NAME_SHARE = 0.4;

export function docsPage(columns: number | undefined, paint: ChalkInstance): Page {
  return { columns: Math.min(columns ?? 80, MAX_COLUMNS), paint };
}

export function topicsText(topics: readonly Topic[], page: Page): string {
  return topics.map((topic) => topicLines(topic, page).join('\n')).join('\n\n');
}

/** So many names are shown in full. */
const SHORT_LIST = 6;
/** Characters of names in a row of the overview. */
const OVERVIEW_CHARACTERS = 52;

/** All topics by name, on a screen. */
export function overviewText(lists: readonly ListPage[], page: Page): string {
  const { paint } = page;
  const isErrors = (name: string): boolean => name === name.toUpperCase();
  const rows = lists
    .filter(({ name }) => !isErrors(name))
    .map(({ name, entries }) => [name, firstNames([...new Set(entries.map((entry) => entry.name))])] as const);
  const errors = lists.filter(({ name }) => isErrors(name)).map(({ name }) => name);
  return [
    paint.bold('leat docs TOPIC'),
    ...prose('shows one topic in full: any name below, a list by its name on the left, or the code of an error.', page),
    '',
    ...table(rows, page),
    ...table([['errors', `by their first word: ${errors.join(' ')}`]], page, Math.max(...rows.map(([n]) => n.length))),
  ].join('\n');
}

/** As many as stand on a line; the list's own page has all. */
function firstNames(names: readonly string[]): string {
  if (names.length <= SHORT_LIST) return names.join(' ');
  let text = names[0];
  for (const [index, name] of names.slice(1).entries()) {
    if (text.length + name.length > OVERVIEW_CHARACTERS) return `${text} and ${names.length - index - 1} more`;
    text += ` ${name}`;
  }
  return text;
}

function topicLines(topic: Topic, page: Page): readonly string[] {
  const { paint } = page;
  switch (topic.kind) {
    case 'verb':
      return [
        ...heading(topic.name, 'verb', topic.summary, page),
        ...optionLines([topic.value, ...topic.options], page),
        ...exampleLines(topic.example, page),
      ];
    case 'section':
      return [
        ...heading(topic.name, 'in the pipeline file', topic.summary, page),
        ...optionLines(topic.options, page),
        ...exampleLines(topic.example, page),
      ];
    case 'function':
    case 'aggregate':
    case 'window':
      return functionLines(topic, page);
    case 'error':
      return [
        ...heading(topic.name, `error, exit status ${topic.exitStatus}`, topic.summary, page),
        ...blockLines(topic.page, page),
      ];
    case 'guide':
      return [paint.bold(topic.summary), ...blockLines(topic.page, page)];
    case 'list':
      return [
        ...heading(topic.name, plural(topic.entries.length, 'topic'), topic.summary, page),
        '',
        ...table(
          topic.entries.map(({ name, summary }) => [name, summary]),
          page,
        ),
      ];
    default:
      return assertNever(topic, 'topic');
  }
}

function functionLines(topic: FunctionPage, page: Page): readonly string[] {
  const { paint } = page;
  const nulls = {
    propagate: 'Null when an argument is null.',
    skipped: 'Null values are left out.',
    custom: 'Nulls are treated as said above.',
  }[topic.nulls];
  const kind = topic.kind === 'function' ? topic.family : `${topic.kind} function`;
  return [
    ...heading(topic.usage, kind, topic.summary, page),
    ...(topic.aliases.length === 0 ? [] : prose(`Also ${topic.aliases.join(', ')}.`, page)),
    ...prose(nulls, page),
    ...(topic.examples.length === 0 ? [] : ['']),
    ...topic.examples.flatMap(({ expression, value }) => {
      const line = `    ${expression}  ${paint.dim('=>')} ${paint.green(value)}`;
      const isWide = displayWidth(expression) + displayWidth(value) + 10 > page.columns;
      return isWide ? [`    ${expression}`, `      ${paint.dim('=>')} ${paint.green(value)}`] : [line];
    }),
  ];
}

function heading(name: string, kind: string, summary: string, page: Page): readonly string[] {
  const { paint } = page;
  return [`${paint.bold(name)}  ${paint.dim(`(${kind})`)}`, ...prose(summary, page)];
}

function optionLines(options: readonly OptionPage[], page: Page): readonly string[] {
  return [
    '',
    ...table(
      options.flatMap((option) => optionRows(option, '')),
      page,
    ),
  ];
}

function optionRows(option: OptionPage, indent: string): readonly (readonly [string, string])[] {
  const { name, kind, values, required, doc, options = [] } = option;
  const takes = values?.join(' or ') ?? KINDS[kind];
  const usual = option.default === undefined ? '' : `; default: ${option.default}`;
  const row = [`${indent}${name}`, `${doc} (${takes}${required ? ', required' : ''}${usual})`] as const;
  return [row, ...options.flatMap((inner) => optionRows(inner, `${indent}  `))];
}

/** What an option takes, for people. */
const KINDS: Readonly<Record<OptionPage['kind'], string>> = {
  expression: 'an expression',
  name: 'a name',
  string: 'text',
  path: 'a path',
  checks: 'a condition, name: condition, or options',
  columns: 'columns',
  outputs: 'columns, or new: expression',
  expressions: 'name: expression, one a line',
  keys: 'a column, a list of them, or left: right',
  pairs: 'name: text, one a line',
  partitions: 'true, a list of names, or name: type',
  schema: 'column: type, one a line',
  paths: 'a path or a list of them',
  steps: 'a step or a list of them',
  strings: 'a text or a list of them',
  values: 'name: value, one a line',
  enum: 'one of a list',
  boolean: 'true or false',
  character: 'one character',
  integer: 'a whole number',
  size: 'a size, such as 256MiB',
  duration: 'a duration, such as 1s',
  bigint: 'a whole number',
  amount: 'a share such as 10%, or a whole number',
  group: 'a map',
};

function blockLines(blocks: readonly PageBlock[], page: Page): readonly string[] {
  return blocks.flatMap(({ kind, text }, index) => {
    if (kind === 'code') return exampleLines(text, page);
    if (kind === 'text') return ['', ...prose(text, page)];
    const gap = blocks[index - 1]?.kind === 'item' ? [] : [''];
    const lines = wrapText(text, page.columns - 4);
    return [...gap, ...lines.map((line, at) => `  ${at === 0 ? '-' : ' '} ${line}`)];
  });
}

function exampleLines(example: string, { paint }: Page): readonly string[] {
  return ['', ...example.split('\n').map((line) => `    ${paint.dim(line)}`)];
}

function prose(text: string, { columns }: Page): readonly string[] {
  return wrapText(text, columns - 2).map((line) => `  ${line}`);
}

/** Names on the left; on a narrow screen what they are stands below them. */
function table(rows: readonly (readonly [string, string])[], page: Page, least = 0): readonly string[] {
  const { columns, paint } = page;
  const width = Math.max(least, ...rows.map(([name]) => displayWidth(name)));
  const isNarrow = width + 4 > columns * MAX_NAME_SHARE;
  const indent = ' '.repeat(isNarrow ? 6 : width + 4);
  return rows.flatMap(([name, text]) => {
    const lines = wrapText(text, columns - indent.length);
    const painted = paint.cyan(name);
    if (isNarrow) return [`  ${painted}`, ...lines.map((line) => `${indent}${line}`)];
    const [first, ...rest] = lines;
    return [
      `  ${painted}${' '.repeat(width - displayWidth(name) + 2)}${first}`,
      ...rest.map((line) => `${indent}${line}`),
    ];
  });
}
