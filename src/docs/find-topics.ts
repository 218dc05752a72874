/** From a word on the command line to the topics that it names: any alias, any case, operators by their symbol. */
import { leatError } from '../errors.js';
import { suggest } from '../spec/suggest.js';
import { type MarkdownPages, markdownPages } from './markdown-pages.js';
import type { FunctionPage, GuidePage, ListPage, Topic } from './topic.js';
import {
  errorTopics,
  FUNCTION_PAGES,
  guideTopics,
  listPages,
  operatorSymbol,
  SECTION_PAGES,
  VERB_PAGES,
} from './topics.js';

export class Topics {
  private readonly guides: readonly GuidePage[];
  private readonly errorPages: MarkdownPages;

  /** Of docs/language.md and docs/errors.md. */
  constructor(language: string, errors: string) {
    this.guides = guideTopics(markdownPages(language, 2));
    this.errorPages = markdownPages(errors, 3);
  }

  get lists(): readonly ListPage[] {
    return listPages(this.guides, errorTopics(this.errorPages));
  }

  /** Mostly one; `-` is two operators. */
  find(asked: string): readonly Topic[] {
    const word = asked.trim().replace(/(?<=\w)\(.*$/, '');
    const wanted = word.toLowerCase();
    const code = word.toUpperCase().replaceAll('-', '_');
    const errors = errorTopics(this.errorPages);
    const found = [
      ...VERB_PAGES.filter(({ name }) => name === wanted),
      ...SECTION_PAGES.filter(({ name }) => name === wanted),
      ...FUNCTION_PAGES.filter((page) => namesOf(page).includes(wanted)),
      ...errors.filter(({ name }) => name === code),
    ];
    if (found.length > 0) return found;
    const others = [
      ...this.guides.filter(({ name, aliases }) => [name, ...aliases].includes(wanted)),
      ...this.lists.filter(({ name }) => name.toLowerCase() === wanted),
    ];
    if (others.length > 0) return others;
    throw leatError('CLI_USAGE', `there is no topic "${asked}"`, { hint: this.hintFor(word) });
  }

  private hintFor(word: string): string {
    const owners = [...VERB_PAGES, ...SECTION_PAGES].filter(({ options }) =>
      options.some(({ name }) => name === word.toLowerCase()),
    );
    if (owners.length > 0) return `it is a key: see ${commands(owners)}`;
    const guides = this.guides.filter(({ page }) => page.some(({ text }) => hasCode(text, word)));
    if (guides.length > 0) return `see ${commands(guides)}`;
    const topics = [...VERB_PAGES, ...SECTION_PAGES, ...this.guides, ...this.lists, ...errorTopics(this.errorPages)];
    const known = [...topics.map(({ name }) => name), ...FUNCTION_PAGES.flatMap(namesOf)];
    const meant = suggest(word, known);
    return meant === undefined ? '`leat docs` lists the topics' : `did you mean \`${meant}\`?`;
  }
}

function namesOf({ name, aliases, usage }: FunctionPage): readonly string[] {
  const symbol = operatorSymbol(usage)?.toLowerCase();
  return [name, ...aliases, ...(symbol === undefined ? [] : [symbol])];
}

function commands(topics: readonly { readonly name: string }[]): string {
  return topics.map(({ name }) => `\`leat docs ${name}\``).join(' and ');
}

/** `word` stands in the text as code: a word of SQL, a type, a setting. */
function hasCode(text: string, word: string): boolean {
  const codes = [...text.matchAll(/`([^`]+)`/g)].flatMap(([, code]) => code.toLowerCase().match(/\w+/g) ?? []);
  return codes.includes(word.toLowerCase());
}
