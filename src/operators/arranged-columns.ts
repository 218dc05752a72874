/** Batches with their columns in another order, and columns that are null where a file does not have them. */
import type { DataType } from '../columnar/data-type.js';
import type { PendingColumns, RecordBatch } from '../columnar/record-batch.js';
import { createVector, type Vector } from '../columnar/vector.js';
import { Arena } from '../memory/arena.js';
import type { TaskMemory } from '../memory/task-memory.js';

export class ArrangedColumns implements PendingColumns {
  readonly #sources: readonly (number | Vector)[];
  readonly #arena: Arena;
  #waiting: PendingColumns | undefined;

  /** A column of the batches by its ordinal, or the type of one that is null. */
  constructor(memory: TaskMemory, sources: readonly (number | DataType)[]) {
    this.#arena = new Arena(memory, 'columns that files lack');
    const none = this.#arena.allocate(32);
    memory.heap.u8.fill(0, none, none + 32);
    this.#sources = sources.map((source) =>
      typeof source === 'number' ? source : createVector(source, none, none + 16, true),
    );
  }

  arrange(batch: RecordBatch): RecordBatch {
    const vectors = this.#sources.map((source) => (typeof source === 'number' ? batch.vectors[source] : source));
    this.#waiting = batch.pending;
    return { ...batch, vectors, pending: batch.pending && this };
  }

  load(column: number, selection: number, count: number): void {
    const source = this.#sources[column];
    if (typeof source === 'number') this.#waiting?.load(source, selection, count);
  }

  close(): void {
    this.#arena.close();
  }
}
