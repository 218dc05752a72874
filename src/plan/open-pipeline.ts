/** One pipeline file with what its names mean in this run: the one that is run, or one that a step of it uses. */
import { readFileSync, statSync } from 'node:fs';
import type { Diagnostic } from '../errors.js';
import { LeatError, leatError } from '../errors.js';
import type { PipelineSpec, SourceFile } from '../spec/pipeline-spec.js';
import { decodeSourceFile } from '../spec/source.js';
import { type ParameterSources, type Parameters, readParameters } from './parameters.js';
import { type PathResolver, pathResolver } from './pipeline-paths.js';

export interface OpenPipeline {
  readonly spec: PipelineSpec;
  readonly parameters: Parameters;
  /** That relative paths of its reads and writes start from. */
  readonly folder: string;
  readonly resolvePath: PathResolver;
}

export function openPipeline(
  spec: PipelineSpec,
  sources: ParameterSources,
  env: Readonly<Record<string, string | undefined>>,
  diagnostics: Diagnostic[],
): OpenPipeline {
  const parameters = readParameters(spec.params, sources, diagnostics);
  const resolvePath = pathResolver(parameters, sources.constants, env);
  return { spec, parameters, folder: sources.folder, resolvePath };
}

/** `mustBeFile`: no pipe, which one can name on the command line, as `<(...)` does. */
export function readPipelineFile(path: string, mustBeFile = false): SourceFile {
  let bytes: Uint8Array;
  try {
    // Asked before it is opened: a device may never end.
    const stats = statSync(path);
    if (stats.isCharacterDevice() || stats.isBlockDevice()) throw notAFile(path, 'a device');
    if (mustBeFile && (stats.isFIFO() || stats.isSocket())) throw notAFile(path, 'a pipe');
    bytes = readFileSync(path);
  } catch (cause) {
    if (cause instanceof LeatError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    const text =
      code === 'ENOENT'
        ? 'there is no such pipeline file'
        : code === 'EISDIR'
          ? 'this is a folder; name the pipeline file in it'
          : `the pipeline file cannot be read: ${message}`;
    throw leatError('CLI_USAGE', text, { place: { file: path }, cause });
  }
  return decodeSourceFile(path, bytes);
}

function notAFile(path: string, what: string): Error {
  return leatError('CLI_USAGE', `this is ${what}, not a pipeline file`, { place: { file: path } });
}
