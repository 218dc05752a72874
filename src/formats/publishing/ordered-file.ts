/**
 * One file that all slots write, in split order. The slot whose split is next writes through; the others keep what they
 * have in managed memory, up to a limit, and wait.
 *
 *     words    turn, abandoned, closed | start of each split's bytes | rows of each split
 *
 *     turn 3          file    | split 0 | split 1 | split 2 | 3 grows ->
 *                             starts[0] starts[1] starts[2] starts[3]
 *
 * Kill-safe without a lock: only the slot that holds split `turn` writes to the file and to its words; `starts[turn + 1]`
 * is written before `turn` moves on, so a repeated attempt writes the same bytes at the same place, and skips splits
 * that are through. A slot that dies between the store and the notify costs its neighbours one wait interval.
 */
import { closeSync, openSync, writeSync, writevSync } from 'node:fs';
import type { KernelSet } from '../../kernels/loader.js';
import { type Heap, PAGE_BYTES } from '../../memory/heap.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import { MemberWriter, type Packed } from './member-writer.js';
import { outputError } from './output-error.js';

const TURN = 0;
const ABANDONED = 1;
const CLOSED = 2;
const HEADER_BYTES = 16;

/** Waiting slots look at the cancel word this often. */
const WAIT_MS = 50;
/** Part of a task's share that may hold output that waits for its turn. */
const BUFFER_SHARE = 4;
/** Buffers in one writev; below the IOV_MAX of every system. */
const WRITEV_BUFFERS = 256;

/** The words; the coordinator makes them, every slot maps them. */
export class OrderedFileState {
  readonly words: Int32Array;
  /** Byte offset at which each split begins; one more for the end. */
  readonly starts: Float64Array;
  readonly rows: Float64Array;

  constructor(shared: SharedArrayBuffer, splits: number) {
    this.words = new Int32Array(shared, 0, HEADER_BYTES / 4);
    this.starts = new Float64Array(shared, HEADER_BYTES, splits + 1);
    this.rows = new Float64Array(shared, HEADER_BYTES + (splits + 1) * 8, splits);
  }

  static sharedBytes(splits: number): number {
    return HEADER_BYTES + (2 * splits + 1) * 8;
  }

  get turn(): number {
    return Atomics.load(this.words, TURN);
  }

  passTurn(split: number, end: number, rows: number): void {
    this.starts[split + 1] = end;
    this.rows[split] = rows;
    Atomics.store(this.words, TURN, split + 1);
    Atomics.notify(this.words, TURN);
  }

  waitForTurn(split: number): void {
    const turn = this.turn;
    if (turn < split) Atomics.wait(this.words, TURN, turn, WAIT_MS);
  }

  /** A task that held splits failed for good: nothing will be published, so nobody need wait for its turn. */
  get isAbandoned(): boolean {
    return Atomics.load(this.words, ABANDONED) !== 0;
  }

  abandon(): void {
    Atomics.store(this.words, ABANDONED, 1);
    Atomics.notify(this.words, TURN);
  }

  /** Nobody reads the output any more: the pipe behind stdout was closed. */
  get isClosed(): boolean {
    return Atomics.load(this.words, CLOSED) !== 0;
  }

  closePipe(): void {
    Atomics.store(this.words, CLOSED, 1);
  }

  /** Bytes of the splits that are through. */
  get bytes(): number {
    return this.starts[this.turn];
  }

  get totalRows(): number {
    let total = 0;
    for (let split = 0; split < this.turn; split++) total += this.rows[split];
    return total;
  }
}

/** What a slot must know of the file. Plain data. */
export interface PreparedFile {
  readonly path: string;
  /** What errors name: the file that this one is to become. */
  readonly target: string;
  readonly splits: number;
  readonly shared: SharedArrayBuffer;
  /** Bytes before those of the first split. */
  readonly preambleBytes: number;
  /** Takes the place of the first byte that any split writes. */
  readonly firstByte?: number;
  /** What is written is compressed. */
  readonly packed?: Packed;
}

export interface WriterContext {
  readonly kernels: Pick<KernelSet, 'codec'>;
  readonly memory: TaskMemory;
  readonly metrics: { bytesOut: number; waitMs: number };
  /** Throws when the task is cancelled. */
  poll(): void;
}

interface Chunk {
  readonly address: number;
  readonly pages: number;
  bytes: number;
}

