/**
 * What finished attempts left for other vertices: the results of their operators, and the sealed pages and spill files
 * these describe. Partitions live until all their consumers are through; results until the job's sinks have seen them.
 */
import type { MemoryPool } from '../../memory/memory-pool.js';
import { removeAttemptFiles } from '../../memory/spill-files.js';

interface AttemptResult {
  readonly attempt: number;
  /** Lowest split it read; the order in which consumers see results. */
  readonly firstSplit: number;
  readonly results: readonly unknown[];
}

export class PartitionStore {
  readonly #pool: MemoryPool;
  readonly #spillPath: string;
  readonly #vertices = new Map<number, AttemptResult[]>();

  constructor(pool: MemoryPool, spillPath: string) {
    this.#pool = pool;
    this.#spillPath = spillPath;
  }

  put(vertex: number, result: AttemptResult): void {
    const results = this.#vertices.get(vertex) ?? [];
    results.push(result);
    results.sort((a, b) => a.firstSplit - b.firstSplit || a.attempt - b.attempt);
    this.#vertices.set(vertex, results);
  }

  /** What `endInput` of an operator returned, a value per attempt, in the order of the attempts' first splits. */
  upstream(vertex: number, operator: number): unknown[] {
    return (this.#vertices.get(vertex) ?? []).map(({ results }) => results[operator]);
  }

  free(vertex: number): void {
    for (const { attempt } of this.#vertices.get(vertex) ?? []) {
      this.#pool.freeSealed(attempt);
      removeAttemptFiles(this.#spillPath, attempt);
    }
  }
}
