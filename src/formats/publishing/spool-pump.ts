/**
 * Prints a spooled output, while it grows and to its end. Only splits that are through are printed, and only by the
 * coordinator, so that a repeated attempt prints nothing twice. When the reader goes away (a closed pipe) the output
 * ends quietly: the slots are told that nobody reads it.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { OrderedFileState } from './ordered-file.js';
import { printBytes } from './print-bytes.js';

const CHUNK_BYTES = 256 * 1024;
const INTERVAL_MS = 20;

export class SpoolPump {
  readonly #path: string;
  readonly #state: OrderedFileState;
  readonly #out: Writable;
  #fd = -1;
  #timer: NodeJS.Timeout | undefined;
  #atWork: Promise<void> = Promise.resolve();
  #isStopped = false;
  #failure: unknown;
  /** Ends a print that waits for its reader. */
  readonly #abort = new AbortController();
  /** Bytes given to the stream. */
  sent: number;

  /** `sent`: bytes that are printed already, by a pump whose output began with the same bytes. */
  constructor(path: string, state: OrderedFileState, out: Writable, sent = 0) {
    this.sent = sent;
    this.#path = path;
    this.#state = state;
    this.#out = out;
  }

  /** Begins to print whatever is through, a few times a second. */
  start(): void {
    this.#timer = setTimeout(() => {
      this.#atWork = this.#print().then(
        () => {
          if (!this.#isStopped) this.start();
        },
        (error) => {
          this.#failure = error;
        },
      );
    }, INTERVAL_MS);
  }

  /** Prints the rest. */
  async finish(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#atWork;
    try {
      if (this.#failure) throw this.#failure;
      await this.#print();
    } finally {
      this.#close();
    }
  }

  /** Prints nothing more, and waits for no reader. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#abort.abort();
    await this.#atWork;
    this.#close();
  }

  #close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }

  async #print(): Promise<void> {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    while (!this.#state.isClosed && !this.#abort.signal.aborted) {
      const bytes = Math.min(CHUNK_BYTES, this.#state.bytes - this.sent);
      if (bytes <= 0) return;
      if (this.#fd < 0) this.#fd = openSync(this.#path, 'r');
      const got = readSync(this.#fd, buffer, 0, bytes, this.sent);
      // What the stream was given will be printed, also when nobody waits for that any more.
      this.sent += got;
      if (!(await printBytes(this.#out, buffer.subarray(0, got), this.#abort.signal))) this.#state.closePipe();
    }
  }
}
