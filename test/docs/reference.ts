/** The reference of verbs, options and functions, made from their definitions. */

import { AGGREGATE_FUNCTIONS } from '../../src/expr/aggregate-functions.js';
import { SCALAR_FUNCTIONS } from '../../src/expr/functions/registry.js';
import { specialCalls } from '../../src/expr/special-calls.js';
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
  const aggregates = AGGREGATE_FUNCTIONS.map(({ usage, summary }) => `| \`${cell(usage)}\` | ${cell(summary)} |`);
  const scalars = [
    ...SCALAR_FUNCTIONS.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    ...specialCalls().map(({ names: [, ...aliases], ...page }) => ({ ...page, aliases })),
  ].map(({ usage, summary, aliases, examples }) => {
    const [example] = examples;
    const shown = example === undefined ? '' : `\`${cell(example[0])}\` is \`${cell(example[1])}\``;
    const also = aliases.length === 0 ? '' : ` Also ${aliases.map((alias) => `\`${alias}\``).join(', ')}.`;
    return `| \`${cell(usage)}\` | ${cell(summary)}${also} | ${shown} |`;
  });
  return [
    '# Reference',
    'Made from the definitions of the verbs and functions; [language.md](language.md) explains how they work together.',
    '## Verbs',
    ...verbs,
    '## Aggregate functions',
    ['| call | what it answers |', '|---|---|', ...aggregates].join('\n'),
    '## Functions and operators',
    ['| call | what it answers | example |', '|---|---|---|', ...scalars].join('\n'),
    '',
  ].join('\n\n');
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
