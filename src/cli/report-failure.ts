/** The end of a command that failed: says so on stderr (and, asked for JSON, on stdout) and gives the exit status. */
import { type CheckResult, type Diagnostic, diagnostic, type ErrorCode, LeatError } from '../errors.js';
import { type AnnotationFolders, annotation, diagnosticText } from './diagnostics-text.js';
import type { OutputStyle } from './output-style.js';
import { say, toJson, writeResult } from './streams.js';

export interface FailureDocument {
  readonly ok: false;
  readonly exitStatus: number;
  readonly diagnostics: readonly Diagnostic[];
  readonly checks?: readonly CheckResult[];
}

export function failureDocument(error: unknown, interrupted?: number): FailureDocument {
  const leat = asLeatError(error);
  const { exitStatus, diagnostics, checks } = leat;
  return { ok: false, exitStatus: interrupted ?? exitStatus, diagnostics, checks };
}

export function reportFailure(error: unknown, style: OutputStyle, interrupted?: number): number {
  const failure = failureDocument(error, interrupted);
  reportDiagnostics(failure.diagnostics, style);
  if (style.debug && error instanceof Error && error.stack) say(style.paint.dim(error.stack));
  if (style.json) writeResult(toJson(failure));
  return failure.exitStatus;
}

/** Their hints say all that their pages do. */
const WITHOUT_PAGE: ReadonlySet<ErrorCode> = new Set(['CLI_USAGE', 'INTERNAL']);

/** `named`: codes whose page was named before, when diagnostics are reported in several calls. */
export function reportDiagnostics(
  diagnostics: readonly Diagnostic[],
  style: OutputStyle,
  named: Set<ErrorCode> = new Set(),
): void {
  for (const one of diagnostics) {
    say(diagnosticText(one, style.paint, process.cwd(), style.columns));
    const isNew = one.severity === 'error' && !WITHOUT_PAGE.has(one.code) && !named.has(one.code);
    if (isNew && !style.quiet) say(style.paint.dim(`  more: leat docs ${one.code}`));
    named.add(one.code);
    if (style.annotations) say(annotation(one, annotationFolders()));
  }
}

export function annotationFolders(): AnnotationFolders {
  return { workspace: process.env['GITHUB_WORKSPACE'] ?? process.cwd(), current: process.cwd() };
}

function asLeatError(error: unknown): LeatError {
  if (error instanceof LeatError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new LeatError(
    diagnostic('INTERNAL', message, {
      hint: 'this is a mistake in leat; please report it with the pipeline and the output of LEAT_DEBUG=1',
    }),
    { cause: error },
  );
}
