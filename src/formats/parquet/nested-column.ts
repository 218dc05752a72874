/** A list, map or struct as a column of JSON. Rows are put together ahead, and handed out as far as they are wanted. */
import { JSON_TEXT } from '../../columnar/data-type.js';
import { createVector, type Vector } from '../../columnar/vector.js';
import type { Heap } from '../../memory/heap.js';
import type { BatchColumn } from './batch-column.js';
import type { ChunkPlace, PageReading } from './chunk-pages.js';
import { damaged } from './fault.js';
import { type Assembly, assemblyOf } from './json-assembly.js';
import { LeafStream } from './leaf-stream.js';
import { PageBuffer } from './page-buffer.js';
import type { ValuesContext } from './page-values.js';
import type { ParquetColumn } from './schema.js';

/** Text that is put together at once, but for a row that is longer. */
const AHEAD_BYTES = 1 << 18;

const encoder = new TextEncoder();

export class NestedColumn implements BatchColumn {
  readonly vector: Vector = createVector(JSON_TEXT);
  readonly #heap: Heap;
  readonly #maxRows: number;
  readonly #streams: readonly LeafStream[];
  readonly #assemble: Assembly;
  readonly #text: PageBuffer;
  /** Views and validity of the rows that are there, of which the first ones are handed out. */
  readonly #views: number;
  readonly #validity: number;
  #rows = 0;
  #handedOut = 0;

  constructor({ leaves, field }: ParquetColumn, maxRows: number, reading: PageReading, context: ValuesContext) {
    const { memory, arena } = context;
    this.#heap = memory.heap;
    this.#maxRows = maxRows;
    this.#streams = leaves.map((leaf) => new LeafStream(leaf, maxRows, reading, context));
    this.#assemble = assemblyOf(field, (leaf) => this.#streams.find((stream) => stream.leaf === leaf)!);
    this.#text = new PageBuffer(memory);
    this.#views = arena.allocate(8 * maxRows);
    this.#validity = arena.allocate(maxRows);
  }

  get offset(): number {
    return this.#streams[0]?.offset ?? 0;
  }

  start(descriptor: number, chunks: readonly ChunkPlace[]): void {
    this.#streams.forEach((stream, i) => {
      stream.start(descriptor, chunks[i]);
    });
    this.#rows = 0;
    this.#handedOut = 0;
  }

  available(): number {
    if (this.#handedOut === this.#rows) this.#assembleAhead();
    return this.#rows - this.#handedOut;
  }

  read(rows: number): void {
    this.vector.values = this.#views + 8 * this.#handedOut;
    this.vector.validity = this.#validity + this.#handedOut;
    this.#handedOut += rows;
  }

  close(): void {
    for (const stream of this.#streams) stream.close();
    this.#text.close();
  }

  #assembleAhead(): void {
    const texts: (Uint8Array | undefined)[] = [];
    let bytes = 0;
    while (texts.length < this.#maxRows && bytes < AHEAD_BYTES) {
      // A column without leaves has the same value in all rows.
      if (this.#streams.some(({ repetition }) => repetition < 0)) break;
      if (this.#streams.some(({ repetition }) => repetition > 0)) damaged('a row that begins in the middle of another');
      const json = this.#assemble();
      const text = json === undefined ? undefined : encoder.encode(json);
      texts.push(text);
      bytes += text?.length ?? 0;
    }
    if (texts.length === 0) damaged('a nested column that ends before its rows do');
    const { u8, u32 } = this.#heap;
    let at = this.#text.reserve(bytes);
    texts.forEach((text, row) => {
      u8[this.#validity + row] = text === undefined ? 0 : 1;
      u32[(this.#views >>> 2) + 2 * row] = at;
      u32[(this.#views >>> 2) + 2 * row + 1] = text?.length ?? 0;
      if (text === undefined) return;
      u8.set(text, at);
      at += text.length;
    });
    this.#rows = texts.length;
    this.#handedOut = 0;
  }
}
