/**
 * Slips that people make in pipeline files: each must be refused, at its place, with a mend. The bar in a case marks
 * where the diagnostic must point; it is taken out before the file is read.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Diagnostic, ErrorCode } from '../../src/errors.js';
import { readOptions } from '../../src/spec/options.js';
import { readPipeline } from '../../src/spec/pipeline.js';
import { NO_VERB } from '../../src/spec/pipeline-spec.js';
import { TEST_VERBS } from './test-verbs.js';

const MARK = '¦';

type Slip = readonly [title: string, text: string, code: ErrorCode, hint: RegExp];

const SLIPS: readonly Slip[] = [
  ['a glob that begins with a star', 'steps:\n  - read: ¦*.csv\n', 'SPEC_YAML_UNSAFE', /in quotes: "\*\.csv"/],
  ['a star alone', 'steps:\n  - select:\n    - ¦*\n', 'SPEC_YAML_UNSAFE', /"\*" in quotes/],
  ['a star in a list', 'steps:\n  - select: [a, ¦*]\n', 'SPEC_YAML_UNSAFE', /"\*" in quotes/],
  ['a misspelt alias', 'x-a: &base 1\nsteps:\n  - read: ¦*bsae\n', 'SPEC_YAML_UNSAFE', /`\*base`/],
  ['an alias of itself', 'steps: &s\n  - read: ¦*s\n', 'SPEC_YAML_UNSAFE', /^$/],
  ['a comparison without its left side', 'steps:\n  - filter: ¦> 5\n', 'SPEC_YAML_UNSAFE', /single quotes/],
  ['rows: >= 1', 'steps:\n  - check:\n      rows: ¦>= 1\n', 'SPEC_YAML_UNSAFE', /rows: \{ min: 1 \}/],
  ['a quoted column first', 'steps:\n  - filter: ¦"Order ID" > 5\n', 'SPEC_YAML_UNSAFE', /'"Order ID" > 5'/],
  ['the same with text in it', 'steps:\n  - filter: ¦"Order ID" = \'a\'\n', 'SPEC_YAML_UNSAFE', /after `\|`/],
  ['a colon in text', "steps:\n  - filter: ¦x = 'a: b'\n", 'SPEC_YAML_UNSAFE', /single quotes/],
  ['a condition that becomes a tag', 'steps:\n  - filter: ¦!paid\n', 'SPEC_YAML_UNSAFE', /NOT paid/],
  ['a tag', 'steps:\n  - filter: ¦!!str x\n', 'SPEC_YAML_UNSAFE', /in quotes/],
  ['a value that begins with @', 'steps:\n  - read: ¦@home\n', 'SPEC_YAML_UNSAFE', /single quotes/],
  ['a second document', 'steps:\n  - read: a\n¦---\nsteps: []\n', 'SPEC_YAML_UNSAFE', /one document/],
  ['a directive', '¦%TAG ! x\n---\nsteps: []\n', 'SPEC_YAML_UNSAFE', /remove/],
  ['a backspace for a word boundary', 'steps:\n  - filter: "x ~ ¦\\b"\n', 'SPEC_YAML_UNSAFE', /single quotes/],
  ['NULL as \\N', 'steps:\n  - read: a\n    nulls: ["¦\\N"]\n', 'SPEC_YAML_UNSAFE', /single quotes/],
  ['a control character', 'steps:\n  - read: a¦\x07\n', 'SPEC_YAML_UNSAFE', /remove/],
  ['a lone carriage return', 'steps:\n  - read: a¦\r  - write: b\n', 'SPEC_YAML_UNSAFE', /remove/],
  ['a call in a flow map', 'steps:\n  - aggregate: { p: ¦quantile(ms, 0.95) }\n', 'SPEC_FLOW_SPLIT', /block style/],
  ['texts in a flow map', "steps:\n  - derive: { x: x IN ('a', 'b'¦) }\n", 'SPEC_FLOW_SPLIT', /block style/],
  [
    'a type in a flow map',
    'steps:\n  - read: a\n    schema: { t: ¦decimal(12,2) }\n',
    'SPEC_FLOW_SPLIT',
    /block style/,
  ],
  ['a variable in a flow list', 'steps:\n  - read: [$¦{env:A}/a.csv, b.csv]\n', 'SPEC_FLOW_SPLIT', /block style/],
  ['a call in a flow list', "steps:\n  - by: [a, b: ¦date_trunc('day', at)]\n", 'SPEC_FLOW_SPLIT', /block style/],
  ['CASE in a flow map', 'steps:\n  - derive: { x: ¦CASE WHEN a THEN b, c: d }\n', 'SPEC_FLOW_SPLIT', /block style/],
  ['an entry without a value', 'steps:\n  - derive: { ¦a, b: c }\n', 'SPEC_FLOW_SPLIT', /block style/],
  ['a tab', 'steps:\n¦\t- read: a\n', 'SPEC_YAML_SYNTAX', /blanks/],
  ['an open quote', 'steps:\n  - read: ¦"a\n  - write: b\n', 'SPEC_YAML_SYNTAX', /close the quote/],
  ['an open bracket', 'steps:\n  - read: ¦[a, [b]\n  - write: b\n', 'SPEC_YAML_SYNTAX', /close the bracket/],
  ['a bracket too many', 'steps:\n  - select: [a]¦]\n', 'SPEC_YAML_SYNTAX', /remove/],
  ['a key too far left', 'steps:\n  - read: a\n   ¦format: csv\n', 'SPEC_YAML_SYNTAX', /same column/],
  ['a key too far right', 'steps:\n  - read: a\n      ¦format: csv\n', 'SPEC_YAML_SYNTAX', /same column/],
  ['a step too far right', 'steps:\n  - read: a\n    ¦- filter: b\n', 'SPEC_YAML_SYNTAX', /same column/],
  ['an unknown escape', 'steps:\n  - filter: "a ¦\\d"\n', 'SPEC_YAML_SYNTAX', /single quotes/],
  ['the same key twice', 'steps:\n  - read: a\n    ¦read: b\n', 'SPEC_DUPLICATE_KEY', /remove one/],
  ['a missing dash', 'steps:\n  - read: a\n    ¦filter: b\n', 'SPEC_VERB_COUNT', /`- filter: \.\.\.`/],
  ['no verb', 'steps:\n  - ¦name: a\n', 'SPEC_VERB_COUNT', /verbs: read/],
  ['a misspelt verb', 'steps:\n  - ¦fliter: a\n', 'SPEC_UNKNOWN_VERB', /did you mean `filter`/],
  ['a verb in another case', 'steps:\n  - ¦Filter: a\n', 'SPEC_UNKNOWN_VERB', /did you mean `filter`/],
  ['a verb and another word', 'steps:\n  - ¦left_read: a\n', 'SPEC_UNKNOWN_VERB', /did you mean `read`/],
  ['a verb of another tool', 'steps:\n  - ¦transmogrify: a\n', 'SPEC_UNKNOWN_VERB', /verbs: read/],
  ['a verb without a value', 'steps:\n  - ¦filter:\n', 'SPEC_MISSING_KEY', /behind it or, indented, below/],
  ['a verb without a colon', 'steps:\n  - ¦filter\n', 'SPEC_WRONG_KIND', /`- filter: \.\.\.`/],
  ['steps without dashes', 'steps:\n  ¦read: a\n', 'SPEC_WRONG_KIND', /`- `/],
  ['an empty step', 'steps:\n  - read: a\n  -¦\n', 'SPEC_WRONG_KIND', /behind `- `/],
  ['a list alone', '¦- read: a\n', 'SPEC_WRONG_KIND', /`steps:` before/],
  ['a name with a blank', 'steps:\n  - read: a\n    name: ¦my step\n', 'SPEC_BAD_VALUE', /letters/],
  ['a name that is a list', 'steps:\n  - read: a\n    name: ¦[a]\n', 'SPEC_WRONG_KIND', /^$/],
  ['a verb at the top', 'steps:\n  - read: a\n¦filter: b\n', 'SPEC_UNKNOWN_KEY', /under `steps:`/],
  ['a misspelt section', '¦parms: {}\nsteps:\n  - read: a\n', 'SPEC_UNKNOWN_KEY', /`params`/],
  ['misspelt steps', '¦step:\n  - read: a\n', 'SPEC_UNKNOWN_KEY', /`steps`/],
  ['no steps', '¦name: a\n', 'SPEC_NO_STEPS', /`- verb: value`/],
  ['empty steps', '¦steps:\n', 'SPEC_NO_STEPS', /`- verb: value`/],
  ['an empty file', '¦', 'SPEC_NO_STEPS', /`steps:`/],
  ['comments alone', '¦# nothing\n', 'SPEC_NO_STEPS', /`steps:`/],
  ['<< of text', 'steps:\n  - read: a\n    <<: ¦b\n', 'SPEC_WRONG_KIND', /<<: \*name/],
  ['params as a list', 'params: ¦[a]\nsteps:\n  - read: a\n', 'SPEC_WRONG_KIND', /^$/],
  ['memory without a unit', 'run:\n  memory: ¦256\nsteps:\n  - read: a\n', 'SPEC_BAD_VALUE', /256MiB/],
  ['a parameter in run', 'run:\n  slots: ¦$n\nsteps:\n  - read: a\n', 'SPEC_BAD_VALUE', /flag and an environment/],
  ['no slots', 'run:\n  slots: ¦0\nsteps:\n  - read: a\n', 'SPEC_BAD_VALUE', /^$/],
  ['a misspelt setting', 'run:\n  ¦memroy: 1GiB\nsteps:\n  - read: a\n', 'SPEC_UNKNOWN_KEY', /`memory`/],
  [
    'an unknown strategy',
    'run:\n  restart:\n    strategy: ¦fixed\nsteps:\n  - read: a\n',
    'SPEC_BAD_VALUE',
    /fixed-delay/,
  ],
  ['a parameter without a type', 'params:\n  ¦a: { default: 1 }\nsteps:\n  - read: a\n', 'SPEC_MISSING_KEY', /type/],
];

/** Slips that only show when an option is read. */
const OPTION_SLIPS: readonly Slip[] = [
  ['a lone word in single quotes', "steps:\n  - filter: ¦'web'\n", 'SPEC_YAML_UNSAFE', /"'web'"/],
  ['a comment in a fold', 'steps:\n  - filter: >\n      a > 1 ¦-- why\n      AND b\n', 'SPEC_YAML_UNSAFE', /`\|`/],
  ['a comment in a long plain value', 'steps:\n  - filter: a > 1 ¦-- why\n      AND b\n', 'SPEC_YAML_UNSAFE', /`\|`/],
  ['text cut by #', "steps:\n  - filter: x = 'a¦ #1'\n", 'SPEC_YAML_UNSAFE', /`\|`/],
  ['a list for an expression', 'steps:\n  - filter: ¦[a]\n', 'SPEC_WRONG_KIND', /^$/],
  ['empty text for an expression', 'steps:\n  - filter: ¦""\n', 'SPEC_BAD_VALUE', /^$/],
  ['a map for a path', 'steps:\n  - read: ¦{ path: a }\n', 'SPEC_WRONG_KIND', /^$/],
  ['an empty list', 'steps:\n  - read: ¦[]\n', 'SPEC_BAD_VALUE', /at least one entry/],
  ['a line break in a path', 'steps:\n  - read: ¦>\n      a.csv\n', 'SPEC_BAD_VALUE', /`>-`/],
  ['a misspelt option', 'steps:\n  - read: a\n    ¦delimeter: ;\n', 'SPEC_UNKNOWN_KEY', /`delimiter`/],
  ['two characters for one', 'steps:\n  - read: a\n    delimiter: ¦ab\n', 'SPEC_BAD_VALUE', /^$/],
  [
    'a bar that begins a block',
    'steps:\n  - read: a\n    delimiter: ¦|\n    header: true\n',
    'SPEC_BAD_VALUE',
    /in quotes/,
  ],
  ['a bar for text', 'steps:\n  - read: a\n    nulls: ¦|\n', 'SPEC_BAD_VALUE', /in quotes/],
  ['yes for true', 'steps:\n  - read: a\n    header: ¦yes\n', 'SPEC_BAD_VALUE', /true/],
  ['a misspelt choice', 'steps:\n  - read: a\n    quotes: ¦strikt\n', 'SPEC_BAD_VALUE', /`strict`/],
  ['a number that is none', 'steps:\n  - read: a\n    skip_lines: ¦few\n', 'SPEC_BAD_VALUE', /in digits/],
  ['a parameter for a word', 'steps:\n  - read: a\n    quotes: ¦$q\n', 'SPEC_BAD_VALUE', /in expressions, in paths/],
  ['a parameter for true', 'steps:\n  - read: a\n    header: ¦$h\n', 'SPEC_BAD_VALUE', /in expressions, in paths/],
  ['a number too small', 'steps:\n  - read: a\n    skip_lines: ¦-1\n', 'SPEC_BAD_VALUE', /^$/],
  ['a parameter that is not there', 'steps:\n  - read: a\n    skip_lines: ¦$skip\n', 'EXPR_UNKNOWN_PARAM', /^$/],
  ['an option without a value', 'steps:\n  - read: a\n    ¦header:\n', 'SPEC_MISSING_KEY', /header: /],
  ['a schema that is a list', 'steps:\n  - read: a\n    schema: ¦[a]\n', 'SPEC_WRONG_KIND', /leave the dashes/],
  ['a column without a type', 'steps:\n  - read: a\n    schema:\n      ¦c: { from: d }\n', 'SPEC_MISSING_KEY', /type/],
  [
    'a misspelt key of a column',
    'steps:\n  - read: a\n    schema:\n      c: { type: int, ¦form: d }\n',
    'SPEC_UNKNOWN_KEY',
    /`from`/,
  ],
  ['new columns without names', 'steps:\n  - derive:\n      ¦- a + 1\n', 'SPEC_WRONG_KIND', /leave the dashes/],
  ['a required option left out', 'steps:\n  - ¦join: b\n', 'SPEC_MISSING_KEY', /on: /],
];

