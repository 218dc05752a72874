/** Records of the right side of a join that met nobody, as rows: the columns of the left are null. */
import type { DataType } from '../columnar/data-type.js';
import { gatherRecords } from '../columnar/gather.js';
import { allocateVector, createVector, type Vector } from '../columnar/vector.js';
import type { SourceContext, TaskSizes } from '../dataflow/factory.js';
import type { Collector } from '../dataflow/operator.js';
import { RECORD_MET, RECORD_VALIDITY } from '../kernels/assembly/state-layout.js';
import type { Arena } from '../memory/arena.js';
import { vectorRowBytes } from '../state/groups/row-layout.js';
import { type RecordChunk, valueOffsets } from '../state/join/join-record.js';

export interface UnmetRecordsConfig {
  readonly left: readonly DataType[];
  readonly payload: readonly DataType[];
  readonly recordBytes: number;
}

export class UnmetRecords {
  readonly #context: SourceContext;
  readonly #output: Collector;
  readonly #recordBytes: number;
  readonly #offsets: readonly number[];
  readonly #records: number;
  readonly #left: readonly Vector[];
  readonly #right: readonly Vector[];

  constructor(
    { left, payload, recordBytes }: UnmetRecordsConfig,
    context: SourceContext,
    output: Collector,
    arena: Arena,
  ) {
    this.#context = context;
    this.#output = output;
    this.#recordBytes = recordBytes;
    this.#offsets = valueOffsets(payload);
    const { batchRows, memory } = context;
    this.#records = arena.allocate(4 * batchRows, 4);
    const nothing = arena.allocate(32, 16);
    memory.heap.u8.fill(0, nothing, nothing + 32);
    this.#left = left.map((type) => createVector(type, nothing, nothing + 16, true));
    this.#right = payload.map((type) => allocateVector(arena, type, batchRows));
  }

  emit(chunks: readonly RecordChunk[]): void {
    const { batchRows, memory, poll } = this.#context;
    const { u8, u32 } = memory.heap;
    let count = 0;
    for (const { address, records } of chunks) {
      for (let i = 0; i < records; i++) {
        const record = address + i * this.#recordBytes;
        if (u8[record + RECORD_MET] !== 0) continue;
        u32[(this.#records >>> 2) + count++] = record;
        if (count < batchRows) continue;
        poll();
        this.#emit(count);
        count = 0;
        if (this.#output.done) return;
      }
    }
    if (count > 0) this.#emit(count);
  }

  #emit(count: number): void {
    const { heap } = this.#context.memory;
    this.#right.forEach((target, column) => {
      gatherRecords(heap, this.#records, count, this.#offsets[column], RECORD_VALIDITY + column, target);
    });
    this.#output.emit({ numRows: count, vectors: [...this.#left, ...this.#right], selection: 0, selectedCount: count });
  }
}

export function unmetBytes(payload: readonly DataType[], { batchRows }: TaskSizes): number {
  return (vectorRowBytes(payload) + 4) * batchRows + 64;
}
