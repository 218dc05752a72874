/** From a word on the command line to the topics that it names: any alias, any case, operators by their symbol. */
import { leatError } from '../errors.js';
import { suggest } from '../spec/suggest.js';
import type { PageBlock } from './error-pages.js';
import type { FunctionPage, Topic } from './topic.js';
import { errorTopics, FUNCTION_PAGES, LIST_PAGES, operatorSymbol, SECTION_PAGES, VERB_PAGES } from './topics.js';

/** Mostly one; `-` is two operators. */
export function findTopics(asked: string, pages: ReadonlyMap<string, readonly PageBlock[]>): readonly Topic[] {
  const word = asked.trim().replace(/(?<=\w)\(.*$/, '');
  const wanted = word.toLowerCase();
  const code = word.toUpperCase().replaceAll('-', '_');
  const errors = errorTopics(pages);
  const found = [
    ...VERB_PAGES.filter(({ name }) => name === wanted),
    ...SECTION_PAGES.filter(({ name }) => name === wanted),
    ...FUNCTION_PAGES.filter((page) => namesOf(page).includes(wanted)),
    ...errors.filter(({ name }) => name === code),
  ];
  if (found.length > 0) return found;
  const lists = LIST_PAGES.filter(({ name }) => name.toLowerCase() === wanted);
  if (lists.length > 0) return lists;
  const known = [...VERB_PAGES, ...SECTION_PAGES, ...errors, ...LIST_PAGES].map(({ name }) => name);
  throw leatError('CLI_USAGE', `there is no topic "${asked}"`, {
    hint: hintFor(word, [...known, ...FUNCTION_PAGES.flatMap(namesOf)]),
  });
}

function namesOf({ name, aliases, usage }: FunctionPage): readonly string[] {
  const symbol = operatorSymbol(usage)?.toLowerCase();
  return [name, ...aliases, ...(symbol === undefined ? [] : [symbol])];
}

function hintFor(word: string, known: readonly string[]): string {
  const owners = [...VERB_PAGES, ...SECTION_PAGES].filter(({ options }) =>
    options.some(({ name }) => name === word.toLowerCase()),
  );
  if (owners.length > 0) {
    const commands = owners.map(({ name }) => `\`leat docs ${name}\``).join(' and ');
    return `it is a key: see ${commands}`;
  }
  const meant = suggest(word, known);
  return meant === undefined ? '`leat docs` lists the topics' : `did you mean \`${meant}\`?`;
}
