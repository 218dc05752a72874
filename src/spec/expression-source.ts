/**
 * What must be asked of a scalar before it is read as an expression: slips of YAML that leave valid text which means
 * something else than its author wrote.
 */
import type { Diagnostic } from '../errors.js';
import { isBalanced } from './flow-split.js';
import type { SourceText } from './pipeline-spec.js';
import { diagnosticAt } from './source.js';

/** The slip, if there is one. */
export function expressionSlip(source: SourceText): Diagnostic | undefined {
  return loneQuotedWord(source) ?? commentInFold(source) ?? cutByComment(source);
}

/** `'web'` lost its quotes to YAML: was it the column, or the text? */
function loneQuotedWord(source: SourceText): Diagnostic | undefined {
  const { text, style } = source;
  if (style !== 'single' || !/^[\p{L}_][\p{L}\p{N}_]*$/u.test(text)) return undefined;
  return diagnosticAt('SPEC_YAML_UNSAFE', `YAML takes the quotes of '${text}' for its own`, source, undefined, {
    hint: `for the column write ${text}, for the text write "'${text}'"`,
  });
}

/** A fold joins the lines, so a comment would take all that follows with it. */
function commentInFold(source: SourceText): Diagnostic | undefined {
  const { text, file, span } = source;
  const written = file.text.slice(span.start, span.end);
  if (written.startsWith('|') || !written.trimEnd().includes('\n')) return undefined;
  const at = commentStart(text);
  if (at === -1 || text.slice(at).trimEnd().includes('\n')) return undefined;
  return diagnosticAt(
    'SPEC_YAML_UNSAFE',
    'YAML joins these lines into one, so all that follows `--` would be a comment',
    source,
    { start: at, end: at + 2 },
    { hint: 'begin the expression with `|`, which keeps its lines, or take the comment out' },
  );
}

/** ` #` ends a plain scalar: `note = 'order #1'`. */
function cutByComment(source: SourceText): Diagnostic | undefined {
  const { text, style, file, span } = source;
  if (style !== 'plain' || isBalanced(text)) return undefined;
  const comment = /^[ \t]+#/.exec(file.text.slice(span.end));
  if (comment === null) return undefined;
  const { length } = text;
  return diagnosticAt(
    'SPEC_YAML_UNSAFE',
    'YAML takes ` #` and what follows for a comment',
    source,
    { start: length, end: length },
    { hint: 'write the expression on the next line, indented, after `|`' },
  );
}

/** Index of the first `--` outside quotes, or -1. */
function commentStart(text: string): number {
  const match = /^(?:'[^']*'|"[^"]*"|(?!--)[^'"])*--/.exec(text);
  return match === null ? -1 : match[0].length - 2;
}
