/**
 * Places in files the user wrote: from a character offset to line and column, and from there to a diagnostic.
 * Lines and columns are one-based, columns and lengths count code points, a byte order mark counts nothing.
 */
import { type Diagnostic, diagnostic, type ErrorCode, leatError, type Place, type Span } from '../errors.js';
import type { SourceFile, SourceText } from './pipeline-spec.js';

/** What a diagnostic may hold besides code, message and place. */
export type DiagnosticExtra = Pick<Diagnostic, 'hint' | 'notes'> & { readonly severity?: Diagnostic['severity'] };

const BOM = '\uFEFF';

/** A file from its bytes; text that is not UTF-8 is an error, never replaced quietly. */
export function decodeSourceFile(path: string, bytes: Uint8Array): SourceFile {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { path, text };
  } catch {
    const lossy = { path, text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) };
    const start = lossy.text.indexOf('\uFFFD');
    const { place, sourceLine } = locate(lossy, { start, end: start + 1 });
    throw leatError('SPEC_YAML_SYNTAX', 'the pipeline file is not UTF-8', {
      place,
      sourceLine,
      hint: 'save the file as UTF-8',
    });
  }
}

/** The part of a scalar's text that `span` covers, in the file; without `span` the scalar, quotes included. */
function fileSpan(source: SourceText, span?: Span): Span {
  const length = source.text.length;
  if (length === 0 || (span === undefined && source.style !== 'block')) return source.span;
  const start = clamp(span?.start ?? 0, 0, length);
  const end = clamp(span?.end ?? length, start, length);
  if (start === length) {
    // Past the last character, as "the expression ends here" is: one place behind it.
    const last = source.offsetAt(length - 1);
    return { start: last + 1, end: last + 2 };
  }
  const from = source.offsetAt(start);
  return { start: from, end: end === start ? from + 1 : source.offsetAt(end - 1) + 1 };
}

/** A diagnostic at a part of a scalar's text. */
export function diagnosticAt(
  code: ErrorCode,
  message: string,
  source: SourceText,
  span?: Span,
  extra: DiagnosticExtra = {},
): Diagnostic {
  return diagnosticInFile(code, message, source.file, fileSpan(source, span), extra);
}

/** A diagnostic at a range of a file. */
export function diagnosticInFile(
  code: ErrorCode,
  message: string,
  file: SourceFile,
  span: Span,
  extra: DiagnosticExtra = {},
): Diagnostic {
  return {
    ...diagnostic(code, message, { ...locate(file, span), hint: extra.hint, notes: extra.notes }),
    ...severity(extra),
  };
}

/** Where a part of a scalar stands. */
export function placeOf(source: SourceText, span?: Span): Required<Omit<Place, 'offset'>> {
  return locatedText(source, span).place;
}

export function locatedText(source: SourceText, span?: Span): Located {
  return locate(source.file, fileSpan(source, span));
}

export interface Located {
  readonly place: Required<Omit<Place, 'offset'>>;
  readonly sourceLine: string;
}

/** Line, column and the source line of a range; a range over several lines is marked on its first. */
export function locate(file: SourceFile, span: Span): Located {
  const { text, path } = file;
  const start = clamp(span.start, 0, text.length);
  let lineStart = text.lastIndexOf('\n', start - 1) + 1;
  if (start === 0) lineStart = 0;
  let lineEnd = text.indexOf('\n', start);
  if (lineEnd === -1) lineEnd = text.length;
  if (lineEnd > lineStart && text[lineEnd - 1] === '\r') lineEnd--;
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < start; at = text.indexOf('\n', at + 1)) line++;
  if (lineStart === 0 && text.startsWith(BOM)) lineStart = 1;
  const from = clamp(start, lineStart, lineEnd);
  const to = clamp(span.end, from, lineEnd);
  return {
    place: {
      file: path,
      line,
      column: codePoints(text.slice(lineStart, from)) + 1,
      length: Math.max(1, codePoints(text.slice(from, to))),
    },
    sourceLine: text.slice(lineStart, lineEnd),
  };
}

/** Diagnostics by file, line and column; those without a place come first. Stable. */
export function sortByPlace(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.toSorted((a, b) => {
    const [p, q] = [a.place, b.place];
    if (p === undefined || q === undefined) return Number(p !== undefined) - Number(q !== undefined);
    if (p.file !== q.file) return p.file < q.file ? -1 : 1;
    return (p.line ?? 0) - (q.line ?? 0) || (p.column ?? 0) - (q.column ?? 0);
  });
}

function severity(extra: DiagnosticExtra): { severity?: Diagnostic['severity'] } {
  return extra.severity === undefined ? {} : { severity: extra.severity };
}

function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
