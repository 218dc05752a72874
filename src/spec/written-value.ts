/**
 * The value of a parameter as a pipeline writes it, in `default:` and in `with:`: a constant, a list of constants, or an
 * expression. A parameter alone, `$name`, is an expression too: it hands its value on.
 */
import type { Diagnostic } from '../errors.js';
import type { SourceText, SpecEntry } from './pipeline-spec.js';
import { diagnosticAt, diagnosticInFile } from './source.js';

export type WrittenValue =
  | { readonly kind: 'text'; readonly source: SourceText }
  | { readonly kind: 'list'; readonly items: readonly SourceText[]; readonly at: SourceText }
  | { readonly kind: 'expression'; readonly source: SourceText };

/** undefined when it is none of these, which is then reported. */
export function readWrittenValue({ key, value }: SpecEntry, diagnostics: Diagnostic[]): WrittenValue | undefined {
  if (value?.kind === 'scalar') {
    const { source } = value;
    return { kind: isName(source) ? 'expression' : 'text', source };
  }
  if (value?.kind === 'list') {
    const items = value.items.flatMap((item) => (item.kind === 'scalar' && !isName(item.source) ? [item.source] : []));
    if (items.length === value.items.length) return { kind: 'list', items, at: key };
    const reference = value.items.find((item) => item.kind === 'scalar' && isName(item.source));
    if (reference !== undefined) {
      const hint = `a list parameter is handed on whole: \`${key.text}: $name\``;
      const message = 'a list takes constants, not parameters';
      diagnostics.push(diagnosticInFile('SPEC_BAD_VALUE', message, key.file, reference.span, { hint }));
      return undefined;
    }
  }
  if (value?.kind === 'map' && value.entries.length === 1 && value.entries[0].key.text === 'expr') {
    const expr = value.entries[0].value;
    if (expr?.kind === 'scalar' && expr.source.text.trim() !== '') return { kind: 'expression', source: expr.source };
  }
  const hint = 'a value stands behind it, a list of values as [a, b], an expression as `expr: expression`';
  diagnostics.push(
    value === null
      ? diagnosticAt('SPEC_MISSING_KEY', `\`${key.text}\` has no value`, key, undefined, { hint })
      : diagnosticInFile('SPEC_WRONG_KIND', `\`${key.text}\` expects a value`, key.file, value.span, { hint }),
  );
  return undefined;
}

/** `$name`, not in quotes. */
function isName({ text, style }: SourceText): boolean {
  return style === 'plain' && /^\$[A-Za-z_]\w*$/.test(text);
}
