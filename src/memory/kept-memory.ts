/**
 * A task's memory for what is opened again and again, once for every split: pages that it gives back are kept for the next
 * time. Otherwise a neighbour in the chain grows into them between two splits, and must spill for each new one.
 */
import type { Heap } from './heap.js';
import type { Spillable, TaskMemory } from './task-memory.js';

export class KeptMemory implements TaskMemory {
  readonly heap: Heap;
  readonly shareBytes: number;
  readonly #memory: TaskMemory;
  /** Pages by address of what was allocated; what is only extra goes back at once. */
  readonly #allocated = new Map<number, number>();
  readonly #kept = new Map<number, number>();

  constructor(memory: TaskMemory) {
    this.heap = memory.heap;
    this.shareBytes = memory.shareBytes;
    this.#memory = memory;
  }

  allocate(pages: number, purpose: string): number {
    return this.#take(pages, () => this.#memory.allocate(pages, purpose));
  }

  tryAllocate(pages: number): number {
    return this.#take(pages, () => this.#memory.tryAllocate(pages));
  }

  tryExtra(pages: number): number {
    return this.#memory.tryExtra(pages);
  }

  #take(pages: number, allocate: () => number): number {
    for (const [address, size] of this.#kept) {
      if (size !== pages) continue;
      this.#kept.delete(address);
      this.#allocated.set(address, pages);
      return address;
    }
    // Of another size than last time: all that is kept may be part of it.
    this.close();
    const address = allocate();
    if (address !== 0) this.#allocated.set(address, pages);
    return address;
  }

  free(address: number, pages: number): void {
    if (this.#allocated.delete(address)) this.#kept.set(address, pages);
    else this.#memory.free(address, pages);
  }

  /** Gives back what is kept. */
  close(): void {
    for (const [address, pages] of this.#kept) this.#memory.free(address, pages);
    this.#kept.clear();
  }

  spillOthers(moreThanBytes?: number): boolean {
    return this.#memory.spillOthers(moreThanBytes);
  }

  awaitOthers(): boolean {
    return this.#memory.awaitOthers();
  }

  seal(address: number, pages: number, partition: number): void {
    this.#allocated.delete(address);
    this.#memory.seal(address, pages, partition);
  }

  registerSpillable(consumer: Spillable): void {
    this.#memory.registerSpillable(consumer);
  }

  unregisterSpillable(consumer: Spillable): void {
    this.#memory.unregisterSpillable(consumer);
  }

  spillRequested(): boolean {
    return this.#memory.spillRequested();
  }
}
