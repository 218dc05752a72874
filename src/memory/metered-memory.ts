/**
 * A task's memory as one of its operators sees it: the same, with the most that the operator held at a time, and what fails
 * while it spills known as its own, whoever made it spill.
 */
import { type Heap, PAGE_BYTES } from './heap.js';
import type { Spillable, TaskMemory } from './task-memory.js';

export class MeteredMemory implements TaskMemory {
  readonly heap: Heap;
  readonly shareBytes: number;
  readonly #memory: TaskMemory;
  readonly #peak: { peakBytes: number };
  readonly #blamed: <T>(action: () => T) => T;
  /** What the task knows of the operator's consumers. */
  readonly #consumers = new Map<Spillable, Spillable>();
  #pages = 0;

  /** `blamed` runs what belongs to the operator. */
  constructor(memory: TaskMemory, peak: { peakBytes: number }, blamed: <T>(action: () => T) => T) {
    this.heap = memory.heap;
    this.shareBytes = memory.shareBytes;
    this.#memory = memory;
    this.#peak = peak;
    this.#blamed = blamed;
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
    const known: Spillable = {
      name: consumer.name,
      spillableBytes: () => consumer.spillableBytes(),
      heldBytes: () => consumer.heldBytes(),
      spill: () => this.#blamed(() => consumer.spill()),
    };
    this.#consumers.set(consumer, known);
    this.#memory.registerSpillable(known);
  }

  unregisterSpillable(consumer: Spillable): void {
    const known = this.#consumers.get(consumer);
    if (known !== undefined) this.#memory.unregisterSpillable(known);
    this.#consumers.delete(consumer);
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
