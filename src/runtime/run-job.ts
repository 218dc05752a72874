/**
 * Runs a job graph from the first split to the published outputs. Whatever happens, nothing is left behind: threads,
 * spill folder, staged files; a failed job publishes nothing.
 */
import { randomBytes } from 'node:crypto';
import type { FactoryRegistry, StagedOutput, Verdict } from '../dataflow/factory.js';
import type { JobGraph } from '../dataflow/job-graph.js';
import { type Diagnostic, LeatError } from '../errors.js';
import { publishOutputs } from '../formats/publishing/publish.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { MemoryPool } from '../memory/memory-pool.js';
import { defaultSpillBase, removeSpillFolder, spillFolderPath, sweepSpillFolders } from '../memory/spill-files.js';
import { sortByPlace } from '../spec/source.js';
import { JobMaster } from './coordinator/job-master.js';
import type { JobResult } from './job-result.js';
import type { JobListener, RuntimeOptions } from './runtime-options.js';
import { settleBudget } from './task-sizes.js';
import { TooMuchHeld } from './too-much-held.js';
import { internalError } from './worker/attempt.js';

/** Addresses are 32 bits wide, and page 0 belongs to the kernels. */
const MAX_MEMORY_BYTES = 65535 * PAGE_BYTES;

export async function runJob(
  graph: JobGraph,
  registry: FactoryRegistry,
  options: RuntimeOptions,
  listener: JobListener = {},
): Promise<JobResult> {
  const begin = performance.now();
  const notes: string[] = [];
  const note = (text: string): void => {
    notes.push(text);
    listener.note?.(text);
  };
  const memoryBytes = Math.min(options.memoryBytes, MAX_MEMORY_BYTES);
  const { slots, sizes } = settleBudget(graph, registry, { memoryBytes, slots: options.slots, sizes: options.sizes });
  if (slots < options.slots) {
    note(
      `${slots} of ${options.slots} slots are used: the memory setting has room for no more of this pipeline's tasks`,
    );
  }
  const jobId = `${Date.now().toString(36)}${randomBytes(4).toString('hex')}`;
  const spillBase = options.spillDir ?? defaultSpillBase();
  const spillPath = spillFolderPath(spillBase, jobId);
  const removeSpill = (): void => removeSpillFolder(spillPath);
  process.once('exit', removeSpill);
  sweepSpillFolders(spillBase);
  const memory = MemoryPool.create(memoryBytes, slots, options.allocateFromTop);
  const master = new JobMaster({
    ...{ jobId, graph, registry, options, listener, slots, sizes, memory, spillPath, note },
  });
  try {
    await master.run();
    const verdicts = master.verdicts();
    const failed = failedChecks(verdicts, note);
    const staged: StagedOutput[] = [];
    for (const { sink, results } of master.sinks()) {
      if (failed.length === 0 || sink.showsFailures) staged.push(...(await sink.finish(results)));
    }
    await publishOutputs(staged, jobId);
    if (failed.length > 0) throw new LeatError(withOutputs(failed, staged));
    return {
      job: jobId,
      elapsedMs: performance.now() - begin,
      slots,
      memoryBytes,
      peakManagedBytes: memory.managed.peakPages * PAGE_BYTES,
      peakResidentBytes: process.resourceUsage().maxRSS * 1024,
      vertices: master.executions.map((execution) => execution.result()),
      outputs: staged.map(({ target, rows, bytes }) => ({ path: target, rows, bytes })),
      checks: verdicts.map(({ diagnostic, holds, severity, failures }) => {
        return { check: diagnostic.message, holds, severity, failures };
      }),
      notes,
    };
  } catch (error) {
    // The last one first: a folder that several share was made by the first.
    for (const { sink } of [...master.sinks()].reverse()) {
      await sink.abort();
      if (error instanceof TooMuchHeld) error.printedBytes += sink.printedBytes();
    }
    throw error instanceof LeatError ? error : internalError(error);
  } finally {
    removeSpill();
    process.removeListener('exit', removeSpill);
  }
}

/** What must hold and does not: then only rows that fail are published. */
function failedChecks(verdicts: readonly Verdict[], note: (text: string) => void): readonly Diagnostic[] {
  const broken = verdicts.filter(({ holds }) => !holds);
  for (const { severity, diagnostic } of broken) if (severity === 'warn') note(diagnostic.message);
  return sortByPlace(broken.filter(({ severity }) => severity === 'error').map(({ diagnostic }) => diagnostic));
}

/** The last of them says where the rows are. */
function withOutputs(failed: readonly Diagnostic[], staged: readonly StagedOutput[]): readonly Diagnostic[] {
  const notes = staged.filter(({ rows }) => rows > 0).map(({ target }) => `rows that fail are in ${target}`);
  return failed.map((one, i) => (i < failed.length - 1 ? one : { ...one, notes: [...(one.notes ?? []), ...notes] }));
}
