/** A TaskMemory for tests of one room: one thread, a bump allocator with a free list by size, no eviction. */

import { leatError } from '../../src/errors.js';
import { type KernelSet, loadKernels } from '../../src/kernels/loader.js';
import { type Heap, heapOf, PAGE_BYTES } from '../../src/memory/heap.js';
import type { Spillable, TaskMemory } from '../../src/memory/task-memory.js';

export interface TestMemory {
  readonly heap: Heap;
  readonly memory: TaskMemory;
  kernels(which?: 'wasm' | 'twins'): KernelSet;
  /** Pages handed out and not freed. */
  pagesInUse(): number;
}

export function testMemory(pages = 1024): TestMemory {
  const heap = heapOf(new WebAssembly.Memory({ initial: pages + 1, maximum: pages + 1, shared: true }));
  const free = new Set<number>();
  for (let page = 1; page <= pages; page++) free.add(page);
  const spillables = new Set<Spillable>();

  const tryAllocate = (count: number): number => {
    for (let first = 1; first + count <= pages + 1; first++) {
      let length = 0;
      while (length < count && free.has(first + length)) length++;
      if (length === count) {
        for (let i = 0; i < count; i++) free.delete(first + i);
        return first * PAGE_BYTES;
      }
      first += length;
    }
    return 0;
  };

  const memory: TaskMemory = {
    heap,
    shareBytes: pages * PAGE_BYTES,
    tryAllocate,
    tryExtra: tryAllocate,
    allocate(count, purpose) {
      const address = tryAllocate(count);
      if (address === 0) throw leatError('MEMORY_EXHAUSTED', `no ${count} pages for ${purpose}`);
      return address;
    },
    free(address, count) {
      for (let i = 0; i < count; i++) free.add(address / PAGE_BYTES + i);
    },
    seal() {},
    spillOthers(moreThanBytes = 0) {
      for (const consumer of spillables) if (consumer.spillableBytes() > moreThanBytes) return consumer.spill() > 0;
      return false;
    },
    awaitOthers: () => false,
    registerSpillable: (consumer) => void spillables.add(consumer),
    unregisterSpillable: (consumer) => void spillables.delete(consumer),
    spillRequested: () => false,
  };
  return {
    heap,
    memory,
    kernels: (which = 'wasm') => loadKernels(heap, which === 'twins' ? 'twins' : undefined),
    pagesInUse: () => pages - free.size,
  };
}
