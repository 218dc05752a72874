/**
 * `first`, `arg_max` and their like are a minimum: this operator adds, for each of them, a column of texts that are
 * ordered as the rows are (kernels/assembly/state-pack-layout.ts); behind the aggregation `unpack` takes the value out of the least text.
 */
import { physicalOf, STRING } from '../columnar/data-type.js';
import type { RecordBatch } from '../columnar/record-batch.js';
import { allocateVector, type Vector } from '../columnar/vector.js';
import type { TransformFactory } from '../dataflow/factory.js';
import type { Pack } from '../dataflow/logical-graph.js';
import type { Collector, Operator, OperatorContext } from '../dataflow/operator.js';
import { COLUMN_BYTES, DESCENDING, NULLS_FIRST } from '../kernels/assembly/state-layout.js';
import {
  PACK_ENTRY,
  PACK_FLAGS,
  PACK_HAS_CONDITION,
  PACK_HEAD,
  PACK_KEYS,
  PACK_NEEDED,
  PACK_PHYSICAL,
  PACK_POSITION,
  PACK_SKIPS_NULL_KEYS,
  PACK_SKIPS_NULL_VALUES,
  PACK_TAKES_LAST,
} from '../kernels/assembly/state-pack-layout.js';
import { Arena } from '../memory/arena.js';
import { PAGE_BYTES } from '../memory/heap.js';
import { PHYSICAL_CODES } from '../state/groups/row-layout.js';
import { describeColumn } from '../state/groups/table-memory.js';
import { highOfPosition } from './row-position.js';
import { stateEnv } from './state-env.js';

export interface PackConfig {
  readonly packs: readonly Pack[];
  /** Rows of inputs with a lower ordinal come first. */
  readonly ordinal: number;
}

/** Of texts of all packs, at first. */
const FIRST_PAGES = 4;

/** A pack, and where the kernel is told of it. */
interface PackAt {
  readonly pack: Pack;
  readonly control: number;
  readonly columns: number;
  readonly texts: Vector;
}

function controlBytes({ orderBy }: Pack): number {
  return PACK_HEAD + PACK_ENTRY * orderBy.length + COLUMN_BYTES * (orderBy.length + 2) + 8;
}

class PackRows implements Operator {
  readonly #config: PackConfig;
  readonly #context: OperatorContext;
  readonly #output: Collector;
  readonly #arena: Arena;
  #packs: readonly PackAt[] = [];
  #selection = 0;
  /** Bytes of texts, in equal parts for the packs; grows when a row does not fit. */
  #buffer = { address: 0, pages: 0 };
  /** The position of the next row. */
  #high = 0;
  #low = 0;

  constructor(config: PackConfig, context: OperatorContext, output: Collector) {
    this.#config = config;
    this.#context = context;
    this.#output = output;
    this.#arena = new Arena(context.memory, 'the rows of first, last, arg_min and arg_max');
  }

  open(): void {
    const { batchRows } = this.#context;
    this.#selection = this.#arena.allocate(4 * batchRows, 4);
    this.#packs = this.#config.packs.map((pack): PackAt => {
      const control = this.#arena.allocate(controlBytes(pack), 8);
      this.#context.memory.heap.u8.fill(0, control, control + controlBytes(pack));
      const columns = control + PACK_HEAD + PACK_ENTRY * pack.orderBy.length;
      return { pack, control, columns, texts: allocateVector(this.#arena, STRING, batchRows) };
    });
    this.#grow(FIRST_PAGES);
  }

  beginSplit(split: number): void {
    this.#high = highOfPosition(this.#config.ordinal, split);
    this.#low = 0;
  }

