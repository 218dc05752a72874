/** Runs the plan of a pipeline: what of the machine it takes, and what is told of it. */
import type { JobGraph } from '../dataflow/job-graph.js';
import type { PipelineOptions, RunListener, RunOptions, RunReport } from '../engine-api.js';
import { LeatError, leatError } from '../errors.js';
import { availableResources } from '../memory/cgroup.js';
import { FACTORIES } from '../operators/factories.js';
import { byKeyNote, groupLimitsOf, joinsOf, scansInSequence } from '../plan/by-key.js';
import { planJob } from '../plan/job-planner.js';
import type { Fault } from '../runtime/coordinator/faults.js';
import type { SlotPool } from '../runtime/coordinator/slot-pool.js';
import { runPlans } from '../runtime/run-plans.js';
import type { PipelineSpec } from '../spec/pipeline-spec.js';
import type { Plan } from './checked-pipeline.js';

/** The part of the machine's memory that a job takes when nobody says: Flink's fraction for managed memory. */
const MEMORY_FRACTION = 0.4;
const MAX_DEFAULT_MEMORY = 4 * 2 ** 30;
const MIN_DEFAULT_MEMORY = 64 * 2 ** 20;

export interface PlanRun {
  readonly publishes?: boolean;
  /** Told of the job when it is not the one of the plan. */
  readonly planned?: (job: JobGraph) => void;
}

/** What was found while planning is told whether the run succeeds or not. */
export async function runPlan(
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
  { spec, constants, optimized, job, numbers, inputs }: Plan,
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
  await inputs.fill();
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
      spilledBytes: inputs.bytes,
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

export function slotsOf(spec: PipelineSpec, options: PipelineOptions): number {
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
