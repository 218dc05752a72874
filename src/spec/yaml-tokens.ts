/**
 * What can be said from the tokens of a YAML file alone: tags, directives, a second document, brackets and quotes
 * without an end, nesting that is too deep (the parser's next stage is recursive), and where { } and [ ] stand.
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
  /** Where the first bracket or quote without an end stands; what is said about the text behind it is noise. */
  readonly brokenFrom: number;
}

export function readTokens(file: SourceFile, tokens: readonly CST.Token[]): TokenReading {
  const diagnostics: Diagnostic[] = [];
  const flowSpans: Span[] = [];
  let isTooDeep = false;
  let documents = 0;
  let brokenFrom = Number.POSITIVE_INFINITY;

  const report = (token: { offset: number; source: string }, message: string, hint?: string): void => {
    const span = { start: token.offset, end: token.offset + token.source.length };
    diagnostics.push(diagnosticInFile('SPEC_YAML_UNSAFE', message, file, span, { hint }));
  };
  const reportOpen = (offset: number, message: string, hint: string): void => {
    brokenFrom = Math.min(brokenFrom, offset);
    const span = { start: offset, end: offset + 1 };
    diagnostics.push(diagnosticInFile('SPEC_YAML_SYNTAX', message, file, span, { hint }));
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
        if (/^flow-(?:map|seq)-end$/.test(token.end[0]?.type)) {
          flowSpans.push({ start: token.offset, end: token.end[0].offset + 1 });
        } else {
          const hint = 'close the bracket, or write the entries in block style, one a line';
          reportOpen(token.offset, 'a bracket without an end', hint);
        }
        visitItems(token, depth + 1);
        break;
      case 'single-quoted-scalar':
      case 'double-quoted-scalar':
        if (token.source.length === 1 || token.source.at(-1) !== token.source[0]) {
          reportOpen(token.offset, 'a quote without an end', 'close the quote');
        }
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
  return { diagnostics, flowSpans, isTooDeep, brokenFrom };
}

function tagMend(source: string): string {
  const name = /^!(\w+)$/.exec(source);
  const quoted = 'for text that begins with `!`, put it in quotes';
  return name === null ? quoted : `for a condition write NOT ${name[1]}; ${quoted}`;
}