  /** Hands the batch on, in parts when the texts of all rows do not fit into the buffer. */
  processBatch(batch: RecordBatch): void {
    for (const at of this.#packs) this.#describe(at, batch);
    const vectors = [...batch.vectors, ...this.#packs.map(({ texts }) => texts)];
    for (let from = 0; from < batch.selectedCount; ) {
      const to = this.#write(batch, from);
      if (to === from) {
        const needed = this.#packs.map(({ control }) => this.#u32(control + PACK_NEEDED));
        this.#grow(this.#packs.length * Math.ceil(Math.max(...needed) / PAGE_BYTES));
        continue;
      }
      const selection = this.#selectionFrom(batch, from, to);
      this.#output.emit({ numRows: batch.numRows, vectors, selection, selectedCount: to - from });
      this.#low += to - from;
      from = to;
    }
  }

  #describe({ pack, control, columns }: PackAt, { vectors }: RecordBatch): void {
    const { heap } = this.#context.memory;
    const { orderBy, value, condition, takesLast, skipsNullKeys, skipsNullValues } = pack;
    const codeOf = (slot: number): number => PHYSICAL_CODES[physicalOf(vectors[slot].type)];
    const flags =
      (skipsNullValues ? PACK_SKIPS_NULL_VALUES : 0) |
      (skipsNullKeys ? PACK_SKIPS_NULL_KEYS : 0) |
      (takesLast ? PACK_TAKES_LAST : 0) |
      (condition === null ? 0 : PACK_HAS_CONDITION);
    heap.u32[(control + PACK_KEYS) >>> 2] = orderBy.length;
    heap.u32[(control + PACK_FLAGS) >>> 2] = flags;
    heap.u32[(control + PACK_PHYSICAL) >>> 2] = codeOf(value);
    for (const [k, { slot, descending, nullsFirst }] of orderBy.entries()) {
      const order = (descending ? DESCENDING : 0) | (nullsFirst ? NULLS_FIRST : 0);
      heap.u32.set([codeOf(slot), order], (control + PACK_HEAD + k * PACK_ENTRY) >>> 2);
    }
    const slots = [...orderBy.map(({ slot }) => slot), value, ...(condition === null ? [] : [condition])];
    for (const [i, slot] of slots.entries()) describeColumn(heap, columns + i * COLUMN_BYTES, vectors[slot]);
  }

  /** Texts of the positions from `from` on, as many as there is room for those of all packs; the position behind them. */
  #write({ selection, selectedCount }: RecordBatch, from: number): number {
    const { kernels } = stateEnv(this.#context);
    const { u32 } = this.#context.memory.heap;
    const room = Math.floor((this.#buffer.pages * PAGE_BYTES) / this.#packs.length);
    let to = selectedCount;
    let out = this.#buffer.address;
    for (const { control, columns, texts } of this.#packs) {
      u32[(control + PACK_POSITION) >>> 2] = this.#low;
      u32[(control + PACK_POSITION + 4) >>> 2] = this.#high;
      const { values, validity } = texts;
      to = kernels.packTexts(control, columns, selection, from, to, out, out + room, values, validity) >>> 0;
      out += room;
    }
    return to;
  }

  #selectionFrom({ selection, selectedCount }: RecordBatch, from: number, to: number): number {
    if (selection !== 0) return selection + 4 * from;
    if (to - from === selectedCount) return 0;
    for (let i = from; i < to; i++) this.#context.memory.heap.u32[(this.#selection >>> 2) + i - from] = i;
    return this.#selection;
  }

  #u32(address: number): number {
    return this.#context.memory.heap.u32[address >>> 2];
  }

  #grow(pages: number): void {
    const { memory } = this.#context;
    if (this.#buffer.pages > 0) memory.free(this.#buffer.address, this.#buffer.pages);
    this.#buffer = { address: 0, pages: 0 };
    this.#buffer = { address: memory.allocate(pages, 'texts of first, last, arg_min and arg_max') >>> 0, pages };
  }

  endInput(): undefined {
    return undefined;
  }

  close(): void {
    if (this.#buffer.pages > 0) this.#context.memory.free(this.#buffer.address, this.#buffer.pages);
    this.#buffer = { address: 0, pages: 0 };
    this.#arena.close();
  }
}

export const PACK: TransformFactory<PackConfig> = {
  role: 'transform',
  kind: 'pack',
  minimumBytes: ({ packs }, { batchRows }) =>
    (4 + 9 * packs.length) * batchRows +
    packs.reduce((sum, pack) => sum + controlBytes(pack), 64 * packs.length) +
    (FIRST_PAGES + 1) * PAGE_BYTES,
  create: (config, context, output) => new PackRows(config, context, output),
};
