/**
 * A leaf of a nested column, an entry at a time: a value, or that something on the way to it is not there. Entries are
 * decoded a window at a time; texts in it live until the next window.
 *
 *     while (stream.repetition >= 0) { ... stream.definition, stream.value() ...; stream.advance(); }
 */
import { PHYSICAL_BYTES } from '../../columnar/data-type.js';
import type { Value } from '../../columnar/value.js';
import { createVector, type Vector } from '../../columnar/vector.js';
import { assertNever } from '../../errors.js';
import { RUNS_BYTES } from '../../kernels/parquet-kernels.js';
import { ChunkPages, type ChunkPlace, type PageReading, type Region } from './chunk-pages.js';
import { damaged } from './fault.js';
import { PageValues, type ValuesContext } from './page-values.js';
import { levelWidth, startRuns } from './runs.js';
import type { ParquetLeaf } from './schema.js';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const latin1 = new TextDecoder('latin1');

export class LeafStream {
  readonly leaf: ParquetLeaf;
  /** Of the entry at work; the repetition level is -1 behind the last one. */
  repetition = -1;
  definition = 0;
  readonly #context: ValuesContext;
  readonly #pages: ChunkPages;
  readonly #values: PageValues;
  readonly #window: number;
  readonly #repetitions: number;
  readonly #definitions: number;
  readonly #repetitionRuns: number;
  readonly #definitionRuns: number;
  readonly #vector: Vector;
  /** Entries of the page that are in no window yet. */
  #left = 0;
  /** The entry at work, how many the window has, and which of its values is the next. */
  #entry = 0;
  #entries = 0;
  #value = 0;

  constructor(leaf: ParquetLeaf, window: number, reading: PageReading, context: ValuesContext) {
    this.leaf = leaf;
    this.#context = context;
    this.#window = window;
    this.#pages = new ChunkPages(reading);
    this.#values = new PageValues(context, leaf.physical, leaf.leafType);
    const { arena } = context;
    this.#vector = createVector(leaf.leafType.type);
    this.#vector.values = arena.allocate(window * PHYSICAL_BYTES[this.#vector.physical]);
    this.#repetitions = arena.allocate(window);
    this.#definitions = arena.allocate(window);
    this.#repetitionRuns = arena.allocate(RUNS_BYTES);
    this.#definitionRuns = arena.allocate(RUNS_BYTES);
  }

  get offset(): number {
    return this.#pages.offset;
  }

  start(descriptor: number, chunk: ChunkPlace): void {
    this.#pages.start(descriptor, chunk);
    this.#values.start();
    this.#left = 0;
    this.#entry = 0;
    this.#entries = 0;
    this.#setEntry();
  }

  /** To the next entry. */
  advance(): void {
    if (this.repetition < 0) damaged('a nested column that ends before its rows do');
    if (this.definition === this.leaf.maxDefinition) this.#value++;
    this.#entry++;
    this.#setEntry();
  }

  /** That of the entry at work, which has one. */
  value(): NonNullable<Value> {
    const { values, physical } = this.#vector;
    const { u8, i32, u32, i64, u64, f64 } = this.#context.memory.heap;
    const at = this.#value;
    switch (physical) {
      case 'u8':
        return u8[values + at] !== 0;
      case 'i32':
        return i32[(values >>> 2) + at];
      case 'i64':
        return i64[values / 8 + at];
      case 'f64':
        return f64[values / 8 + at];
      case 'i128':
        return (i64[values / 8 + 2 * at + 1] << 64n) | u64[values / 8 + 2 * at];
      case 'text': {
        const view = (values >>> 2) + 2 * at;
        const bytes = u8.slice(u32[view], u32[view] + u32[view + 1]);
        return (this.leaf.leafType.type.kind === 'bytes' ? latin1 : decoder).decode(bytes);
      }
      default:
        return assertNever(physical, 'physical type');
    }
  }

  close(): void {
    this.#pages.close();
    this.#values.close();
  }

  #setEntry(): void {
    if (this.#entry === this.#entries) this.#nextWindow();
    const { u8 } = this.#context.memory.heap;
    const { maxRepetition, maxDefinition } = this.leaf;
    if (this.#entries === 0) {
      this.repetition = -1;
      return;
    }
    this.repetition = maxRepetition === 0 ? 0 : u8[this.#repetitions + this.#entry];
    this.definition = maxDefinition === 0 ? 0 : u8[this.#definitions + this.#entry];
    if (this.repetition > maxRepetition || this.definition > maxDefinition)
      damaged('levels beyond those of the schema');
  }

  /** Without entries at the end of the chunk. */
  #nextWindow(): void {
    this.#entry = 0;
    this.#value = 0;
    this.#entries = 0;
    while (this.#left === 0) if (!this.#nextPage()) return;
    const entries = Math.min(this.#window, this.#left);
    const { maxRepetition, maxDefinition } = this.leaf;
    if (maxRepetition > 0) this.#take(this.#repetitionRuns, entries, this.#repetitions);
    let dense = entries;
    if (maxDefinition > 0) {
      this.#take(this.#definitionRuns, entries, this.#definitions);
      dense = this.#context.kernels.parquet.countLevels(this.#definitions, entries, maxDefinition);
    }
    this.#values.take(dense, this.#vector.values);
    this.#entries = entries;
    this.#left -= entries;
  }

  #take(runs: number, entries: number, levels: number): void {
    const taken = this.#context.kernels.parquet.takeLevels(runs, entries, levels);
    if (taken < entries) damaged('a page that ends before its levels do');
  }

  #nextPage(): boolean {
    const { maxRepetition, maxDefinition } = this.leaf;
    const page = this.#pages.next({ repetition: maxRepetition > 0, definition: maxDefinition > 0 });
    if (page === undefined) return false;
    if (page.isDictionary) {
      this.#values.setDictionary(page);
      return true;
    }
    const { heap } = this.#context.memory;
    const begin = (runs: number, { from, to }: Region, max: number): void =>
      startRuns(heap, runs, from, to, levelWidth(max));
    begin(this.#repetitionRuns, page.repetition, maxRepetition);
    begin(this.#definitionRuns, page.definition, maxDefinition);
    this.#values.setPage(page.values, page.encoding, page.count);
    this.#left = page.count;
    return true;
  }
}
