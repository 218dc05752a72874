/** `leat docs`: every definition can be looked up, and its page fits the terminal. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Chalk } from 'chalk';
import { docsPage, overviewText, topicsText } from '../../src/cli/docs-text.js';
import { Topics } from '../../src/docs/find-topics.js';
import type { Topic } from '../../src/docs/topic.js';
import { FUNCTION_PAGES, SECTION_PAGES, VERB_PAGES } from '../../src/docs/topics.js';
import { ERROR_CATALOGUE, LeatError } from '../../src/errors.js';
import { aggregateNames } from '../../src/expr/aggregates/registry.js';
import { functionNames } from '../../src/expr/functions/registry.js';
import { VERBS } from '../../src/operators/verbs.js';
import { displayWidth } from '../../src/spec/display-width.js';
import { projectRoot } from '../support/project-root.js';

const text = (name: string): string => readFileSync(join(projectRoot, 'docs', name), 'utf8');
const all = new Topics(text('language.md'), text('errors.md'));
const GUIDES = ['yaml', 'reading', 'writing', 'types', 'parameters', 'running'];
const plain = new Chalk({ level: 0 });
const find = (word: string): readonly Topic[] => all.find(word);
const names = (word: string): readonly string[] => find(word).map(({ name }) => name);

describe('topics', () => {
  it('are every verb, function, aggregate and code, whatever the case', () => {
    const words = [...VERBS.keys(), ...functionNames(), ...aggregateNames(), ...Object.keys(ERROR_CATALOGUE)];
    for (const word of words) {
      assert.ok(find(word).length > 0, word);
      assert.deepEqual(find(word.toUpperCase()), find(word.toLowerCase()));
    }
  });

  it('are found by alias, by operator, as a call, and with dashes for underscores', () => {
    assert.deepEqual(names('SUBSTR'), ['substring']);
    assert.deepEqual(names('substring(text, 2)'), ['substring']);
    assert.deepEqual(names('mean'), ['avg']);
    assert.deepEqual(names('||'), ['concat_operator']);
    assert.deepEqual(names('ilike').length, 1);
    assert.deepEqual(names('-'), ['subtract', 'negate']);
    assert.deepEqual(names('expr-cast'), ['EXPR_CAST']);
    assert.deepEqual(names('datepart'), ['date_part']);
  });

  it('are listed by family and by the first word of a code', () => {
    for (const { name, entries } of all.lists) {
      assert.ok(entries.length > 0, name);
      assert.equal(find(name.toLowerCase()).length, 1, name);
      for (const entry of entries) assert.ok(find(entry.name).length > 0, entry.name);
    }
  });

  it('are the parts of the language', () => {
    for (const guide of GUIDES) assert.equal(find(guide)[0].kind, 'guide');
    assert.deepEqual(find('expressions'), find('types'));
    const shown = topicsText(find('reading'), docsPage(60, plain));
    assert.match(shown, /^Reading\n\n {2}- Without `schema:` the names .*\n {4}\S/);
  });

  it('are found by words of SQL and of the shell', () => {
    assert.deepEqual(names('where'), ['filter']);
    assert.deepEqual(names('NULL'), ['reading', 'types']);
    assert.deepEqual(names('unique'), ['check', 'distinct']);
    assert.deepEqual(names('dedup'), ['dedupe']);
    assert.deepEqual(names('join  keys'), ['join']);
    assert.deepEqual(names('exit status'), ['running']);
    assert.deepEqual(names('union of joins'), ['union']);
    for (const word of [
      'types',
      'exit',
      'params',
      'parameters',
      'group by',
      'order by',
      'glob',
      'csv',
      'regex',
      'env',
    ]) {
      assert.ok(find(word).length > 0, word);
    }
  });

  it('suggest what was probably meant', () => {
    const hint = (word: string): string | undefined => {
      try {
        find(word);
      } catch (error) {
        assert.ok(error instanceof LeatError);
        assert.equal(error.code, 'CLI_USAGE');
        return error.diagnostics[0].hint;
      }
      return assert.fail(`${word} was found`);
    };
    assert.equal(hint('agregate'), 'did you mean `aggregate`?');
    assert.equal(hint('coalese'), 'did you mean `coalesce`?');
    assert.equal(hint('EXPR_UNKNOWN_COLUM'), 'did you mean `EXPR_UNKNOWN_COLUMN`?');
    assert.equal(hint('delimiter'), 'it is a key: see `leat docs read` and `leat docs write`');
    assert.equal(hint('between'), 'see `leat docs windows` and `leat docs reading` and `leat docs types`');
    assert.equal(hint('decimal'), 'see `leat docs reading` and `leat docs types`');
    assert.equal(hint('parity'), '`leat docs` lists the topics');
    assert.match(hint('spreadsheet') ?? '', /^see `leat docs \w+`/);
    assert.equal(hint('xyzzy'), '`leat docs` lists the topics');
  });
});

describe('pages', () => {
  it('of errors say what to do, from the page that is shipped', () => {
    for (const code of Object.keys(ERROR_CATALOGUE)) {
      const [topic] = find(code);
      assert.ok(topic.kind === 'error');
      const { page } = topic;
      assert.ok(page.some(({ kind, text }) => kind === 'text' && text.startsWith('Mend: ')) && page.length > 1, code);
      assert.ok(
        page.every(({ text }) => !text.includes('](')),
        code,
      );
    }
  });

  it('hold every option with its kind, default and doc', () => {
    for (const { verb, schema, example } of VERBS.values()) {
      const text = topicsText(find(verb), docsPage(400, plain)).replace(/\s+/g, ' ');
      for (const [name, option] of [[verb, schema.value] as const, ...Object.entries(schema.options)]) {
        assert.ok(text.includes(name) && text.includes(option.doc.slice(0, 60)), `${verb}: ${name}`);
        if (option.default !== undefined) assert.ok(text.includes(`default: ${option.default}`), `${verb}: ${name}`);
      }
      assert.ok(text.includes(example.replace(/\s+/g, ' ')), verb);
    }
  });

  it('fit the terminal', () => {
    const topics = [VERB_PAGES, SECTION_PAGES, FUNCTION_PAGES, all.lists, GUIDES.flatMap(find)].flat();
    /** Examples stand as they are written. */
    const code = new Set(
      [
        ...FUNCTION_PAGES.flatMap(({ examples }) =>
          examples.flatMap(({ expression, value }) => [expression, `=> ${value}`]),
        ),
        ...[...VERB_PAGES, ...SECTION_PAGES].flatMap(({ example }) => example.split('\n')),
      ].map((line) => line.trim()),
    );
    for (const columns of [40, 60, 80, 140]) {
      const page = docsPage(columns, plain);
      const texts = [...topics.map((topic) => topicsText([topic], page)), overviewText(all.lists, page)];
      for (const line of texts.join('\n').split('\n')) {
        const isHeading = /^\S/.test(line);
        assert.ok(code.has(line.trim()) || isHeading || displayWidth(line) <= columns, `"${line}" in ${columns}`);
      }
    }
    assert.ok(overviewText(all.lists, docsPage(80, plain)).split('\n').length <= 23, 'the overview fits a screen');
  });

  it('have colour only where the style has it', () => {
    const [painted, unpainted] = [1, 0].map((level) => {
      return topicsText(find('read'), docsPage(80, new Chalk({ level: level as 0 | 1 })));
    });
    assert.match(painted, /\x1b\[/);
    assert.equal(painted.replace(/\x1b\[[0-9;]*m/g, ''), unpainted);
  });
});
