/**
 * A column with one value a row, or null. Pages end wherever their writer liked, so a batch takes pieces of several;
 * only a text stays in the bytes of its page, and so a batch ends where a page of texts does.
 */
import { PHYSICAL_BYTES } from '../../columnar/data-type.js';
import { createVector, type Vector } from '../../columnar/vector.js';
import type { ParquetKernels } from '../../kernels/parquet-kernels.js';
import { RUNS_BYTES } from '../../kernels/parquet-kernels.js';
import type { Heap } from '../../memory/heap.js';
import type { BatchColumn } from './batch-column.js';
import { ChunkPages, type ChunkPlace, type PageReading } from './chunk-pages.js';
import { damaged } from './fault.js';
import { PageValues, type ValuesContext } from './page-values.js';
import { startRuns } from './runs.js';
import type { ParquetColumn } from './schema.js';

export class FlatColumn implements BatchColumn {
  readonly vector: Vector;
  readonly #heap: Heap;
  readonly #kernels: ParquetKernels;
  readonly #isOptional: boolean;
  readonly #pages: ChunkPages;
  readonly #values: PageValues;
  readonly #width: number;
  readonly #validity: number;
  readonly #levels: number;
  /** Rows of the page at work that are left. */
  #left = 0;

  constructor({ type, leaves: [leaf] }: ParquetColumn, maxRows: number, reading: PageReading, context: ValuesContext) {
    const { memory, kernels, arena } = context;
    this.#heap = memory.heap;
    this.#kernels = kernels.parquet;
    this.#isOptional = leaf.maxDefinition > 0;
    this.#pages = new ChunkPages(reading);
    this.#values = new PageValues(context, leaf.physical, leaf.leafType);
    this.vector = createVector(type);
    this.#width = PHYSICAL_BYTES[this.vector.physical];
    this.vector.values = arena.allocate(maxRows * this.#width);
    this.#validity = arena.allocate(maxRows);
    this.#levels = arena.allocate(RUNS_BYTES);
  }

  get offset(): number {
    return this.#pages.offset;
  }

  start(descriptor: number, [chunk]: readonly ChunkPlace[]): void {
    this.#pages.start(descriptor, chunk);
    this.#values.start();
    this.#left = 0;
  }

  available(): number {
    if (this.vector.physical !== 'text') return Number.POSITIVE_INFINITY;
    this.#findPage();
    return this.#left;
  }

  read(rows: number): void {
    const { vector } = this;
    vector.validity = 0;
    for (let done = 0; done < rows; ) {
      this.#findPage();
      const piece = Math.min(rows - done, this.#left);
      this.#readPiece(vector.values + done * this.#width, this.#validity + done, piece);
      this.#left -= piece;
      done += piece;
    }
  }

  close(): void {
    this.#pages.close();
    this.#values.close();
  }

  #readPiece(out: number, validity: number, rows: number): void {
    if (!this.#isOptional) {
      this.#values.take(rows, out);
      return;
    }
    const kernels = this.#kernels;
    if (kernels.takeLevels(this.#levels, rows, validity) < rows) damaged('a page that ends before its levels do');
    const dense = kernels.countLevels(validity, rows, 1);
    this.#values.take(dense, out);
    if (dense === rows) return;
    kernels.spread(out, rows, dense, this.#width, validity);
    this.vector.validity = this.#validity;
  }

  /** Goes on to the next page with rows when none are left of this one. */
  #findPage(): void {
    while (this.#left === 0) {
      const page = this.#pages.next({ repetition: false, definition: this.#isOptional });
      if (page === undefined) damaged('a column that ends before its rows do');
      if (page.isDictionary) {
        this.#values.setDictionary(page);
        continue;
      }
      const { definition, values, encoding, count } = page;
      if (this.#isOptional) startRuns(this.#heap, this.#levels, definition.from, definition.to, 1);
      this.#values.setPage(values, encoding, count);
      this.#left = count;
    }
  }
}
