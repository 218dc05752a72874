/**
 * Window functions over rows that come partition by partition and in order. Rows wait in a store until all that their
 * results depend on has come, and stay there as long as later rows look back at them: nothing but the batch at hand for
 * ranks and running sums, the frame for moving ones, the partition where a result needs its end. What memory has no room
 * for waits in the spill folder.
 */
import { type DataType, PHYSICAL_BYTES } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import { createVector, type Vector } from '../columnar/vector.js';
import type { WindowFrame } from '../columnar/window.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { SortKey, WindowCall } from '../dataflow/logical-graph.js';
import type { OperatorMetrics } from '../dataflow/metrics.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import { isNull, selectedRow } from '../expr/compiler/row-values.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { chunkBytes, chunkRowsOf, rowsOfTexts } from './windows/chunk-sizes.js';
import { createWindowState } from './windows/create-state.js';
import { FrameBounds } from './windows/frame-bounds.js';
import { LookupRows, looksUp, lookupMinimumBytes } from './windows/lookup-rows.js';
import { PartitionRows } from './windows/partition-rows.js';
import { CHUNKS_AT_HAND, RowStore } from './windows/row-store.js';
import type { WindowState } from './windows/window-state.js';

export interface WindowConfig {
  readonly types: readonly DataType[];
  readonly partition: readonly number[];
  readonly order: readonly SortKey[];
  readonly frame: WindowFrame<number>;
  readonly calls: readonly WindowCall[];
}

class WindowRows implements Operator {
  readonly #output: Collector;
  readonly #batchRows: number;
  readonly #store: RowStore;
  readonly #lookups: LookupRows | undefined;
  readonly #partitions: PartitionRows;
  readonly #bounds: FrameBounds;
  readonly #states: readonly WindowState[];
  readonly #usesFrame: boolean;
  readonly #lookahead: number;
  /** Frames end where the partition ends: rows can be taken in as they come. */
  readonly #absorbs: boolean;
  readonly #metrics: OperatorMetrics;
  /** First row of the partition at hand, next row to compute, first row that was not handed on. */
  #start = 0;
  #next = 0;
  #held = 0;

  /** `rowTextBytes`: of the rows that come first. */
  constructor(config: WindowConfig, context: OperatorContext, output: Collector, rowTextBytes: number) {
    const { types, partition, order, frame, calls } = config;
    const { batchRows } = context;
    this.#output = output;
    const results = calls.map(({ result }) => result);
    const most = rowsOfTexts(rowTextBytes, context.memory.shareBytes);
    const chunkRows = Math.min(most, chunkRowsOf([...types, ...results], context));
    const lookups = calls.filter(looksUp);
    this.#lookups = lookups.length === 0 ? undefined : new LookupRows(context, types, lookups, chunkRows);
    const splitRows = this.#lookups?.store.chunkRows ?? chunkRows;
    this.#store = new RowStore(context, { input: types, results, chunkRows, splitRows });
    this.#metrics = context.metrics;
    this.#absorbs = frame.end.kind === 'unbounded';
    this.#batchRows = batchRows;
    this.#partitions = new PartitionRows(
      this.#store,
      partition,
      order.map(({ slot }) => slot),
    );
    this.#bounds = new FrameBounds(this.#store, frame, order[0]);
    const stores = { rows: this.#store, lookups: this.#lookups };
    this.#states = calls.map((call, index) => createWindowState(stores, call, frame, types.length + index));
    this.#usesFrame = this.#states.some(({ usesFrame }) => usesFrame);
    this.#lookahead = Math.max(0, ...this.#states.map(({ lookahead }) => lookahead));
  }

  open(): void {
    this.#store.open();
    this.#lookups?.store.open();
  }

  beginSplit(): void {
    this.#next = this.#store.first;
    this.#held = this.#next;
    this.#begin();
  }

  processBatch(batch: RecordBatch): void {
    for (let from = 0; from < batch.selectedCount; ) {
      const before = this.#store.length;
      const count = this.#store.append(batch, from, batch.selectedCount - from);
      this.#lookups?.append(batch, from, count);
      from += count;
      this.#partitions.mark(before);
      this.#advance(false);
    }
  }

