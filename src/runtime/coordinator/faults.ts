/** Fault injection: how tests make workers die, at a known batch or at a seeded random moment. */
import { sfc32 } from './seeded-random.js';

export type Fault =
  /** The slot's thread ends itself in the batch after `afterBatches`; the first `times` attempts (default 1). */
  | { readonly kind: 'exit'; readonly slot: number; readonly afterBatches: number; readonly times?: number }
  /** `kills` times the thread of a random attempt is terminated, on average every `everyMs`. */
  | { readonly kind: 'kill'; readonly seed: number; readonly kills: number; readonly everyMs: number };

export class FaultInjector {
  readonly #faults: readonly Fault[];
  readonly #exits = new Map<Fault, number>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(faults: readonly Fault[] = []) {
    this.#faults = faults;
  }

  /** For the next attempt in this seat. */
  exitAfterBatches(seat: number): number | undefined {
    for (const fault of this.#faults) {
      if (fault.kind !== 'exit' || fault.slot !== seat) continue;
      const done = this.#exits.get(fault) ?? 0;
      if (done >= (fault.times ?? 1)) continue;
      this.#exits.set(fault, done + 1);
      return fault.afterBatches;
    }
    return undefined;
  }

  /** Kills from now on; `running` answers the threads at work. */
  start(running: () => readonly number[], kill: (thread: number) => void): void {
    for (const fault of this.#faults) {
      if (fault.kind !== 'kill') continue;
      const next = sfc32(fault.seed);
      let left = fault.kills;
      const plan = (): void => {
        if (left === 0) return;
        const timer = setTimeout(
          () => {
            this.#timers.delete(timer);
            const threads = running();
            if (threads.length > 0) {
              left--;
              kill(threads[Math.floor(next() * threads.length)]);
            }
            plan();
          },
          next() * 2 * fault.everyMs,
        );
        this.#timers.add(timer);
      };
      plan();
    }
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
