/** Sections of docs/errors.md and docs/language.md: what is written there is not written again. */

/** A paragraph, a point of a list, or an example as it would stand in a file or on a screen. */
export interface PageBlock {
  readonly kind: 'text' | 'item' | 'code';
  readonly text: string;
}

/** Sections by their heading, without the links, whose targets a terminal cannot follow. */
export type MarkdownPages = ReadonlyMap<string, readonly PageBlock[]>;

/** `level`: of the headings that begin a section; deeper ones may not stand in it. */
export function markdownPages(markdown: string, level: 2 | 3): MarkdownPages {
  const pages = new Map<string, readonly PageBlock[]>();
  const marker = new RegExp(`^${'#'.repeat(level)} `, 'm');
  for (const section of markdown.split(marker).slice(1)) {
    const [heading] = section.split('\n', 1);
    const [body] = section.slice(heading.length).split(/^## /m, 1);
    pages.set(heading.trim(), blocks(body));
  }
  return pages;
}

function blocks(body: string): readonly PageBlock[] {
  return body
    .split(/^(```[\s\S]*?^```)$/m)
    .flatMap((part): readonly PageBlock[] =>
      part.startsWith('```')
        ? [{ kind: 'code', text: part.split('\n').slice(1, -1).join('\n') }]
        : part.split(/\n\s*\n|\n(?=- )/).map(sentenceBlock),
    )
    .filter(({ text }) => text !== '');
}

function sentenceBlock(paragraph: string): PageBlock {
  const text = paragraph
    .trim()
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\[([^\]]+)\]\([^)]+\)/g, '$1');
  return text.startsWith('- ') ? { kind: 'item', text: text.slice(2) } : { kind: 'text', text };
}
