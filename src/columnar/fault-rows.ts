/** Batches of faulty rows, made one by one from what was found out about them; see fault.ts. */
import { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/heap.js';
import type { TaskMemory } from '../memory/task-memory.js';
import { type DataType, physicalOf } from './data-type.js';
import { FAULT_TYPES, type Fault, type FaultKind } from './fault.js';
import type { RecordBatch } from './record-batch.js';
import { allocateVector, createVector, type Vector } from './vector.js';

/** Rows of a batch at most. */
const BATCH_ROWS = 256;

const encoder = new TextEncoder();

/** Managed memory that they take beside long texts. */
export function faultRowsMinimumBytes(kinds: number): number {
  return (1 + Math.ceil((kinds * (9 * BATCH_ROWS + 32)) / PAGE_BYTES) + 1) * PAGE_BYTES;
}

export class FaultRows {
  /** The columns of faults in a batch of good rows. */
  readonly absent: readonly Vector[];
  readonly #memory: TaskMemory;
  readonly #kinds: readonly FaultKind[];
  readonly #arena: Arena;
  readonly #columns: readonly Vector[];
  readonly #others: readonly Vector[];
  #waiting: Fault[] = [];
  #texts = 0;
  #pages = 0;

  /** `types`: of the columns before those of the faults. */
  constructor(memory: TaskMemory, types: readonly DataType[], kinds: readonly FaultKind[]) {
    this.#memory = memory;
    this.#kinds = kinds;
    this.#arena = new Arena(memory, 'faulty rows');
    const none = this.#arena.allocate(32);
    memory.heap.u8.fill(0, none, none + 32);
    const absent = (type: DataType): Vector => createVector(type, none, none + 16, true);
    this.#others = types.map(absent);
    this.absent = kinds.map((kind) => absent(FAULT_TYPES[kind]));
    this.#columns = kinds.map((kind) => allocateVector(this.#arena, FAULT_TYPES[kind], BATCH_ROWS));
  }

  get hasRows(): boolean {
    return this.#waiting.length > 0;
  }

  add(fault: Fault): void {
    this.#waiting.push(fault);
  }

  /** The next of them; lives until the next call. */
  take(): RecordBatch {
    const rows = this.#waiting.splice(0, BATCH_ROWS);
    const values = rows.map((fault) => this.#kinds.map((kind) => cellOf(fault, kind)));
    this.#reserve(
      values.flat().reduce<number>((sum, value) => sum + (value instanceof Uint8Array ? value.length : 0), 0),
    );
    let next = this.#texts;
    values.forEach((row, r) => {
      row.forEach((value, k) => {
        next = this.#set(this.#columns[k], r, value, next);
      });
    });
    const vectors = [...this.#others, ...this.#columns];
    return { numRows: rows.length, vectors, selection: 0, selectedCount: rows.length };
  }

  close(): void {
    this.#arena.close();
    if (this.#pages > 0) this.#memory.free(this.#texts, this.#pages);
    this.#pages = 0;
  }

  /** Answers where the next text goes. */
  #set(vector: Vector, row: number, value: bigint | Uint8Array | undefined, at: number): number {
    const { u8, u32, i64 } = this.#memory.heap;
    u8[vector.validity + row] = value === undefined ? 0 : 1;
    if (value === undefined) return at;
    if (physicalOf(vector.type) === 'i64') {
      i64[vector.values / 8 + row] = value as bigint;
      return at;
    }
    const text = value as Uint8Array;
    u8.set(text, at);
    u32[(vector.values >>> 2) + 2 * row] = at;
    u32[(vector.values >>> 2) + 2 * row + 1] = text.length;
    return at + text.length;
  }

  #reserve(bytes: number): void {
    const pages = Math.max(1, Math.ceil(bytes / PAGE_BYTES));
    if (pages <= this.#pages) return;
    if (this.#pages > 0) this.#memory.free(this.#texts, this.#pages);
    this.#pages = 0;
    this.#texts = this.#memory.allocate(pages, 'faulty rows');
    this.#pages = pages;
  }
}

function cellOf(fault: Fault, kind: FaultKind): bigint | Uint8Array | undefined {
  const value = fault[kind];
  if (value === undefined) return undefined;
  return typeof value === 'number' ? BigInt(value) : encoder.encode(value);
}
