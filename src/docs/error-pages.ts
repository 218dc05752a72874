/** The sections of docs/errors.md by code: the page of an error is written once, there. */

/** A paragraph, or an example as it would stand in a file or on a screen. */
export interface PageBlock {
  readonly kind: 'text' | 'code';
  readonly text: string;
}

/** What `leat docs CODE` shows, as Markdown without its links, whose targets a terminal cannot follow. */
export function errorPages(markdown: string): ReadonlyMap<string, readonly PageBlock[]> {
  const pages = new Map<string, readonly PageBlock[]>();
  for (const section of markdown.split(/^### /m).slice(1)) {
    const [code] = section.split('\n', 1);
    const [body] = section.slice(code.length).split(/^## /m, 1);
    pages.set(code.trim(), blocks(body));
  }
  return pages;
}

function blocks(body: string): readonly PageBlock[] {
  return body
    .split(/^(```[\s\S]*?^```)$/m)
    .flatMap((part): PageBlock[] =>
      part.startsWith('```')
        ? [{ kind: 'code', text: part.split('\n').slice(1, -1).join('\n') }]
        : part.split(/\n\s*\n/).map((text) => ({ kind: 'text', text: text.trim().replace(/\s*\n/g, ' ') })),
    )
    .filter(({ text }) => text !== '')
    .map((block) =>
      block.kind === 'text' ? { ...block, text: block.text.replace(/\[([^\]]+)\]\([^)]+\)/g, '$1') } : block,
    );
}
