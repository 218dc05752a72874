/** From a pipeline file to a logical graph without a mistake, and the plan of its job. */
import { dirname, resolve } from 'node:path';
import { TIMESTAMP } from '../columnar/data-type.js';
import { parseValue } from '../columnar/text.js';
import type { JobGraph } from '../dataflow/job-graph.js';
import type { LogicalGraph } from '../dataflow/logical-graph.js';
import type { PipelineInput, PipelineOptions, RunOptions } from '../engine-api.js';
import { type Diagnostic, diagnostic, LeatError } from '../errors.js';
import type { RunConstants } from '../expr/calc.js';
import { STDIN } from '../formats/input-file.js';
import { InputSpool } from '../formats/input-spool.js';
import { VERBS } from '../operators/verbs.js';
import { planJob } from '../plan/job-planner.js';
import { lowerPipeline } from '../plan/lowering.js';
import { openPipeline, readPipelineFile } from '../plan/open-pipeline.js';
import { optimize } from '../plan/optimizer.js';
import { VertexNumbers } from '../plan/vertex-draft.js';
import type { GivenValue } from '../spec/params.js';
import { readPipeline } from '../spec/pipeline.js';
import type { PipelineSpec } from '../spec/pipeline-spec.js';
import { diagnosticAt, sortByPlace } from '../spec/source.js';

/** A pipeline without a mistake. */
export interface Checked {
  readonly spec: PipelineSpec;
  readonly constants: RunConstants;
  readonly logical: LogicalGraph;
  readonly isLibrary: boolean;
  readonly inputs: InputSpool;
  readonly warnings: readonly Diagnostic[];
}

export interface Plan extends Checked {
  readonly optimized: LogicalGraph;
  readonly job: JobGraph;
  /** Of the vertices, whatever plan they are in. */
  readonly numbers: VertexNumbers;
}

export function planOf(checked: Checked): Plan {
  const optimized = optimize(checked.logical, checked.constants);
  const numbers = new VertexNumbers();
  return { ...checked, optimized, numbers, job: planJob(optimized, { numbers }) };
}

export interface Reading {
  readonly onSpec?: (spec: PipelineSpec) => Promise<void>;
  /** Nothing will run: parameters without a value are only warned of, and a library is right without its rows. */
  readonly isCheck?: boolean;
  /** Another pipeline in place of the one that is written. */
  readonly change?: (spec: PipelineSpec) => PipelineSpec;
}

/** What a pipeline without a mistake is good for; afterwards nothing is left of its standard input. Throws a LeatError with every mistake. */
export async function withPipeline<T>(
  input: PipelineInput,
  options: RunOptions,
  { onSpec, isCheck, change }: Reading,
  use: (checked: Checked) => Promise<T>,
): Promise<T> {
  const file = typeof input === 'string' ? readPipelineFile(input) : input;
  const { spec: written, diagnostics } = readPipeline(file, new Set(VERBS.keys()));
  if (written === undefined) throw new LeatError(diagnostics);
  const spec = change?.(written) ?? written;
  await onSpec?.(spec);
  const inputs = new InputSpool({
    spillDir: options.spillDir ?? spec.run.spillDir,
    spillLimit: options.spillLimit ?? spec.run.spillLimit,
    signal: options.signal,
    stdin: () => options.stdin ?? process.stdin,
  });
  try {
    return await use(await lower(file.path, spec, diagnostics, inputs, options, isCheck));
  } finally {
    inputs.remove();
  }
}

async function lower(
  path: string,
  spec: PipelineSpec,
  diagnostics: readonly Diagnostic[],
  inputs: InputSpool,
  options: PipelineOptions,
  isCheck: boolean | undefined,
): Promise<Checked> {
  const found: Diagnostic[] = [...diagnostics];
  const constants = constantsOf(spec, options, found);
  const env = options.env ?? process.env;
  const sources = {
    given: givenBy(options.params),
    folder: resolve(options.baseDir ?? dirname(resolve(path))),
    constants,
    mayLackValues: isCheck,
  };
  const pipeline = openPipeline(spec, sources, env, found);
  const settings = {
    verbs: VERBS,
    constants,
    env,
    reads: overridesOf(STDIN, options.read),
    writes: overridesOf('stdout', options.write),
    inputs,
    splitBytes: options.test?.splitBytes,
  };
  const lowered = await lowerPipeline(pipeline, settings, isCheck).catch((error: unknown) => {
    if (!(error instanceof LeatError) || error.code === 'INTERNAL') throw error;
    throw new LeatError(sortByPlace([...found, ...error.diagnostics]));
  });
  if (found.some(({ severity }) => severity === 'error')) throw new LeatError(sortByPlace(found));
  const { graph: logical, isLibrary } = lowered;
  return { spec, constants, logical, isLibrary, inputs, warnings: sortByPlace([...found, ...lowered.warnings]) };
}

/** The start of the run, and the seed. */
function constantsOf(spec: PipelineSpec, options: PipelineOptions, diagnostics: Diagnostic[]): RunConstants {
  const seed = options.seed ?? spec.run.seed ?? null;
  const usual = BigInt(Date.now()) * 1000n;
  const text = options.now ?? spec.run.now?.text;
  const nowMicros = text === undefined ? usual : parseValue(text, TIMESTAMP);
  if (typeof nowMicros === 'bigint') return { nowMicros, seed };
  const hint = 'write it as 2026-11-01T00:00:00Z';
  diagnostics.push(
    options.now === undefined
      ? diagnosticAt('SPEC_BAD_VALUE', `\`now\` is "${text}", which is not a timestamp`, spec.run.now!, undefined, {
          hint,
        })
      : diagnostic('CLI_USAGE', `--now is "${text}", which is not a timestamp`, { hint }),
  );
  return { nowMicros: usual, seed };
}

/** What stands on the command line is relative to the folder that it was typed in. */
function givenBy(params: Readonly<Record<string, string>> = {}): ReadonlyMap<string, GivenValue> {
  const folder = process.cwd();
  return new Map(Object.entries(params).map(([name, text]) => [name, { texts: [text], isList: false, folder }]));
}

/** `standard`: the word for standard input or output. */
function overridesOf(standard: string, paths: Readonly<Record<string, string>> = {}): ReadonlyMap<string, string> {
  const entries = Object.entries(paths).map(
    ([name, text]) => [name, text === standard ? text : resolve(text)] as const,
  );
  return new Map(entries);
}
