/**
 * The facade: a pipeline file is checked, explained or run. It wires the rooms together and holds no logic of theirs.
 *
 *     file -> spec/ readPipeline -> plan/ lowerPipeline -> optimize -> planJob -> runtime/ runJob
 */
import type { JobGraph } from './dataflow/job-graph.js';
import { type Plan, planOf, withPipeline } from './engine/checked-pipeline.js';
import { runPlan, slotsOf } from './engine/run-plan.js';
import type {
  CheckOptions,
  CheckReport,
  ExplainLevel,
  ExplainOptions,
  ExplainReport,
  PipelineInput,
  RunListener,
  RunOptions,
  RunReport,
} from './engine-api.js';
import { LeatError, leatError } from './errors.js';
import { explainSource } from './operators/explain-source.js';
import { FACTORIES } from './operators/factories.js';
import { drawPlan, planText } from './plan/explain.js';
import type { GraphLevel } from './plan/explain-parts.js';
import { readsMuch } from './plan/pipeline-paths.js';
import { type PlanDocument, type PlanVertex, planNodes, planVertices } from './plan/plan-document.js';
import { SlotPool } from './runtime/coordinator/slot-pool.js';
import type { PipelineSpec } from './spec/pipeline-spec.js';
import { sortByPlace } from './spec/source.js';

export { freezeSchemas } from './engine/freeze.js';
export { previewRows } from './engine/preview.js';
export { inferSchemas } from './engine/schemas.js';
export type * from './engine-api.js';
export { LeatError } from './errors.js';

/** Everything that can be found wrong without running; never rejects for a mistake in the pipeline. */
export async function checkPipeline(path: string, options: CheckOptions = {}): Promise<CheckReport> {
  try {
    return await withPipeline(path, options, { isCheck: true }, async (checked) => {
      const { spec, isLibrary, inputs, warnings } = checked;
      if (options.data === true) await inputs.fill();
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

export async function runPipeline(
  path: PipelineInput,
  options: RunOptions = {},
  listener?: RunListener,
): Promise<RunReport> {
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
