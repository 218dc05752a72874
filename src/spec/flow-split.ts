/**
 * Inside { } and [ ] a comma, bracket or quote ends a YAML value, so `{ p: quantile(ms, 0.95) }` is two entries. What
 * is left of an expression then gives itself away: by brackets, quotes or a CASE without their other half, or as an
 * entry without a value.
 */
import type { Diagnostic, Span } from '../errors.js';
import type { SourceFile } from './pipeline-spec.js';
import { diagnosticInFile } from './source.js';

/** The one message for all of it. */
export function flowSplit(file: SourceFile, span: Span, isMap: boolean): Diagnostic {
  const brackets = isMap ? '{ }' : '[ ]';
  return diagnosticInFile(
    'SPEC_FLOW_SPLIT',
    `a comma, bracket or quote inside ${brackets} ended a YAML value here, in the middle of what was meant`,
    file,
    span,
    { hint: 'write it in block style, one entry a line' },
  );
}

/** Every bracket and quote has its other half, and every CASE its END. */
export function isBalanced(text: string): boolean {
  const open: string[] = [];
  let quote = '';
  for (const char of text) {
    if (quote !== '') {
      if (char === quote) quote = '';
    } else if (char === "'" || char === '"') quote = char;
    else if (char === '(' || char === '[') open.push(char);
    else if (char === ')' || char === ']') {
      if (open.pop() !== (char === ')' ? '(' : '[')) return false;
    }
  }
  const outside = text.replace(/'[^']*'|"[^"]*"/g, '');
  const cases = outside.match(/\bCASE\s+\S/gi)?.length ?? 0;
  const ends = outside.match(/\bEND\b/gi)?.length ?? 0;
  return quote === '' && open.length === 0 && cases <= ends;
}
