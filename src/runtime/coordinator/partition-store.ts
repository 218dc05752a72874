/**
 * What finished attempts left for other vertices: the results of their operators, and the sealed pages and spill files
 * these describe. Partitions live until all their consumers are through; results until the job's sinks have seen them.
 *
 *     put ──> evictable ──pin──> read by its consumers, stays where it is ──free──> gone
 *                 └──evict──> on disk
 *
 * Eviction is the coordinator's alone, so no two threads ever decide about one partition.
 */
import type { StateKernels } from '../../kernels/state-kernels.js';
import { type MemoryPool, sealedOwner } from '../../memory/memory-pool.js';
import { removeAttemptFiles, SpillFiles } from '../../memory/spill-files.js';
import type { SpillQuota } from '../../memory/spill-quota.js';
import { runToFile } from '../../state/run-eviction.js';
import { mapRuns, pagesInMemory } from './result-runs.js';

interface AttemptResult {
  readonly attempt: number;
  /** Lowest split it read; the order in which consumers see results. */
  readonly firstSplit: number;
  results: readonly unknown[];
}

export class PartitionStore {
  readonly #pool: MemoryPool;
  readonly #spillPath: string;
  readonly #spillQuota: SpillQuota;
  readonly #kernels: () => StateKernels;
  readonly #vertices = new Map<number, AttemptResult[]>();
  /** Vertices whose partitions are being read, or are gone. */
  readonly #pinned = new Set<number>();
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
  pin(vertex: number): void {
    this.#pinned.add(vertex);
    this.#publishEvictable();
  }

  /** Evicts until `pages` pages are free or nothing is left to evict. */
  evict(pages: number): void {
    for (const { attempt, result } of this.#evictable()) {
      if (this.#pool.managed.freePages >= pages) break;
      this.#evictResult(attempt, result);
    }
    this.#publishEvictable();
  }

  /** For a request of `pages` that was refused, perhaps only for lack of neighbouring ones: evicts something at least. */
  evictFor(pages: number): void {
    this.evict(this.#pool.managed.freePages + pages);
  }

  #evictResult(attempt: number, result: AttemptResult): void {
    const { managed } = this.#pool;
    const spill = new SpillFiles(this.#spillPath, attempt, managed.heap, this.#spillQuota);
    /** Needed until the last run is in its file. */
    const shared = new Map<number, number>();
    result.results = result.results.map((each) =>
      mapRuns(each, (run) => {
        if (run.location.kind !== 'memory') return run;
        const evicted = runToFile(run, spill, managed.heap, this.#kernels);
        for (const { address, pages } of run.location.pages) managed.release(sealedOwner(attempt), address, pages);
        const within = run.location.indexed?.within;
        if (within !== undefined) shared.set(within.address, within.pages);
        return evicted;
      }),
    );
    for (const [address, pages] of shared) managed.release(sealedOwner(attempt), address, pages);
    this.evictedBytes += spill.bytesWritten;
    spill.close();
  }

  /** Largest first. */
  #evictable(): { attempt: number; result: AttemptResult; pages: number }[] {
    return [...this.#vertices]
      .filter(([vertex]) => !this.#pinned.has(vertex))
      .flatMap(([, results]) => results)
      .map((result) => ({ attempt: result.attempt, result, pages: pagesInMemory(result.results) }))
      .filter(({ pages }) => pages > 0)
      .sort((a, b) => b.pages - a.pages || a.attempt - b.attempt);
  }

  #publishEvictable(): void {
    this.#pool.setEvictable(this.#evictable().reduce((sum, { pages }) => sum + pages, 0));
  }

  /** Nobody reads the partitions now; they may be moved until somebody does. */
  unpin(vertex: number): void {
    if (!this.#freed.has(vertex)) this.#pinned.delete(vertex);
    this.#publishEvictable();
  }

  isFree(vertex: number): boolean {
    return this.#freed.has(vertex);
  }

  /** The vertex is going to run anew. */
  forget(vertex: number): void {
    this.free(vertex);
    this.#vertices.delete(vertex);
    this.#pinned.delete(vertex);
    this.#freed.delete(vertex);
    this.#publishEvictable();
  }

  free(vertex: number): void {
    this.pin(vertex);
    this.#freed.add(vertex);
    for (const { attempt } of this.#vertices.get(vertex) ?? []) {
      this.#pool.freeSealed(attempt);
      removeAttemptFiles(this.#spillPath, attempt, this.#spillQuota);
    }
  }
}
