/** One pipeline file with what its names mean in this run: the one that is run, or one that a step of it uses. */
import { readFileSync } from 'node:fs';
import type { Diagnostic } from '../errors.js';
import { leatError } from '../errors.js';
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

export function readPipelineFile(path: string): SourceFile {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
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
