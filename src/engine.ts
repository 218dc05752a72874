/**
 * The facade: a pipeline file is checked, explained or run. It wires the rooms together and holds no logic of theirs.
 *
 *     file -> spec/ readPipeline -> plan/ lowerPipeline -> optimize -> planJob -> runtime/ runJob
 */
import { dirname, resolve } from 'node:path';
import { TIMESTAMP } from './columnar/data-type.js';
import { parseValue } from './columnar/text.js';
import type { JobGraph } from './dataflow/job-graph.js';
import type { LogicalGraph } from './dataflow/logical-graph.js';
import type {
  CheckOptions,
  CheckReport,
  ExplainLevel,
  ExplainOptions,
  ExplainReport,
  PipelineOptions,
  RunListener,
  RunOptions,
  RunReport,
} from './engine-api.js';
import { type Diagnostic, diagnostic, LeatError, leatError } from './errors.js';
import type { RunConstants } from './expr/calc.js';
import { STDIN } from './formats/input-file.js';
import { StdinSpool } from './formats/stdin-spool.js';
import { availableResources } from './memory/cgroup.js';
import { explainSource } from './operators/explain-source.js';
import { FACTORIES } from './operators/factories.js';
import { VERBS } from './operators/verbs.js';
import { byKeyNote, groupLimitsOf, joinsOf, scansInSequence } from './plan/by-key.js';
import { drawPlan, planText } from './plan/explain.js';
import type { GraphLevel } from './plan/explain-parts.js';
import { planJob } from './plan/job-planner.js';
import { lowerPipeline } from './plan/lowering.js';
import { openPipeline, readPipelineFile } from './plan/open-pipeline.js';
import { optimize } from './plan/optimizer.js';
import { readsMuch } from './plan/pipeline-paths.js';
import { type PlanDocument, type PlanVertex, planNodes, planVertices } from './plan/plan-document.js';
import { VertexNumbers } from './plan/vertex-draft.js';
import type { Fault } from './runtime/coordinator/faults.js';
import { SlotPool } from './runtime/coordinator/slot-pool.js';
import { runPlans } from './runtime/run-plans.js';
import type { GivenValue } from './spec/params.js';
import { readPipeline } from './spec/pipeline.js';
import type { PipelineSpec } from './spec/pipeline-spec.js';
import { diagnosticAt, sortByPlace } from './spec/source.js';

export type * from './engine-api.js';
export { LeatError } from './errors.js';

/** The part of the machine's memory that a job takes when nobody says: Flink's fraction for managed memory. */
const MEMORY_FRACTION = 0.4;
const MAX_DEFAULT_MEMORY = 4 * 2 ** 30;
const MIN_DEFAULT_MEMORY = 64 * 2 ** 20;

/** A pipeline without a mistake. */
interface Checked {
  readonly spec: PipelineSpec;
  readonly constants: RunConstants;
  readonly logical: LogicalGraph;
  readonly isLibrary: boolean;
  readonly stdin: StdinSpool;
  readonly warnings: readonly Diagnostic[];
}

interface Plan extends Checked {
  readonly optimized: LogicalGraph;
  readonly job: JobGraph;
  /** Of the vertices, whatever plan they are in. */
  readonly numbers: VertexNumbers;
}

/** Everything that can be found wrong without running; never rejects for a mistake in the pipeline. */
export async function checkPipeline(path: string, options: CheckOptions = {}): Promise<CheckReport> {
  try {
    return await withPipeline(path, options, { isCheck: true }, async (checked) => {
      const { spec, isLibrary, stdin, warnings } = checked;
      if (options.data === true) await stdin.fill();
      if (!isLibrary) checkData(planOf(checked).job, options.data === true);
      return { pipeline: spec.name, ok: true, isLibrary, diagnostics: warnings, steps: spec.steps.length };
    });
  } catch (error) {
    if (!(error instanceof LeatError) || error.code === 'INTERNAL') throw error;
    return { pipeline: path, ok: false, isLibrary: false, diagnostics: error.diagnostics, steps: 0 };
  }
}

/** Every source against its files, those with a schema if asked; all that is wrong with them at once. */
function checkData(job: JobGraph, withSchema: boolean): void {
  const diagnostics = job.vertices.flatMap(({ chain: [{ kind, config }] }) => {
    const factory = FACTORIES.get(kind);
    try {
      if (factory?.role === 'source') factory.check?.(config, withSchema);
      return [];
    } catch (error) {
      if (error instanceof LeatError) return error.diagnostics;
      throw error;
    }
  });
  if (diagnostics.length > 0) throw new LeatError(sortByPlace(diagnostics));
}