/** Output of a split that waits for its turn. */
interface WaitingSplit {
  readonly split: number;
  readonly chunks: Chunk[];
  rows: number;
  isEnded: boolean;
}

export class OrderedFileWriter {
  readonly #prepared: PreparedFile;
  readonly #context: WriterContext;
  readonly #heap: Heap;
  readonly #state: OrderedFileState;
  readonly #bufferPages: number;
  readonly #members: MemberWriter | undefined;
  #fd = -1;
  /** Ascending; the last one is the split at work unless that is written through. */
  readonly #waiting: WaitingSplit[] = [];
  #waitingPages = 0;
  #split = -1;
  #mode: 'through' | 'waiting' | 'skipped' = 'skipped';
  /** End of what was written through. */
  #end = 0;

  constructor(prepared: PreparedFile, context: WriterContext) {
    this.#prepared = prepared;
    this.#context = context;
    this.#heap = context.memory.heap;
    this.#state = new OrderedFileState(prepared.shared, prepared.splits);
    this.#bufferPages = Math.floor(context.memory.shareBytes / BUFFER_SHARE / PAGE_BYTES);
    const place = { memory: context.memory, kernels: context.kernels.codec };
    this.#members =
      prepared.packed && new MemberWriter(prepared.packed, place, (from, bytes) => this.#append(from, bytes));
  }

  /** True when nobody reads what would be written. */
  get isClosed(): boolean {
    return this.#state.isClosed;
  }

  /** True when nothing will be published, so that nobody need wait for anything. */
  get isAbandoned(): boolean {
    return this.#state.isAbandoned;
  }

  /** Nobody need wait for what this attempt was to write. */
  abandon(): void {
    this.#state.abandon();
  }

  /** The split's output is in the file. */
  isThrough(split: number): boolean {
    return split < this.#state.turn;
  }

  beginSplit(split: number): void {
    this.#split = split;
    this.#writeWaiting();
    const { turn } = this.#state;
    if (split < turn) this.#mode = 'skipped';
    else if (split === turn) this.#writeThrough(split);
    else {
      this.#mode = 'waiting';
      this.#waiting.push({ split, chunks: [], rows: 0, isEnded: false });
    }
  }

  /** Appends bytes of managed memory to the split's output; they may be reused when this returns. */
  write(address: number, bytes: number): void {
    if (this.#mode === 'skipped') return;
    for (let done = 0; done < bytes; ) {
      if (this.#mode === 'waiting') this.#writeWaiting();
      if (this.#mode === 'waiting') {
        if (this.#state.isAbandoned) return;
        done += this.#keep(address + done, bytes - done);
      } else {
        this.#putFirstByte(address + done);
        if (this.#members === undefined) this.#append(address + done, bytes - done);
        else this.#members.put(address + done, bytes - done);
        return;
      }
    }
  }

  /**
   * Appends the bytes of a buffer of so many pages and answers one of the same size to go on with: another one when the bytes wait
   * for their turn where they are. One that is mostly empty is not kept for what it holds.
   */
  writeBuffer(address: number, bytes: number, pages: number): number {
    if (this.#mode === 'waiting') this.#writeWaiting();
    const isKept = this.#mode === 'waiting' && 2 * bytes > pages * PAGE_BYTES;
    const other = isKept ? this.#takePages(pages) : 0;
    if (other === 0) {
      this.write(address, bytes);
      return address;
    }
    this.#waiting[this.#waiting.length - 1].chunks.push({ address, pages, bytes });
    return other;
  }

  endSplit(rows: number): void {
    if (this.#mode === 'waiting') {
      const last = this.#waiting[this.#waiting.length - 1];
      last.rows = rows;
      last.isEnded = true;
      this.#writeWaiting();
    } else if (this.#mode === 'through') {
      this.#members?.endSplit(this.#split);
      this.#state.passTurn(this.#split, this.#end, rows);
    }
    this.#mode = 'skipped';
  }

  /** All splits of the attempt are through: waits until their output is written. */
  finish(): void {
    while (this.#waiting.length > 0 && !this.#state.isAbandoned) this.#waitForTurn();
  }

  close(): void {
    // Left by an error or a cancel: slots with later splits must not wait for these.
    if (this.#waiting.length > 0 || this.#mode !== 'skipped') this.#state.abandon();
    for (const waiting of this.#waiting.splice(0)) this.#freeChunks(waiting);
    this.#members?.close();
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }

  #writeThrough(split: number): void {
    this.#mode = 'through';
    this.#end = this.#state.starts[split];
    this.#members?.beginSplit(split);
  }

  /** Keeps some of the bytes, at least one, or waits for the turn when there is no room; returns the number kept. */
  #keep(address: number, bytes: number): number {
    const { chunks } = this.#waiting[this.#waiting.length - 1];
    let chunk = chunks.at(-1);
    if (!chunk || chunk.bytes === chunk.pages * PAGE_BYTES) {
      const page = this.#takePages(1);
      if (page === 0) {
        this.#waitForTurn();
        return 0;
      }
      chunk = { address: page, pages: 1, bytes: 0 };
      chunks.push(chunk);
    }
    const kept = Math.min(bytes, chunk.pages * PAGE_BYTES - chunk.bytes);
    this.#heap.u8.copyWithin(chunk.address + chunk.bytes, address, address + kept);
    chunk.bytes += kept;
    return kept;
  }

  /** Pages for output that waits; 0: there is enough of it, or no memory to spare. */
  #takePages(pages: number): number {
    const address = this.#waitingPages + pages <= this.#bufferPages ? this.#context.memory.tryExtra(pages) : 0;
    if (address !== 0) this.#waitingPages += pages;
    return address;
  }

  #waitForTurn(): void {
    const begin = performance.now();
    const [{ split }] = this.#waiting;
    while (this.#state.turn < split && !this.#state.isAbandoned) {
      this.#context.poll();
      this.#state.waitForTurn(split);
    }
    this.#context.metrics.waitMs += performance.now() - begin;
    this.#writeWaiting();
  }

  /** Writes whatever has its turn; the split at work is written through from then on. */
  #writeWaiting(): void {
    while (this.#waiting.length > 0 && this.#waiting[0].split === this.#state.turn) {
      const next = this.#waiting[0];
      this.#end = this.#state.starts[next.split];
      this.#members?.beginSplit(next.split);
      this.#writeChunks(next.chunks);
      this.#waiting.shift();
      this.#freeChunks(next);
      if (next.isEnded) {
        this.#members?.endSplit(next.split);
        this.#state.passTurn(next.split, this.#end, next.rows);
      } else this.#mode = 'through';
    }
  }

  /** The bytes at `address` are about to be written at the end of what there is. */
  #putFirstByte(address: number): void {
    const { firstByte, preambleBytes } = this.#prepared;
    if (firstByte === undefined || this.#end !== this.#state.starts[0]) return;
    if (this.#members === undefined || this.#members.filled === preambleBytes) this.#heap.u8[address] = firstByte;
  }

  #writeChunks(chunks: readonly Chunk[]): void {
    if (chunks.length > 0) this.#putFirstByte(chunks[0].address);
    if (this.#members !== undefined) {
      for (const { address, bytes } of chunks) this.#members.put(address, bytes);
      return;
    }
    for (let first = 0; first < chunks.length; first += WRITEV_BUFFERS) {
      const views = chunks
        .slice(first, first + WRITEV_BUFFERS)
        .map((chunk) => this.#heap.u8.subarray(chunk.address, chunk.address + chunk.bytes));
      const written = this.#guard((fd) => writevSync(fd, views, this.#end));
      this.#context.metrics.bytesOut += written;
      let before = 0;
      for (const view of views) {
        // Rare: the system took only a part.
        const missing = Math.min(view.length, before + view.length - written);
        if (missing > 0) {
          const from = view.length - missing;
          this.#writeAt(view.byteOffset + from, missing, this.#end + before + from);
        }
        before += view.length;
      }
      this.#end += before;
    }
  }

  #append(address: number, bytes: number): void {
    this.#writeAt(address, bytes, this.#end);
    this.#end += bytes;
  }

  #writeAt(address: number, bytes: number, position: number): void {
    for (let done = 0; done < bytes; ) {
      done += this.#guard((fd) => writeSync(fd, this.#heap.u8, address + done, bytes - done, position + done));
    }
    this.#context.metrics.bytesOut += bytes;
  }

  #guard<T>(action: (fd: number) => T): T {
    try {
      if (this.#fd < 0) this.#fd = openSync(this.#prepared.path, 'r+');
      return action(this.#fd);
    } catch (cause) {
      throw outputError(this.#prepared.target, 'written', cause);
    }
  }

  #freeChunks(waiting: WaitingSplit): void {
    for (const { address, pages } of waiting.chunks) {
      this.#context.memory.free(address, pages);
      this.#waitingPages -= pages;
    }
  }
}
