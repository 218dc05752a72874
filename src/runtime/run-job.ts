/**
 * Runs a job graph from the first split to the published outputs. Whatever happens, nothing is left behind: threads,
 * spill folder, staged files; a failed job publishes nothing.
 */

import { randomBytes } from 'node:crypto';
import { relative } from 'node:path';
import type { FactoryRegistry, JobSink, StagedOutput, Verdict } from '../dataflow/factory.js';
import type { JobGraph } from '../dataflow/job-graph.js';
import { type CheckResult, type Diagnostic, LeatError } from '../errors.js';
import { publishOutputs } from '../formats/publishing/publish.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { ManagedMemory } from '../memory/managed-memory.js';
import { MemoryPool } from '../memory/memory-pool.js';
import { peakResidentBytes } from '../memory/peak-resident.js';
import { defaultSpillBase, openSpillPlace } from '../memory/spill-place.js';
import { SpillQuota } from '../memory/spill-quota.js';
import { sortByPlace } from '../spec/source.js';
import { AnotherPlan } from './another-plan.js';
import { JobMaster, type Replanning } from './coordinator/job-master.js';
import type { JobResult, OutputResult } from './job-result.js';
import type { JobListener, RuntimeOptions } from './runtime-options.js';
import { settleBudget } from './task-sizes.js';
import { internalError } from './worker/attempt.js';

/** Addresses are 32 bits wide, and page 0 belongs to the kernels. */
const MAX_MEMORY_BYTES = 65535 * PAGE_BYTES;

/** The memory of a job; several tries of it may have it one after another. */
export function managedMemoryOf({ memoryBytes, allocateFromTop }: RuntimeOptions): ManagedMemory {
  return ManagedMemory.create(Math.min(memoryBytes, MAX_MEMORY_BYTES), allocateFromTop);
}

export async function runJob(
  graph: JobGraph,
  registry: FactoryRegistry,
  options: RuntimeOptions,
  listener: JobListener = {},
  replanning?: Replanning,
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
  const spillPlace = openSpillPlace(options.spillDir ?? defaultSpillBase(), jobId);
  const spillQuota = SpillQuota.create(options.spillLimit, options.spilledBytes);
  process.once('exit', spillPlace.remove);
  const memory = MemoryPool.over(options.managed ?? managedMemoryOf(options), slots);
  const master = new JobMaster({
    ...{
      jobId,
      graph,
      replanning,
      registry,
      options,
      listener,
      slots,
      sizes,
      memory,
      spillPath: spillPlace.path,
      spillQuota,
      note,
    },
  });
  try {
    await master.run();
    const verdicts = master.verdicts();
    if (options.publishes === false) await abortSinks(master);
    const isBroken = verdicts.some(({ holds, severity }) => !holds && severity === 'error');
    const staged: StagedOutput[] = [];
    const shown: ShownFailures[] = [];
    for (const { sink, results } of options.publishes === false ? [] : master.sinks()) {
      if (!isBroken || sink.showsFailures.length > 0) {
        const files = await finish(sink, results, options.signal);
        staged.push(...files);
        shown.push({ gates: sink.showsFailures, files });
      }
    }
    const published = await publishOutputs(staged, jobId, { signal: options.signal });
    const broken = brokenChecks(verdicts, shown);
    const checks = verdicts
      .filter(({ isCheck }) => isCheck)
      .map(({ diagnostic, holds, severity, failures }): CheckResult => {
        return { check: diagnostic.message, holds, severity, failures };
      });
    if (isBroken) throw new LeatError(broken, { checks });
    return {
      job: jobId,
      elapsedMs: performance.now() - begin,
      slots,
      memoryBytes,
      peakManagedBytes: memory.managed.peakPages * PAGE_BYTES,
      peakResidentBytes: peakResidentBytes(),
      vertices: master.executions.map((execution) => execution.result()),
      outputs: published.map(outputResult),
      checks,
      warnings: broken,
      notes,
    };
  } catch (error) {
    const printed = await abortSinks(master);
    if (!(error instanceof LeatError)) throw internalError(error);
    const nodes = error instanceof AnotherPlan ? error.nodes : (replanning?.instead(error) ?? []);
    if (nodes.length === 0) throw error;
    const again = error instanceof AnotherPlan ? error : new AnotherPlan(error, nodes);
    again.printedBytes += printed;
    throw again;
  } finally {
    spillPlace.remove();
    process.removeListener('exit', spillPlace.remove);
  }
}

function outputResult({ temporary: _, target, folder, ...output }: StagedOutput): OutputResult {
  if (folder === undefined) return { path: target, ...output };
  const files = folder.files.map((file) => relative(target, file.target)).filter((path) => !path.startsWith('.'));
  return { path: `${target}/`, ...output, files };
}

/** The last one first: a folder that several share was made by the first. Returns the bytes that were printed. */
async function abortSinks(master: JobMaster): Promise<number> {
  let printed = 0;
  for (const { sink } of [...master.sinks()].reverse()) {
    await sink.abort();
    printed += sink.printedBytes();
  }
  return printed;
}

/** A sink that prints waits for its reader; when the run is interrupted it stops. */
async function finish(
  sink: JobSink,
  results: readonly unknown[],
  signal: AbortSignal | undefined,
): Promise<readonly StagedOutput[]> {
  const stop = (): void => void sink.abort();
  signal?.addEventListener('abort', stop);
  try {
    return await sink.finish(results);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** Files with rows that fail, and the gates that these failed at. */
interface ShownFailures {
  readonly gates: readonly number[];
  readonly files: readonly StagedOutput[];
}

/** What must hold and does not, sorted by place; each says where its rows are. */
function brokenChecks(verdicts: readonly Verdict[], shown: readonly ShownFailures[]): readonly Diagnostic[] {
  const broken = verdicts.filter(({ holds }) => !holds);
  const told = broken.map(({ gate, diagnostic }): Diagnostic => {
    const files = shown.flatMap(({ gates, files }) => (gate !== undefined && gates.includes(gate) ? files : []));
    const written = files.filter(({ rows }) => rows > 0);
    const places = written.map(({ target }) => ({ place: { file: target }, message: 'rows that fail are in it' }));
    return places.length === 0 ? diagnostic : { ...diagnostic, related: [...(diagnostic.related ?? []), ...places] };
  });
  return sortByPlace(told);
}