export function explainPipeline(path: string, options: ExplainOptions = {}): Promise<ExplainReport> {
  return withPipeline(path, options, {}, async (checked) => explainPlan(planOf(checked), options));
}

function explainPlan(
  { spec, constants, logical, optimized, job, warnings }: Plan,
  options: ExplainOptions,
): ExplainReport {
  const { format = 'text' } = options;
  const isDrawing = format === 'mermaid' || format === 'dot';
  const level = options.level ?? (isDrawing ? 'job' : undefined);
  if (isDrawing && level === 'source') {
    throw leatError('CLI_USAGE', `the level source is text and cannot be drawn as ${format}`, {
      hint: 'leave the format out, or take the level job',
    });
  }
  const slots = slotsOf(spec, options);
  const has = (one: ExplainLevel): boolean => (level === undefined ? one !== 'source' : level === one);
  const plan: PlanDocument = {
    pipeline: spec.name,
    slots,
    logical: has('logical') ? planNodes(logical) : undefined,
    optimized: has('optimized') ? planNodes(optimized) : undefined,
    job: has('job') ? planVertices(job, slots) : undefined,
    source: has('source') ? explainSource(job, constants) : undefined,
  };
  const text = isDrawing
    ? drawPlan(plan, format, level as GraphLevel, options)
    : format === 'json'
      ? JSON.stringify(plan, null, 2)
      : planText(plan, options);
  return { pipeline: spec.name, text, plan, warnings };
}

export async function runPipeline(path: string, options: RunOptions = {}, listener?: RunListener): Promise<RunReport> {
  let pool: SlotPool | undefined;
  /** Threads come up while the rest of the pipeline is still being planned, if it will need them. */
  const startThreads = async (spec: PipelineSpec): Promise<void> => {
    if (options.test?.pool || !readsMuch(spec, options.baseDir)) return;
    pool = new SlotPool(slotsOf(spec, options));
    await pool.start();
  };
  try {
    return await withPipeline(path, options, { onSpec: startThreads }, (checked) =>
      runPlan(planOf(checked), options, pool, listener),
    );
  } finally {
    await pool?.close();
  }
}

export function analyzePipeline(
  path: string,
  options: ExplainOptions & RunOptions = {},
  listener?: RunListener,
): Promise<ExplainReport> {
  return withPipeline(path, options, {}, (checked) => analyzePlan(planOf(checked), options, listener));
}

async function analyzePlan(
  plan: Plan,
  options: ExplainOptions & RunOptions,
  listener?: RunListener,
): Promise<ExplainReport> {
  const { spec } = plan;
  let { job } = plan;
  const planned = (again: JobGraph): void => {
    job = again;
  };
  const result = await runPlan(plan, { ...options, publishes: false, planned }, undefined, listener);
  const vertices = planVertices(job, result.slots).map((vertex, index): PlanVertex => {
    const { parallelism: tasks, attempts, splits, elapsedMs, operators } = result.vertices[index];
    const chain = vertex.chain.map((operator, at) => ({ ...operator, actual: operators[at].metrics }));
    return { ...vertex, chain, actual: { tasks, attempts, splits, elapsedMs } };
  });
  const document: PlanDocument = { pipeline: spec.name, slots: result.slots, job: vertices };
  const { format = 'text' } = options;
  const text =
    format === 'mermaid' || format === 'dot' ? drawPlan(document, format, 'job', options) : planText(document, options);
  return { pipeline: spec.name, text, plan: document, warnings: result.warnings };
}

interface PlanRun {
  readonly publishes?: boolean;
  /** Told of the job when it is not the one of the plan. */
  readonly planned?: (job: JobGraph) => void;
}

/** What was found while planning is told whether the run succeeds or not. */
async function runPlan(
  plan: Plan,
  options: RunOptions & PlanRun,
  pool: SlotPool | undefined,
  listener?: RunListener,
): Promise<RunReport> {
  try {
    const report = await execute(plan, options, pool, listener);
    return { ...report, warnings: [...plan.warnings, ...report.warnings] };
  } catch (error) {
    throw error instanceof LeatError ? error.withWarnings(plan.warnings) : error;
  }
}

