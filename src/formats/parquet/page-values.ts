/**
 * The values of a chunk's pages, a piece at a time, as they lie in a vector, nulls left out. A page is one of three:
 *
 *     plain     values side by side; the other encodings are turned into that when the page comes
 *     places    runs of places in the chunk's dictionary, whose values were converted once
 *     views     texts that were found when the page came (the delta encodings)
 */
import { PHYSICAL_BYTES, physicalOf } from '../../columnar/data-type.js';
import { powerOfTen } from '../../columnar/range.js';
import type { KernelSet } from '../../kernels/loader.js';
import { RUNS_BYTES, TIME_TEXT_BYTES, UUID_TEXT_BYTES } from '../../kernels/parquet-kernels.js';
import type { Arena } from '../../memory/arena.js';
import type { Heap } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import type { Page, Region } from './chunk-pages.js';
import { damaged, ParquetFault } from './fault.js';
import type { LeafType } from './leaf-form.js';
import { ENCODING, PHYSICAL_TYPE } from './metadata.js';
import { PageBuffer } from './page-buffer.js';
import { startRuns } from './runs.js';

const VIEW_BYTES = 8;
const MASK_64 = (1n << 64n) - 1n;

/** What the columns of a reader share while one of them is at work. */
export interface PieceScratch {
  /** A u32 a row. */
  readonly places: number;
  /** A view a row. */
  readonly views: number;
}

/** Bytes of a piece's scratch a row. */
export const SCRATCH_ROW_BYTES = 4 + VIEW_BYTES;

export interface ValuesContext {
  readonly memory: TaskMemory;
  readonly kernels: KernelSet;
  readonly arena: Arena;
  readonly scratch: PieceScratch;
}

export class PageValues {
  readonly #heap: Heap;
  readonly #kernels: KernelSet;
  readonly #leafType: LeafType;
  readonly #physical: number;
  /** Bytes of a value in the vector. */
  readonly #width: number;
  readonly #scratch: PieceScratch;
  readonly #runs: number;
  /** What the page at work was turned into, and what belongs to that. */
  readonly #prepared: PageBuffer;
  readonly #lengths: PageBuffer;
  readonly #joined: PageBuffer;
  /** Texts that were made of the last piece, and of the dictionary. */
  readonly #made: PageBuffer;
  readonly #madeOfDictionary: PageBuffer;
  readonly #dictionary: PageBuffer;
  #dictionaryAt = 0;
  #dictionarySize = -1;
  #source: 'plain' | 'places' | 'views' = 'plain';
  #at = 0;
  #end = 0;
  /** Booleans: the next bit behind #at. */
  #bit = 0;
  #isAscii = true;

  constructor({ memory, kernels, arena, scratch }: ValuesContext, physical: number, leafType: LeafType) {
    this.#heap = memory.heap;
    this.#kernels = kernels;
    this.#leafType = leafType;
    this.#physical = physical;
    this.#width = PHYSICAL_BYTES[physicalOf(leafType.type)];
    this.#scratch = scratch;
    this.#runs = arena.allocate(RUNS_BYTES);
    this.#prepared = new PageBuffer(memory);
    this.#lengths = new PageBuffer(memory);
    this.#joined = new PageBuffer(memory);
    this.#made = new PageBuffer(memory);
    this.#madeOfDictionary = new PageBuffer(memory);
    this.#dictionary = new PageBuffer(memory);
  }

  /** A new chunk, which has no dictionary yet. */
  start(): void {
    this.#dictionarySize = -1;
  }

  setDictionary({ count, values }: Page): void {
    const { form } = this.#leafType;
    if (form.kind === 'bits') damaged('a dictionary of booleans');
    const least = form.width ?? 4;
    if (count * least > values.to - values.from)
      damaged(`a dictionary of ${count} values in ${values.to - values.from} bytes`);
    this.#setPlain(values);
    const out = this.#dictionary.reserve(count * this.#width);
    const views = form.kind === 'text' ? out : this.#lengths.reserve(count * VIEW_BYTES);
    this.#plain(count, out, views, this.#madeOfDictionary);
    this.#dictionaryAt = out;
    this.#dictionarySize = count;
  }

  /** A page with at most `count` values. */
  setPage(values: Region, encoding: number, count: number): void {
    switch (encoding) {
      case ENCODING.PLAIN:
        this.#setPlain(values);
        return;
      case ENCODING.PLAIN_DICTIONARY:
      case ENCODING.RLE_DICTIONARY:
        this.#setPlaces(values);
        return;
      case ENCODING.RLE:
        this.#setBooleanRuns(values, count);
        return;
      case ENCODING.DELTA_BINARY_PACKED:
        this.#setDeltas(values, count);
        return;
      case ENCODING.DELTA_LENGTH_BYTE_ARRAY:
        this.#setLengths(values, count);
        return;
      case ENCODING.DELTA_BYTE_ARRAY:
        this.#setPrefixes(values, count);
        return;
      case ENCODING.BYTE_STREAM_SPLIT:
        this.#setStreams(values);
        return;
      default:
        throw new ParquetFault(`values in the unknown encoding ${encoding}`, 'FORMAT_PARQUET_UNSUPPORTED');
    }
  }

