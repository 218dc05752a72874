/** Rows of a sink that come partition by partition: where in the output of a split each one begins. */

import type { RecordBatch } from '../columnar/record-batch.js';
import { formatValue } from '../columnar/text.js';
import type { OperatorContext } from '../dataflow/operator.js';
import { readValue, selectedRow } from '../expr/compiler/row-values.js';
import { partitionFolder } from '../formats/partition-folder.js';
import type { PartitionMark } from '../formats/publishing/folder-output.js';
import { Arena } from '../memory/arena.js';
import { changedRows } from './changed-rows.js';

interface RowsWriter {
  write(batch: RecordBatch): void;
}

/** Managed memory that they take. */
export function partitionRunsBytes(
  partitions: number | undefined,
  { batchRows }: { readonly batchRows: number },
): number {
  return partitions === undefined ? 0 : 5 * batchRows + 16;
}

export class PartitionRuns {
  readonly marks: PartitionMark[] = [];
  readonly #context: OperatorContext;
  readonly #names: readonly string[];
  readonly #arena: Arena;
  #begins = 0;
  #selection = 0;
  #split = 0;
  #partition: string | undefined;

  constructor(context: OperatorContext, names: readonly string[]) {
    this.#context = context;
    this.#names = names;
    this.#arena = new Arena(context.memory, 'partitions');
  }

  open(): void {
    this.#begins = this.#arena.allocate(this.#context.batchRows, 1);
    this.#selection = this.#arena.allocate(4 * this.#context.batchRows, 4);
  }

  beginSplit(split: number): void {
    this.#split = split;
    this.#partition = undefined;
  }

  /** Hands the rows on, without the columns that say their partition. `offset`: of the byte behind the rows that were written. */
  each(batch: RecordBatch, writer: RowsWriter, offset: () => number): void {
    const { heap } = this.#context.memory;
    const { selectedCount } = batch;
    const width = batch.vectors.length - this.#names.length;
    const keys = batch.vectors.slice(width);
    const written = { ...batch, vectors: batch.vectors.slice(0, width), selection: this.#selection };
    heap.u8[this.#begins] = 1;
    changedRows(heap, batch, keys, this.#begins);
    for (let from = 0; from < selectedCount; ) {
      let to = from + 1;
      while (to < selectedCount && heap.u8[this.#begins + to] === 0) to++;
      const first = selectedRow(heap, batch.selection, from);
      const values = keys.map((vector) => {
        const value = readValue(heap, vector, first);
        return value === null ? null : formatValue(value, vector.type);
      });
      const partition = partitionFolder(this.#names, values);
      if (partition !== this.#partition) {
        this.marks.push({ split: this.#split, offset: offset(), partition });
        this.#partition = partition;
      }
      for (let i = from; i < to; i++)
        heap.u32[(this.#selection >>> 2) + i - from] = selectedRow(heap, batch.selection, i);
      writer.write({ ...written, selectedCount: to - from });
      from = to;
    }
  }

  close(): void {
    this.#arena.close();
  }
}