async function execute(
  { spec, constants, optimized, job, numbers, stdin }: Plan,
  options: RunOptions & PlanRun,
  pool: SlotPool | undefined,
  listener?: RunListener,
): Promise<RunReport> {
  const { test } = options;
  const wroteStdout = job.vertices.some(({ chain }) => chain.some(({ config }) => isStdoutSink(config)));
  if (wroteStdout && options.stdoutTaken) {
    throw leatError('CLI_USAGE', '--json and a write to stdout both want standard output', {
      hint: 'use --report FILE for the document, or write the rows to a file',
    });
  }
  await stdin.fill();
  const slots = slotsOf(spec, options);
  const memoryBytes = options.memoryBytes ?? spec.run.memory ?? defaultMemory();
  listener?.started({ pipeline: spec.name, slots, memoryBytes, writesStdout: wroteStdout });
  const byKey = new Set([
    ...(test?.joins === 'by-key' ? joinsOf(optimized) : []),
    ...(test?.limits === 'by-key' ? groupLimitsOf(optimized) : []),
  ]);
  const result = await runPlans(
    {
      plan: (nodes) => {
        if (nodes.size === 0) return job;
        const again = planJob(optimized, { byKey: nodes, numbers });
        options.planned?.(again);
        return again;
      },
      byKey,
      instead: (error) => scansInSequence(optimized, error),
      noteOf: (node) => byKeyNote(optimized, node),
    },
    FACTORIES,
    {
      memoryBytes,
      slots,
      constants,
      publishes: options.publishes,
      restart: {
        attempts: options.restartAttempts ?? spec.run.restartAttempts ?? 3,
        delayMs: options.restartDelayMs ?? spec.run.restartDelayMs ?? 1000,
      },
      spillDir: options.spillDir ?? spec.run.spillDir,
      spillLimit: options.spillLimit ?? spec.run.spillLimit,
      spilledBytes: stdin.bytes,
      signal: options.signal,
      kernels: test?.kernels,
      allocateFromTop: test?.allocateFromTop,
      sizes: { batchRows: test?.batchRows, chunkBytes: test?.chunkBytes },
      faults: test?.faults as readonly Fault[] | undefined,
      inProcessBytes: test?.inProcessBytes,
      pool: pool ?? (test?.pool as SlotPool | undefined),
    },
    listener,
  );
  return {
    ...result,
    pipeline: spec.name,
    exitStatus: 0,
    wroteStdout,
  };
}

function planOf(checked: Checked): Plan {
  const optimized = optimize(checked.logical, checked.constants);
  const numbers = new VertexNumbers();
  return { ...checked, optimized, numbers, job: planJob(optimized, { numbers }) };
}

interface Reading {
  readonly onSpec?: (spec: PipelineSpec) => Promise<void>;
  /** Nothing will run: parameters without a value are only warned of, and a library is right without its rows. */
  readonly isCheck?: boolean;
}

/** What a pipeline without a mistake is good for; afterwards nothing is left of its standard input. Throws a LeatError with every mistake. */
async function withPipeline<T>(
  path: string,
  options: RunOptions,
  { onSpec, isCheck }: Reading,
  use: (checked: Checked) => Promise<T>,
): Promise<T> {
  const { spec, diagnostics } = readPipeline(readPipelineFile(path), new Set(VERBS.keys()));
  if (spec === undefined) throw new LeatError(diagnostics);
  await onSpec?.(spec);
  const stdin = new StdinSpool({
    spillDir: options.spillDir ?? spec.run.spillDir,
    spillLimit: options.spillLimit ?? spec.run.spillLimit,
    signal: options.signal,
    stream: () => options.stdin ?? process.stdin,
  });
  try {
    return await use(await lower(path, spec, diagnostics, stdin, options, isCheck));
  } finally {
    stdin.remove();
  }
}

async function lower(
  path: string,
  spec: PipelineSpec,
  diagnostics: readonly Diagnostic[],
  stdin: StdinSpool,
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
    stdin,
    splitBytes: options.test?.splitBytes,
  };
  const lowered = await lowerPipeline(pipeline, settings, isCheck).catch((error: unknown) => {
    if (!(error instanceof LeatError) || error.code === 'INTERNAL') throw error;
    throw new LeatError(sortByPlace([...found, ...error.diagnostics]));
  });
  if (found.some(({ severity }) => severity === 'error')) throw new LeatError(sortByPlace(found));
  const { graph: logical, isLibrary } = lowered;
  return { spec, constants, logical, isLibrary, stdin, warnings: sortByPlace([...found, ...lowered.warnings]) };
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

function slotsOf(spec: PipelineSpec, options: PipelineOptions): number {
  return options.slots ?? spec.run.slots ?? availableResources().cores;
}

function defaultMemory(): number {
  return Math.max(
    MIN_DEFAULT_MEMORY,
    Math.min(MAX_DEFAULT_MEMORY, Math.floor(availableResources().memoryBytes * MEMORY_FRACTION)),
  );
}

function isStdoutSink(config: unknown): boolean {
  return (config as { target?: { kind: string } }).target?.kind === 'stdout';
}