function diagnose(text: string): readonly Diagnostic[] {
  const { spec, diagnostics } = readPipeline({ path: 'p.yaml', text }, new Set(Object.keys(TEST_VERBS)));
  if (spec === undefined) return diagnostics;
  const more: Diagnostic[] = [];
  for (const step of spec.steps) {
    if (step.verb === NO_VERB) continue;
    readOptions(TEST_VERBS[step.verb as keyof typeof TEST_VERBS], step, more, {
      parameter: (name) => ({ problem: { code: 'EXPR_UNKNOWN_PARAM', message: name } }),
    });
  }
  return [...diagnostics, ...more];
}

function check([title, marked, code, hint]: Slip): void {
  it(title, () => {
    const at = marked.indexOf(MARK);
    const text = marked.replace(MARK, '');
    const before = marked.slice(0, at);
    const place = `${before.split('\n').length}:${at - before.lastIndexOf('\n')}`;
    const found = diagnose(text);
    const shown = found.map((d) => `${d.code} ${d.place?.line}:${d.place?.column} ${d.message} | ${d.hint}`).join('\n');
    assert.equal(found.length, 1, shown);
    assert.equal(`${found[0].code} ${found[0].place?.line}:${found[0].place?.column}`, `${code} ${place}`, shown);
    assert.match(found[0].hint ?? '', hint);
    assert.equal(found[0].sourceLine, text.split(/\r?\n/)[before.split('\n').length - 1]);
  });
}

describe('slips in the YAML', () => SLIPS.forEach(check));
describe('slips in options', () => OPTION_SLIPS.forEach(check));