  /** Writes the next `count` values side by side to `out`. Texts live until the next call, or the next page. */
  take(count: number, out: number): void {
    if (count === 0) return;
    if (this.#source === 'places') {
      const { parquet } = this.#kernels;
      const { places } = this.#scratch;
      if (parquet.takeRuns(this.#runs, count, places) < count) damaged('a page that ends before its values');
      if (parquet.gather(places, count, this.#width, this.#dictionaryAt, this.#dictionarySize, out) === 0) {
        damaged(`a value beyond the ${this.#dictionarySize} of the dictionary`);
      }
      return;
    }
    this.#plain(count, out, this.#leafType.form.kind === 'text' ? out : this.#scratch.views, this.#made);
  }

  close(): void {
    for (const buffer of [
      this.#prepared,
      this.#lengths,
      this.#joined,
      this.#made,
      this.#madeOfDictionary,
      this.#dictionary,
    ]) {
      buffer.close();
    }
  }

  #setPlain({ from, to }: Region): void {
    this.#source = 'plain';
    this.#at = from;
    this.#end = to;
    this.#bit = 0;
    const isText = this.#leafType.form.kind === 'text' && this.#leafType.type.kind !== 'bytes';
    this.#isAscii = !isText || this.#kernels.parquet.isAscii(from, to) !== 0;
  }

  #setPlaces({ from, to }: Region): void {
    if (this.#dictionarySize < 0) damaged('a page that needs a dictionary, and there is none');
    this.#source = 'places';
    const width = from === to ? 0 : this.#heap.u8[from];
    if (width > 32) damaged(`places in a dictionary of ${width} bits`);
    startRuns(this.#heap, this.#runs, Math.min(from + 1, to), to, width);
  }

  /** Booleans as bytes, behind their length. */
  #setBooleanRuns({ from, to }: Region, count: number): void {
    if (this.#leafType.form.kind !== 'bits') damaged('runs of something else than booleans');
    startRuns(this.#heap, this.#runs, Math.min(from + 4, to), to, 1);
    const bits = this.#prepared.reserve(count);
    const there = this.#kernels.parquet.takeLevels(this.#runs, count, bits);
    this.#source = 'views';
    this.#at = bits;
    this.#end = bits + there;
  }

  #setDeltas({ from, to }: Region, most: number): void {
    const isWide = this.#physical === PHYSICAL_TYPE.INT64;
    if (!isWide && this.#physical !== PHYSICAL_TYPE.INT32) damaged('deltas of something else than integers');
    const { count, address } = this.#deltas(this.#prepared, from, to, most, isWide);
    this.#setPlain({ from: address, to: address + count * (isWide ? 8 : 4) });
  }

  #setLengths({ from, to }: Region, most: number): void {
    const { count, address, end } = this.#deltas(this.#lengths, from, to, most);
    const views = this.#prepared.reserve(count * VIEW_BYTES);
    if (this.#kernels.parquet.viewsOfLengths(address, count, end, to, views) === 0)
      damaged('texts longer than their page');
    this.#setViews(views, count, { from: end, to });
  }

  #setPrefixes({ from, to }: Region, most: number): void {
    const { parquet } = this.#kernels;
    const prefixes = this.#deltas(this.#lengths, from, to, most);
    const suffixes = this.#deltas(this.#made, prefixes.end, to, most);
    const { count } = prefixes;
    if (suffixes.count !== count) damaged('texts without an end');
    const shared = parquet.sumOfLengths(prefixes.address, count);
    const own = parquet.sumOfLengths(suffixes.address, count);
    if (shared < 0 || own < 0 || own > to - suffixes.end) damaged('texts longer than their page');
    const area = this.#joined.reserve(shared + own);
    const views = this.#prepared.reserve(count * VIEW_BYTES);
    const [a, b] = [prefixes.address, suffixes.address];
    if (parquet.joinPrefixes(a, b, count, suffixes.end, to, area, views) === 0)
      damaged('texts that share more than there is');
    this.#setViews(views, count, { from: area, to: area + shared + own });
  }

  #setStreams({ from, to }: Region): void {
    const { form } = this.#leafType;
    const width = form.kind === 'bits' ? undefined : form.width;
    if (width === undefined) damaged('split streams of values that differ in length');
    const count = Math.floor((to - from) / width);
    const address = this.#prepared.reserve(count * width);
    this.#kernels.parquet.joinStreams(from, count, width, address);
    this.#setPlain({ from: address, to: address + count * width });
  }

  #setViews(views: number, count: number, texts: Region): void {
    if (this.#physical !== PHYSICAL_TYPE.BYTE_ARRAY && this.#physical !== PHYSICAL_TYPE.FIXED_LEN_BYTE_ARRAY) {
      damaged('deltas of texts in a column of something else');
    }
    this.#setPlain(texts);
    const { form } = this.#leafType;
    const width = form.kind === 'bits' ? undefined : form.width;
    if (width !== undefined) {
      // They lie side by side, as in a plain page.
      const { u32 } = this.#heap;
      for (let i = 0; i < count; i++)
        if (u32[(views >>> 2) + 2 * i + 1] !== width) damaged('values that differ in length');
      return;
    }
    this.#source = 'views';
    this.#at = views;
    this.#end = views + count * VIEW_BYTES;
  }

  /** A sequence of at most `most` integers. */
  #deltas(
    buffer: PageBuffer,
    from: number,
    to: number,
    most: number,
    isWide = false,
  ): { readonly count: number; readonly address: number; readonly end: number } {
    const { parquet } = this.#kernels;
    const count = parquet.deltaCount(from, to);
    if (count < 0 || count > most) damaged(`${count} deltas in a page of ${most} values`);
    const address = buffer.reserve(count * (isWide ? 8 : 4));
    const end = parquet.decodeDelta(from, to, count, isWide ? 1 : 0, address) >>> 0;
    if (end === 0) damaged('deltas that are damaged');
    return { count, address, end };
  }

