/** The reference of verbs, options and functions, made from their definitions. */

import { EXAMPLE_ROWS } from '../../src/expr/aggregates/aggregate-function.js';
import { AGGREGATE_FUNCTIONS } from '../../src/expr/aggregates/registry.js';
import type { Example } from '../../src/expr/functions/function.js';
import { SCALAR_FUNCTIONS } from '../../src/expr/functions/registry.js';
import { specialCalls } from '../../src/expr/special-calls.js';
import { WINDOW_FUNCTIONS } from '../../src/expr/windows/registry.js';
import { VERBS } from '../../src/operators/verbs.js';
import type { OptionDefinition } from '../../src/spec/option-schema.js';

export function reference(): string {
  const verbs = [...VERBS.values()].map((verb) =>
    [
      `### ${verb.verb}`,
      verb.summary,
      `\`\`\`yaml\n${verb.example}\n\`\`\``,
      [
        '| key | takes | default | what it is |',
        '|---|---|---|---|',
        optionRow(verb.verb, verb.schema.value),
        ...Object.entries(verb.schema.options).map(([name, option]) => optionRow(name, option)),
      ].join('\n'),
    ].join('\n\n'),
  );
  const scalars = [
    ...SCALAR_FUNCTIONS.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    ...specialCalls().map(({ names: [, ...aliases], ...page }) => ({ ...page, aliases })),
  ].map(functionRow);
  return [
    '# Reference',
    'Made from the definitions of the verbs and functions; [language.md](language.md) explains how they work together.',
    '## Verbs',
    ...verbs,
    '## Aggregate functions',
    `The examples are over these rows: x int, y double, t string, b boolean.\n\n\`\`\`csv\n${EXAMPLE_ROWS}\`\`\``,
    ['| call | what it answers | example |', '|---|---|---|', ...AGGREGATE_FUNCTIONS.map(functionRow)].join('\n'),
    '## Window functions',
    'Beside them, aggregate functions are computed over windows. The examples are what the rows above have, in the order of x.',
    ['| call | what it answers | example |', '|---|---|---|', ...WINDOW_FUNCTIONS.map(functionRow)].join('\n'),
    '## Functions and operators',
    ['| call | what it answers | example |', '|---|---|---|', ...scalars].join('\n'),
    '',
  ].join('\n\n');
}

interface FunctionRow {
  readonly usage: string;
  readonly summary: string;
  readonly aliases: readonly string[];
  readonly examples: readonly Example[];
}

function functionRow({ usage, summary, aliases, examples }: FunctionRow): string {
  const [example] = examples;
  const shown = example === undefined ? '' : `\`${cell(example[0])}\` is \`${cell(example[1])}\``;
  const also = aliases.length === 0 ? '' : ` Also ${aliases.map((alias) => `\`${alias}\``).join(', ')}.`;
  return `| \`${cell(usage)}\` | ${cell(summary)}${also} | ${shown} |`;
}

function optionRow(name: string, option: OptionDefinition): string {
  const takes = option.kind === 'enum' ? option.values.map((value) => `\`${value}\``).join(', ') : option.kind;
  const standard =
    option.default === undefined ? (option.required ? 'required' : '') : `\`${cell(String(option.default))}\``;
  return `| \`${name}\` | ${takes} | ${standard} | ${cell(option.doc)} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
