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
import { topicsAbout } from './words.js';

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

  /** Mostly one; `-` is two operators, and a word of SQL may be about several. */
  find(asked: string): readonly Topic[] {
    const named = this.named(asked);
    if (named.length > 0) return named;
    const about = topicsAbout(asked.trim().toLowerCase().replace(/\s+/g, ' ')).flatMap((name) => this.named(name));
    if (about.length > 0) return about;
    const parts = asked.trim().split(/\s+/);
    const ofParts = parts.length > 1 ? parts.flatMap((part) => this.named(part)) : [];
    if (ofParts.length > 0) return [...new Set(ofParts)];
    throw leatError('CLI_USAGE', `there is no topic "${asked}"`, { hint: this.hintFor(asked.trim()) });
  }

  private named(asked: string): readonly Topic[] {
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
    return [
      ...this.guides.filter(({ name, aliases }) => [name, ...aliases].includes(wanted)),
      ...this.lists.filter(({ name }) => name.toLowerCase() === wanted),
    ];
  }

  private hintFor(word: string): string {
    const owners = [...VERB_PAGES, ...SECTION_PAGES].filter(({ options }) =>
      options.some(({ name }) => name === word.toLowerCase()),
    );
    if (owners.length > 0) return `it is a key: see ${commands(owners)}`;
    const guides = this.guides.filter(({ page }) => page.some(({ text }) => hasCode(text, word)));
    if (guides.length > 0) return `see ${commands(guides)}`;
    const errors = errorTopics(this.errorPages);
    const pages = [...VERB_PAGES, ...SECTION_PAGES, ...this.guides, ...this.lists];
    const known = [...pages, ...errors].map(({ name }) => name);
    const meant = suggest(word, [...known, ...FUNCTION_PAGES.flatMap(namesOf)]);
    // The pages of errors show slips, so a slip may well stand in them.
    return (
      nearHint([...pages, ...FUNCTION_PAGES], word) ??
      (meant && `did you mean \`${meant}\`?`) ??
      nearHint(errors, word) ??
      '`leat docs` lists the topics'
    );
  }
}

/** So many topics are named to choose from. */
const MOST_NEAR = 5;

function nearHint(topics: readonly Topic[], word: string): string | undefined {
  const near = topics.filter((topic) => hasWord(topic, word));
  return near.length === 0 ? undefined : `see ${commands(near.slice(0, MOST_NEAR))}`;
}

/** `word` stands somewhere in what is printed of the topic. */
function hasWord(topic: Topic, word: string): boolean {
  const words = new Set(
    JSON.stringify(topic)
      .toLowerCase()
      .match(/[\p{L}\p{N}_]+/gu),
  );
  return words.has(word.toLowerCase());
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
