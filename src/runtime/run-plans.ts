/**
 * Runs a job. When a join's right side does not fit into memory, or a limit's groups, that step is made by key, and a file of which some
 * rows cannot be read may have to be read in sequence: the job goes on
 * with another plan, in which what has run is used. Where it cannot, since rows were written by then or tasks would need larger shares, it
 * begins anew: nothing was published, and what was printed is what the next try begins with. Each step changes its plan
 * once, so it ends.
 */
import type { FactoryRegistry } from '../dataflow/factory.js';
import type { JobGraph } from '../dataflow/job-graph.js';
import type { LeatError } from '../errors.js';
import { AnotherPlan } from './another-plan.js';
import type { JobResult } from './job-result.js';
import { managedMemoryOf, runJob } from './run-job.js';
import type { JobListener, RuntimeOptions } from './runtime-options.js';

export interface JobPlans {
  /** The job with these nodes made by key. */
  plan(byKey: ReadonlySet<number>): JobGraph;
  /** Those of the first try. */
  readonly byKey: ReadonlySet<number>;
  /** The nodes that, made by key or in sequence, would not meet this error of a run that failed. */
  instead(error: LeatError): readonly number[];
  /** What is said when a node is made by key. */
  noteOf(node: number): string;
}

export async function runPlans(
  plans: JobPlans,
  registry: FactoryRegistry,
  options: RuntimeOptions,
  listener: JobListener = {},
): Promise<JobResult> {
  const begin = performance.now();
  const notes: string[] = [];
  const byKey = new Set(plans.byKey);
  const taken = (nodes: readonly number[]): void => {
    for (const node of nodes) {
      byKey.add(node);
      const text = plans.noteOf(node);
      notes.push(text);
      listener.note?.(text);
    }
  };
  const replanning = {
    plan: (nodes: readonly number[]) => plans.plan(new Set([...byKey, ...nodes])),
    taken,
    instead: (error: LeatError) => plans.instead(error).filter((node) => !byKey.has(node)),
  };
  // One for all tries: of what an earlier one had, the garbage collectors of all threads would let go some day.
  const managed = managedMemoryOf(options);
  let printedBytes = 0;
  for (;;) {
    const spentMs = performance.now() - begin;
    try {
      const result = await runJob(
        plans.plan(byKey),
        registry,
        { ...options, managed, printedBytes },
        delayed(listener, spentMs),
        replanning,
      );
      return { ...result, elapsedMs: performance.now() - begin, notes: [...notes, ...result.notes] };
    } catch (error) {
      if (!(error instanceof AnotherPlan)) throw error;
      printedBytes = Math.max(printedBytes, error.printedBytes);
      taken(error.nodes);
    }
  }
}

/** For the one who watches it is one job: its time goes on. */
function delayed(listener: JobListener, spentMs: number): JobListener {
  return {
    progress: (progress) => listener.progress?.({ ...progress, elapsedMs: progress.elapsedMs + spentMs }),
    note: (text) => listener.note?.(text),
  };
}