  /** The next values of the plain bytes, or views; `views`: room for views of them. */
  #plain(count: number, out: number, views: number, made: PageBuffer): void {
    const { form, type } = this.#leafType;
    const { parquet } = this.#kernels;
    switch (form.kind) {
      case 'bits':
        this.#booleans(count, out);
        return;
      case 'numbers': {
        const from = this.#advance(count * form.width);
        if (parquet.convertNumbers(form.convert, from, count, out) >= 0) {
          throw new ParquetFault('a timestamp beyond those that leat has', 'FORMAT_PARQUET_VALUE');
        }
        this.#checkDecimals(count, out);
        return;
      }
      case 'big-endian': {
        this.#views(count, views, form.width);
        const convert = this.#width === 16 ? parquet.bigEndian128 : parquet.bigEndian64;
        if (convert(views, count, out) >= 0) throw tooManyDigits();
        this.#checkDecimals(count, out);
        return;
      }
      case 'text':
        this.#views(count, out, form.width);
        if (!this.#isAscii && parquet.firstInvalidText(out, count) >= 0) {
          throw new ParquetFault('a text that is not UTF-8', 'FORMAT_PARQUET_VALUE');
        }
        if (type.kind === 'json' && this.#kernels.csv.checkJson(out, 0, 0, count) >= 0) {
          throw new ParquetFault('a text that is no JSON', 'FORMAT_PARQUET_VALUE');
        }
        return;
      case 'time': {
        const from = this.#advance(count * form.width);
        const area = made.reserve(count * TIME_TEXT_BYTES);
        if (parquet.timeTexts(from, count, form.width === 8 ? 1 : 0, form.perSecond, area, out) >= 0) {
          throw new ParquetFault('a time that no day has', 'FORMAT_PARQUET_VALUE');
        }
        return;
      }
      case 'uuid':
        this.#views(count, views, form.width);
        parquet.uuidTexts(views, count, made.reserve(count * UUID_TEXT_BYTES), out);
        return;
    }
  }

  #booleans(count: number, out: number): void {
    if (this.#source === 'views') {
      const from = this.#advance(count);
      this.#heap.u8.copyWithin(out, from, from + count);
      return;
    }
    if (this.#bit + count > 8 * (this.#end - this.#at)) damaged('a page that ends before its values');
    this.#kernels.parquet.takeBits(this.#at, this.#bit, count, out);
    this.#bit += count;
  }

  #views(count: number, out: number, width: number | undefined): void {
    const { parquet } = this.#kernels;
    if (this.#source === 'views') {
      const from = this.#advance(count * VIEW_BYTES);
      this.#heap.u8.copyWithin(out, from, from + count * VIEW_BYTES);
      return;
    }
    if (width !== undefined) {
      parquet.fixedViews(this.#advance(count * width), count, width, out);
      return;
    }
    const end = parquet.plainViews(this.#at, this.#end, count, out) >>> 0;
    if (end === 0) damaged('a text longer than its page');
    this.#at = end;
  }

  /** The address of the next bytes. */
  #advance(bytes: number): number {
    if (bytes > this.#end - this.#at) damaged('a page that ends before its values');
    this.#at += bytes;
    return this.#at - bytes;
  }

  #checkDecimals(count: number, out: number): void {
    const { type } = this.#leafType;
    if (type.kind !== 'decimal') return;
    const limit = powerOfTen(type.precision);
    const { parquet } = this.#kernels;
    const outside =
      this.#width === 16
        ? parquet.outside128(out, count, limit & MASK_64, limit >> 64n)
        : parquet.outside64(out, count, limit);
    if (outside >= 0) throw tooManyDigits();
  }
}

function tooManyDigits(): ParquetFault {
  return new ParquetFault('a decimal with more digits than its type says', 'FORMAT_PARQUET_VALUE');
}
