/**
 * What finished attempts left for other vertices: the results of their operators, and the sealed pages and spill files
 * these describe. Partitions live until all their consumers are through; results until the job's sinks have seen them.
 *
 *     put ──> evictable ──pin──> read by its consumers, stays where it is ──free──> gone
 *                 └──evict──> on disk
 *
 * Eviction is the coordinator's alone, so no two threads ever decide about one partition.
 */
import type { JobEdge } from '../../dataflow/job-graph.js';
import type { StateKernels } from '../../kernels/state-kernels.js';
import { type MemoryPool, sealedOwner } from '../../memory/memory-pool.js';
import { removeAttemptFiles, SpillFiles } from '../../memory/spill-files.js';
import type { SpillQuota } from '../../memory/spill-quota.js';
import { runToFile } from '../../state/runs/run-eviction.js';
import { mapRuns, pagesInMemory } from './result-runs.js';

interface AttemptResult {
  readonly attempt: number;
  /** Lowest split it read; the order in which consumers see results. */
  readonly firstSplit: number;
  results: readonly unknown[];
  /** Where the coordinator moves them, perhaps part by part. */
  spill?: SpillFiles;
}

/** An operator of a chain, of all attempts. */
type Producer = Pick<JobEdge, 'vertex' | 'operator'>;

function nameOf({ vertex, operator }: Producer): string {
  return `${vertex}.${operator}`;
}

export class PartitionStore {
  readonly #pool: MemoryPool;
  readonly #spillPath: string;
  readonly #spillQuota: SpillQuota;
  readonly #kernels: () => StateKernels;
  readonly #vertices = new Map<number, AttemptResult[]>();
  /** Operators whose partitions are being read. */
  readonly #pinned = new Set<string>();
  /** Vertices whose partitions are gone. */
  readonly #freed = new Set<number>();
  evictedBytes = 0;

  constructor(pool: MemoryPool, spillPath: string, spillQuota: SpillQuota, kernels: () => StateKernels) {
    this.#pool = pool;
    this.#spillPath = spillPath;
    this.#spillQuota = spillQuota;
    this.#kernels = kernels;
  }

  put(vertex: number, result: AttemptResult): void {
    const results = this.#vertices.get(vertex) ?? [];
    results.push(result);
    results.sort((a, b) => a.firstSplit - b.firstSplit || a.attempt - b.attempt);
    this.#vertices.set(vertex, results);
    this.#publishEvictable();
  }

  /** What `endInput` of an operator returned, a value per attempt, in the order of the attempts' first splits. */
  upstream(vertex: number, operator: number): unknown[] {
    return (this.#vertices.get(vertex) ?? []).map(({ results }) => results[operator]);
  }

  /** Pages of memory that what the vertex has left takes. */
  sealedPages(vertex: number): number {
    const owners = this.#pool.managed.owners();
    return (this.#vertices.get(vertex) ?? []).reduce(
      (sum, { attempt }) => sum + (owners.get(sealedOwner(attempt)) ?? 0),
      0,
    );
  }

  /** From now on consumers know where the partitions are. */
  pin(producer: Producer): void {
    this.#pinned.add(nameOf(producer));
    this.#publishEvictable();
  }

  /** Evicts until `pages` pages are free or nothing is left to evict. */
  evict(pages: number): void {
    for (const { vertex, result } of this.#evictable()) {
      if (this.#pool.managed.freePages >= pages) break;
      this.#evictResult(vertex, result);
    }
    this.#publishEvictable();
  }

  /** For a request of `pages` that was refused, perhaps only for lack of neighbouring ones: evicts something at least. */
  evictFor(pages: number): void {
    this.evict(this.#pool.managed.freePages + pages);
  }

  #evictResult(vertex: number, result: AttemptResult): void {
    const { attempt } = result;
    const { managed } = this.#pool;
    result.spill ??= new SpillFiles(this.#spillPath, attempt, managed.heap, this.#spillQuota);
    const { spill } = result;
    const before = spill.bytesWritten;
    /** Needed until the last run is in its file. */
    const shared = new Map<number, number>();
    result.results = result.results.map((each, operator) =>
      mapRuns(each, (run) => {
        if (this.#pinned.has(nameOf({ vertex, operator }))) return run;
        if (run.location.kind !== 'memory') return run;
        const evicted = runToFile(run, spill, managed.heap, this.#kernels);
        for (const { address, pages } of run.location.pages) managed.release(sealedOwner(attempt), address, pages);
        const within = run.location.indexed?.within;
        if (within !== undefined) shared.set(within.address, within.pages);
        return evicted;
      }),
    );
    for (const [address, pages] of shared) managed.release(sealedOwner(attempt), address, pages);
    this.evictedBytes += spill.bytesWritten - before;
    spill.close();
  }

  /** Largest first. */
  #evictable(): { vertex: number; result: AttemptResult; pages: number }[] {
    return [...this.#vertices]
      .filter(([vertex]) => !this.#freed.has(vertex))
      .flatMap(([vertex, results]) => results.map((result) => ({ vertex, result })))
      .map(({ vertex, result }) => {
        const movable = result.results.filter((_, operator) => !this.#pinned.has(nameOf({ vertex, operator })));
        return { vertex, result, pages: pagesInMemory(movable) };
      })
      .filter(({ pages }) => pages > 0)
      .sort((a, b) => b.pages - a.pages || a.result.attempt - b.result.attempt);
  }

  #publishEvictable(): void {
    this.#pool.setEvictable(this.#evictable().reduce((sum, { pages }) => sum + pages, 0));
  }

  /** Nobody reads the partitions now; they may be moved until somebody does. */
  unpin(producer: Producer): void {
    this.#pinned.delete(nameOf(producer));
    this.#publishEvictable();
  }

  isFree(vertex: number): boolean {
    return this.#freed.has(vertex);
  }

  /** The vertex is going to run anew. */
  forget(vertex: number): void {
    this.free(vertex);
    this.#vertices.delete(vertex);
    this.#freed.delete(vertex);
    for (const pinned of this.#pinned) if (pinned.startsWith(`${vertex}.`)) this.#pinned.delete(pinned);
  }

  free(vertex: number): void {
    this.#freed.add(vertex);
    this.#publishEvictable();
    for (const { attempt } of this.#vertices.get(vertex) ?? []) {
      this.#pool.freeSealed(attempt);
      removeAttemptFiles(this.#spillPath, attempt, this.#spillQuota);
    }
  }
}
