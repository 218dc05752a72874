/**
 * `use`: another pipeline file in the place of a step. It has names, parameters and a folder of its own; its one open
 * input are the rows that reach the step, and the rows of its last step are those that the step hands on.
 */
import { realpathSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { type Diagnostic, LeatError } from '../errors.js';
import type { RunConstants } from '../expr/calc.js';
import type { NamedValue } from '../spec/option-schema.js';
import { readPipeline } from '../spec/pipeline.js';
import type { SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt, placeOf } from '../spec/source.js';
import { type OpenPipeline, openPipeline, readPipelineFile } from './open-pipeline.js';
import { handOver } from './parameters.js';

export interface UseSettings {
  readonly verbs: ReadonlySet<string>;
  readonly constants: RunConstants;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** So deep nobody nests by hand; each level is a call within a call. */
const MOST_NESTED = 64;

/** The steps that are being looked into, outermost first: the real path of the file that each is in, and what it names. */
export type UseTrail = readonly { readonly file: string; readonly at: SourceText }[];

/** undefined when it cannot be opened, which was reported. */
export function openUsed(
  user: OpenPipeline,
  path: SourceText,
  values: readonly NamedValue[],
  trail: UseTrail,
  settings: UseSettings,
  diagnostics: Diagnostic[],
): OpenPipeline | undefined {
  const { constants, env, verbs } = settings;
  // It is part of the program, so it lies where its user lies; -C moves the data alone.
  const started = user.resolvePath(path, dirname(resolve(user.spec.file.path)), (one) => diagnostics.push(one));
  if (started === undefined) return undefined;
  const file = resolve(started.folder, started.text);
  const shown = isAbsolute(user.spec.file.path) ? file : relative('', file);
  const real = realPath(file);
  const circle = trail.findIndex((use) => use.file === real);
  if (circle !== -1 || real === realPath(user.spec.file.path)) {
    const between = circle === -1 ? [] : trail.slice(circle + 1);
    const related = between.map(({ at }) => ({ place: placeOf(at), message: 'through this' }));
    diagnostics.push({ ...diagnosticAt('PLAN_CYCLE', 'the pipeline uses itself', path), related });
    return undefined;
  }
  if (trail.length >= MOST_NESTED) {
    const message = `pipelines are nested more than ${MOST_NESTED} deep`;
    const hint = 'put the steps of some of them into the pipelines that use them';
    diagnostics.push(diagnosticAt('SPEC_BAD_VALUE', message, path, undefined, { hint }));
    return undefined;
  }
  const own = { folder: dirname(file), constants, user: path };
  try {
    const { spec, diagnostics: found } = readPipeline(readPipelineFile(shown, true), verbs);
    diagnostics.push(...found);
    if (spec === undefined) return undefined;
    if (spec.run.at !== undefined) {
      diagnostics.push(
        diagnosticAt('SPEC_UNKNOWN_KEY', 'a pipeline that is used has no settings of its own', spec.run.at, undefined, {
          hint: 'move `run:` to the pipeline that uses it',
        }),
      );
    }
    const around = { folder: user.folder, constants };
    const given = values.map((one) => [one.name.text, handOver(one, user.parameters, around, diagnostics)] as const);
    return openPipeline(spec, { ...own, given: new Map(given) }, env, diagnostics);
  } catch (error) {
    if (!(error instanceof LeatError)) throw error;
    const isInFile = error.diagnostics.every(({ place }) => place?.line !== undefined);
    diagnostics.push(
      ...(isInFile
        ? error.diagnostics
        : [diagnosticAt('SPEC_BAD_VALUE', `${error.diagnostics[0].message}: ${shown}`, path)]),
    );
    return undefined;
  }
}

/** With all links followed; the path itself where there is no such file. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

/** A mistake in the file that is used says how one came there. */
export function withTrail(diagnostic: Diagnostic, at: SourceText): Diagnostic {
  if (diagnostic.place?.file === at.file.path) return diagnostic;
  return { ...diagnostic, related: [...(diagnostic.related ?? []), { place: placeOf(at), message: 'used here' }] };
}
