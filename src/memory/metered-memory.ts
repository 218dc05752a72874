/** A task's memory as one of its operators sees it: the same, with the most that the operator held at a time. */
import { type Heap, PAGE_BYTES } from './heap.js';
import type { Spillable, TaskMemory } from './task-memory.js';

export class MeteredMemory implements TaskMemory {
  readonly heap: Heap;
  readonly shareBytes: number;
  readonly #memory: TaskMemory;
  readonly #peak: { peakBytes: number };
  #pages = 0;

  constructor(memory: TaskMemory, peak: { peakBytes: number }) {
    this.heap = memory.heap;
    this.shareBytes = memory.shareBytes;
    this.#memory = memory;
    this.#peak = peak;
  }

  allocate(pages: number, purpose: string): number {
    return this.#count(this.#memory.allocate(pages, purpose), pages);
  }

  tryAllocate(pages: number): number {
    return this.#count(this.#memory.tryAllocate(pages), pages);
  }

  tryExtra(pages: number): number {
    return this.#count(this.#memory.tryExtra(pages), pages);
  }

  spillOthers(moreThanBytes?: number): boolean {
    return this.#memory.spillOthers(moreThanBytes);
  }

  awaitOthers(): boolean {
    return this.#memory.awaitOthers();
  }

  free(address: number, pages: number): void {
    this.#pages -= pages;
    this.#memory.free(address, pages);
  }

  /** What is sealed still counts for the operator that made it. */
  seal(address: number, pages: number, partition: number): void {
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

  #count(address: number, pages: number): number {
    if (address === 0) return 0;
    this.#pages += pages;
    this.#peak.peakBytes = Math.max(this.#peak.peakBytes, this.#pages * PAGE_BYTES);
    return address;
  }
}