  endSplit(): void {
    this.#advance(true);
    if (this.#held < this.#next) this.#emit();
    this.#store.clear();
    this.#lookups?.store.clear();
    this.#partitions.clear();
  }

  /** Computes what can be; `isLast`: no more rows come. */
  #advance(isLast: boolean): void {
    const { length, chunkRows } = this.#store;
    while (this.#next < length) {
      if (this.#next === this.#partitions.end) {
        this.#partitions.leave();
        this.#begin();
      }
      const end = this.#partitions.end ?? (isLast ? length : undefined);
      const have = end ?? length;
      if (this.#absorbs) for (const state of this.#states) state.absorb?.(have);
      const chunkEnd = (Math.floor(this.#next / chunkRows) + 1) * chunkRows;
      const ready = Math.min(chunkEnd, end ?? have - this.#lookahead);
      const to = this.#compute(ready, { start: this.#start, have, end });
      if (to === this.#next) return;
      this.#next = to;
      if (to === chunkEnd) this.#emit();
    }
  }

  #compute(ready: number, rows: { start: number; have: number; end: number | undefined }): number {
    const from = this.#next;
    if (ready <= from) return from;
    const chunk = this.#store.workOn(from);
    const to = this.#usesFrame ? this.#bounds.find(from, ready, rows) : ready;
    if (to === from) return from;
    const { low, high } = this.#bounds;
    const range = { chunk, from, to, rows, low, high };
    for (const state of this.#states) state.compute(range);
    return to;
  }

  #begin(): void {
    this.#start = this.#next;
    this.#bounds.begin(this.#start);
    for (const state of this.#states) state.begin(this.#start);
  }

  /** Hands on the rows of the chunk that is computed last, and lets go of what nobody looks at any more. */
  #emit(): void {
    const chunk = this.#store.workOn(this.#held);
    for (let from = this.#held; from < this.#next; from += this.#batchRows) {
      const rows = Math.min(this.#batchRows, this.#next - from);
      const vectors = chunk.vectors.map((vector, column) =>
        rowsFrom(vector, from - chunk.first, chunk.hasNulls[column] ?? true),
      );
      this.#output.emit({ numRows: rows, vectors, selection: 0, selectedCount: rows });
    }
    this.#held = this.#next;
    const framed = this.#usesFrame ? Math.min(this.#next, this.#bounds.oldest) : this.#next;
    // The row before the next one is what that is held against.
    const last = this.#store.length - 1;
    this.#store.release(
      this.#oldest(Math.min(framed, last), false),
      this.#states.map(({ pinned }) => pinned),
    );
    this.#lookups?.store.release(this.#oldest(Math.min(this.#next, last), true), []);
  }

  /** Rows before this one, which is not behind `most`, are not looked at any more: among those that are looked up, or the others. */
  #oldest(most: number, looksUp: boolean): number {
    return this.#states
      .filter((state) => state.looksUp === looksUp)
      .reduce((least, state) => Math.min(least, state.oldest(this.#next)), most);
  }

  endInput(): undefined {
    const { files, bytes } = this.#store.files;
    this.#metrics.spilledRuns += files;
    this.#metrics.spilledBytes += bytes;
    return undefined;
  }

  close(): void {
    for (const state of this.#states) state.close();
    this.#store.close();
    this.#lookups?.store.close();
  }
}

/** The vector without its first rows. */
function rowsFrom({ type, physical, values, validity }: Vector, row: number, hasNulls: boolean): Vector {
  return createVector(type, values + row * PHYSICAL_BYTES[physical], hasNulls ? validity + row : 0);
}

/** Calls that may choose a row which stays, by itself, when those around it have gone. */
function choosesRow({ spec }: WindowCall): boolean {
  if (spec.kind === 'accumulate') return spec.accumulator.kind === 'min' || spec.accumulator.kind === 'max';
  return spec.kind === 'pick' || spec.kind === 'nth';
}

/** Begins with the first rows: how wide they are says how many of them belong together. */
class Window implements Operator {
  readonly #config: WindowConfig;
  readonly #context: OperatorContext;
  readonly #output: Collector;
  #rows: WindowRows | undefined;

  constructor(config: WindowConfig, context: OperatorContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
  }

  open(): void {}

  beginSplit(): void {
    this.#rows?.beginSplit();
  }

  processBatch(batch: RecordBatch): void {
    this.#rows ??= this.#begun(batch);
    this.#rows.processBatch(batch);
  }

  endSplit(): void {
    this.#rows?.endSplit();
  }

  endInput(): undefined {
    return this.#rows?.endInput();
  }

  close(): void {
    this.#rows?.close();
  }

  #begun(batch: RecordBatch): WindowRows {
    const rows = new WindowRows(this.#config, this.#context, this.#output, rowTextBytes(this.#context, batch));
    // Closed by the operator from here on, also when it cannot be opened.
    this.#rows = rows;
    rows.open();
    rows.beginSplit();
    return rows;
  }
}

const SAMPLE_ROWS = 64;

/** Bytes of text a row of the batch, by its first rows. */
function rowTextBytes({ memory: { heap } }: OperatorContext, batch: RecordBatch): number {
  const rows = Math.min(SAMPLE_ROWS, batch.selectedCount);
  let bytes = 0;
  for (const vector of batch.vectors) {
    if (vector.physical !== 'text') continue;
    for (let i = 0; i < rows; i++) {
      const row = selectedRow(heap, batch.selection, i);
      if (!isNull(heap, vector, row)) bytes += heap.u32[(vector.values >>> 2) + 2 * (vector.isConstant ? 0 : row) + 1];
    }
  }
  return rows === 0 ? 0 : bytes / rows;
}

/** The row, or those that may follow it. */
const CHOSEN_PAGES = 1;

/** Texts that their chunks have no room for; those of results lie beside them. */
const TEXT_PAGES = 1;

export const WINDOW: TransformFactory<WindowConfig> = {
  role: 'transform',
  kind: 'window',
  minimumBytes: ({ types, calls }, sizes) => {
    const results = calls.map(({ result }) => result);
    const rows = chunkRowsOf([...types, ...results], sizes);
    const pages = (of: readonly DataType[]): number => Math.ceil(chunkBytes(of, rows) / PAGE_BYTES);
    const lookups = lookupMinimumBytes(calls.filter(looksUp), sizes);
    const chosen = calls.filter(choosesRow).length * CHOSEN_PAGES;
    return (CHUNKS_AT_HAND * pages(types) + TEXT_PAGES + pages(results) + chosen) * PAGE_BYTES + lookups;
  },
  create: (config, context, output) => new Window(config, context, output),
};
