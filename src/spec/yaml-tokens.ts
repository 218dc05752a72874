/**
 * What can be said from the tokens of a YAML file alone: tags, directives, a second document, nesting that is too deep
 * (the parser's next stage is recursive), and where { } and [ ] begin and end.
 */
import type { CST } from 'yaml';
import type { Diagnostic, Span } from '../errors.js';
import type { SourceFile } from './pipeline-spec.js';
import { diagnosticInFile } from './source.js';

const MAX_DEPTH = 64;

export interface TokenReading {
  readonly diagnostics: readonly Diagnostic[];
  /** Of collections in flow style that are closed, outer before inner. */
  readonly flowSpans: readonly Span[];
  readonly isTooDeep: boolean;
}

export function readTokens(file: SourceFile, tokens: readonly CST.Token[]): TokenReading {
  const diagnostics: Diagnostic[] = [];
  const flowSpans: Span[] = [];
  let isTooDeep = false;
  let documents = 0;

  const report = (token: { offset: number; source: string }, message: string, hint?: string): void => {
    const span = { start: token.offset, end: token.offset + token.source.length };
    diagnostics.push(diagnosticInFile('SPEC_YAML_UNSAFE', message, file, span, { hint }));
  };
  const visitAll = (list: readonly CST.Token[] | undefined, depth: number): void => {
    for (const token of list ?? []) visit(token, depth);
  };
  const visit = (token: CST.Token | null | undefined, depth: number): void => {
    if (token === null || token === undefined || isTooDeep) return;
    if (depth > MAX_DEPTH) {
      isTooDeep = true;
      report({ offset: token.offset, source: ' ' }, `YAML nested more than ${MAX_DEPTH} deep`);
      return;
    }
    switch (token.type) {
      case 'tag':
        report(token, `YAML reads \`${token.source}\` as a tag, and leat takes no tags`, tagMend(token.source));
        break;
      case 'directive':
        if (!/^%YAML\s+1\.2\s*$/.test(token.source)) report(token, 'a YAML directive', 'remove it');
        break;
      case 'document':
        documents++;
        if (documents === 2) {
          report(
            { offset: token.offset, source: '---' },
            'a second YAML document',
            'a pipeline file holds one document',
          );
        }
        visitAll(token.start, depth);
        visit(token.value, depth);
        break;
      case 'flow-collection':
        if (token.end.length > 0) flowSpans.push({ start: token.offset, end: token.end[0].offset + 1 });
        visitItems(token, depth + 1);
        break;
      case 'block-map':
      case 'block-seq':
        visitItems(token, depth + 1);
        break;
    }
  };
  const visitItems = (token: CST.FlowCollection | CST.BlockMap | CST.BlockSequence, depth: number): void => {
    for (const item of token.items) {
      visitAll(item.start, depth);
      visit(item.key, depth);
      visitAll(item.sep, depth);
      visit(item.value, depth);
    }
  };
  visitAll(tokens, 0);
  return { diagnostics, flowSpans, isTooDeep };
}

function tagMend(source: string): string {
  const name = /^!(\w+)$/.exec(source);
  const quoted = 'for text that begins with `!`, put it in quotes';
  return name === null ? quoted : `for a condition write NOT ${name[1]}; ${quoted}`;
}
