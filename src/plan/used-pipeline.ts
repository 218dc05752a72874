/**
 * `use`: another pipeline file in the place of a step. It has names, parameters and a folder of its own; its one open
 * input are the rows that reach the step, and the rows of its last step are those that the step hands on.
 */
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

/** The steps that are being looked into, outermost first: the file that each is in, absolute, and its path as written. */
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
  const circle = trail.findIndex((use) => use.file === file);
  if (circle !== -1 || file === resolve(user.spec.file.path)) {
    const through = trail.slice(circle + 1).map(({ at }) => `through ${placeText(at)}`);
    const message = 'the pipeline uses itself';
    diagnostics.push(diagnosticAt('PLAN_CYCLE', message, path, undefined, { notes: through }));
    return undefined;
  }
  const own = { folder: dirname(file), constants, user: path };
  try {
    const { spec, diagnostics: found } = readPipeline(readPipelineFile(shown), verbs);
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

/** A mistake in the file that is used says how one came there. */
export function withTrail(diagnostic: Diagnostic, at: SourceText): Diagnostic {
  if (diagnostic.place?.file === at.file.path) return diagnostic;
  return { ...diagnostic, notes: [...(diagnostic.notes ?? []), `used by ${placeText(at)}`] };
}

function placeText(at: SourceText): string {
  const { file, line, column } = placeOf(at);
  return `${file}:${line}:${column}`;
}
