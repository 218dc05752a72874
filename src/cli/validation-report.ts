/** What `leat validate` found, for programs. Pure functions. */
import type { Diagnostic } from '../errors.js';
import { type AnnotationFolders, annotation, endColumn } from './diagnostics-text.js';
import { plural } from './format.js';

/** One pipeline as it was checked. */
export interface Verdict {
  readonly file: string;
  readonly ok: boolean;
  readonly isLibrary?: boolean;
  /** Unknown when something is wrong. */
  readonly steps?: number;
  /** Sorted by place. */
  readonly diagnostics: readonly Diagnostic[];
}

export function verdictText({ file, ok, isLibrary, steps, diagnostics }: Verdict): string {
  const mistakes = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (!ok) return `${file}: ${plural(mistakes, 'mistake')}`;
  const library = isLibrary ? ', for `use`: its columns are checked in the pipelines that use it' : '';
  return `${file}: ok, ${plural(steps ?? 0, 'step')}${library}`;
}

/** One list of all that was found, flat, as editors and CI services want it. */
export function validationDocument(verdicts: readonly Verdict[], exitStatus: number): object {
  return {
    ok: exitStatus === 0,
    exitStatus,
    pipelines: verdicts.map(({ file, ok, isLibrary, steps }) =>
      ok ? { file, ok, steps, isLibrary: isLibrary || undefined } : { file, ok },
    ),
    diagnostics: verdicts.flatMap(({ file, diagnostics }) => diagnostics.map((one) => flat(one, file))),
  };
}

function flat({ code, severity, message, hint, notes, related, place }: Diagnostic, pipeline: string): object {
  return {
    ...{ code, severity, message, hint, notes, related, pipeline },
    ...{ file: place?.file ?? pipeline, line: place?.line, column: place?.column },
    endLine: place?.line,
    endColumn: place && endColumn(place),
  };
}

/** A workflow command a diagnostic; what has no place stands at its pipeline. */
export function annotations(verdicts: readonly Verdict[], folders: AnnotationFolders): readonly string[] {
  return verdicts.flatMap(({ file, diagnostics }) =>
    diagnostics.map((one) => annotation({ ...one, place: one.place ?? { file } }, folders)),
  );
}
