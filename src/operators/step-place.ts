/**
 * Where a step names a file, as plain data: it goes with the step's operator to the job, so that what is wrong with the
 * file is told at the step, whenever it is found.
 */
import { type Diagnostic, LeatError } from '../errors.js';
import type { Located } from '../spec/source.js';

/** A mistake without a line of its own stands at the step; one in the file names the step beside its place. */
export function toldAtStep(diagnostic: Diagnostic, at: Located, seen: string): Diagnostic {
  if (diagnostic.place?.line === undefined) return { ...diagnostic, ...at };
  return { ...diagnostic, related: [...(diagnostic.related ?? []), { place: at.place, message: seen }] };
}

/** What an action says about files, told at the step that names the file. */
export function tellingStep<T>(action: () => T, placeOf: (file: string | undefined) => Located, seen: string): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof LeatError)) throw error;
    const told = error.diagnostics.map((one) => toldAtStep(one, placeOf(one.place?.file), seen));
    throw new LeatError(told, { cause: error, position: error.position });
  }
}
