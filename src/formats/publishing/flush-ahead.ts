/**
 * Sends a staged file to the disk while it grows, so that the flush before its publication has little left to do. Slots go on
 * writing meanwhile. A disk that fails tells one descriptor only, so what was told here is kept for `finish`.
 */
import { close, fdatasync, open } from 'node:fs';
import { promisify } from 'node:util';

/** Nothing is sent before so much of it is new. */
const STEP_BYTES = 32 << 20;
const INTERVAL_MS = 50;

export class FlushAhead {
  readonly #path: string;
  readonly #bytes: () => number;
  readonly #sync: (fd: number) => Promise<void>;
  #fd: number | undefined;
  #sent = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;
  #failure: unknown;

  /** `bytes`: how many the file has by now. `sync` stands in for the disk in tests. */
  constructor(path: string, bytes: () => number, sync: (fd: number) => Promise<void> = promisify(fdatasync)) {
    this.#path = path;
    this.#bytes = bytes;
    this.#sync = sync;
  }

  start(): void {
    this.#timer = setTimeout(() => {
      this.#running = this.#step();
    }, INTERVAL_MS);
  }

  /** No more is sent when this resolves; rejects when something could not be. */
  async finish(): Promise<void> {
    await this.stop();
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Like finish, for a file that nobody wants. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
    if (this.#fd !== undefined) await promisify(close)(this.#fd);
    this.#fd = undefined;
  }

  async #step(): Promise<void> {
    try {
      const bytes = this.#bytes();
      if (bytes - this.#sent >= STEP_BYTES) {
        this.#fd ??= await promisify(open)(this.#path, 'r+');
        await this.#sync(this.#fd);
        this.#sent = bytes;
      }
    } catch (error) {
      this.#failure = error;
      return;
    }
    if (!this.#isStopped) this.start();
  }
}
