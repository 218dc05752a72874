/**
 * Runs a job, and when a join's right side does not fit into memory, from the beginning with that join made by key. Nothing
 * of the first try is kept: nothing was published, and what was printed is what the next one begins with. Each join
 * changes its plan once, so it ends.
 */
import type { FactoryRegistry } from '../dataflow/factory.js';
import type { JobGraph } from '../dataflow/job-graph.js';
import type { JobResult } from './job-result.js';
import { runJob } from './run-job.js';
import type { JobListener, RuntimeOptions } from './runtime-options.js';
import { TooMuchHeld } from './too-much-held.js';

export interface JobPlans {
  /** The job with these joins made by key. */
  plan(byKey: ReadonlySet<number>): JobGraph;
  /** Those of the first try. */
  readonly byKey: ReadonlySet<number>;
  /** What a join is called in messages. */
  nameOf(node: number): string;
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
  let printedBytes = 0;
  for (;;) {
    const spentMs = performance.now() - begin;
    try {
      const result = await runJob(
        plans.plan(byKey),
        registry,
        { ...options, printedBytes },
        delayed(listener, spentMs),
      );
      return { ...result, elapsedMs: performance.now() - begin, notes: [...notes, ...result.notes] };
    } catch (error) {
      if (!(error instanceof TooMuchHeld)) throw error;
      printedBytes = Math.max(printedBytes, error.printedBytes);
      for (const node of error.nodes) {
        byKey.add(node);
        const text = `the right side of ${plans.nameOf(node)} does not fit into memory: rows are joined by key`;
        notes.push(text);
        listener.note?.(text);
      }
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
