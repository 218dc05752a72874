/** Paths of a pipeline: `${...}` replaced, relative ones resolved. */
import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { StartedPath } from '../dataflow/verb.js';
import type { Diagnostic } from '../errors.js';
import { bindExpression } from '../expr/binder.js';
import type { RunConstants } from '../expr/calc.js';
import { foldConstants } from '../expr/fold.js';
import { scopeOf } from '../expr/scope.js';
import { type PathLookup, replacePathVariables } from '../spec/path-variables.js';
import type { PipelineSpec, SourceText } from '../spec/pipeline-spec.js';
import { diagnosticAt } from '../spec/source.js';
import type { Parameters } from './parameters.js';

/** A path with its ${...} replaced; undefined when something was wrong and was reported. */
export type PathResolver = (
  source: SourceText,
  /** That it starts from if it is relative. */
  folder: string,
  report: (diagnostic: Diagnostic) => void,
) => StartedPath | undefined;

/** From here on threads pay for themselves. */
const MUCH_BYTES = 4 << 20;

/**
 * A first guess, before any step was looked at, whether the reads of a pipeline are worth threads: some plain path is a
 * large file, or some read is a pattern or has variables.
 */
export function readsMuch({ steps, file }: PipelineSpec, baseDir = dirname(resolve(file.path))): boolean {
  return steps.some(({ verb, value }) => {
    if (verb !== 'read') return false;
    if (value.kind !== 'scalar' || /[*?[{$]/.test(value.source.text)) return true;
    return sizeOf(resolve(baseDir, value.source.text)) >= MUCH_BYTES;
  });
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    // Whoever opens it says what is wrong.
    return 0;
  }
}

export function pathResolver(parameters: Parameters, constants: RunConstants, env: PathLookup['env']): PathResolver {
  const lookup: PathLookup = {
    params: parameters.paths,
    env,
    evaluate: (expression, source, span) => {
      const bound = bindExpression(expression, scopeOf([], parameters.values));
      if ('problems' in bound) {
        const [{ code, message, span: at, hint }] = bound.problems;
        return diagnosticAt(
          code,
          message,
          source,
          { start: span.start + at.start, end: span.start + at.end },
          { hint },
        );
      }
      const value = foldConstants(bound.expr, constants);
      if (value.op === 'literal' && typeof value.value === 'string') return value.value;
      return diagnosticAt('SPEC_PATH_VARIABLE', `\`${expression}\` is no constant text`, source, span, {
        hint: "CAST it to string, or format it: strftime($day, '%Y/%m')",
      });
    },
  };
  return (source, folder, report) => {
    // What is wrong with the parameter was said where it is declared.
    if ([...parameters.missing].some((name) => usesParameter(source.text, name))) return undefined;
    const diagnostics: Diagnostic[] = [];
    const replaced = replacePathVariables(source, lookup, diagnostics);
    for (const diagnostic of diagnostics) report(diagnostic);
    if (replaced === undefined) return undefined;
    if (replaced.text.includes('\0')) {
      const hint = 'no system has such a path; look at what chr() or an escape puts into it';
      report(diagnosticAt('SPEC_PATH_VARIABLE', 'the path holds the character of code 0', source, undefined, { hint }));
      return undefined;
    }
    return { folder: replaced.folder ?? folder, text: replaced.text };
  };
}

/** In `${...}`: alone, or in an expression. */
function usesParameter(path: string, name: string): boolean {
  return new RegExp(`\\$\\{[^}]*\\b${name}\\b`).test(path);
}
