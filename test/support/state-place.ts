/** Where tests of the state room work: memory of so many pages, a spill folder, and a region beside it for their columns. */
import { PAGE_BYTES } from '../../src/memory/heap.js';
import type { StateEnv } from '../../src/state/state-env.js';
import { Region } from './columns.js';
import { type TestSpillFolder, testSpillFolder } from './spill-folder.js';
import { type TestMemory, testMemory } from './task-memory.js';

/** Of the region, which `pages` do not count. */
const REGION_PAGES = 40;

export interface StatePlace {
  readonly memory: TestMemory;
  readonly env: StateEnv;
  readonly region: Region;
  readonly spill: TestSpillFolder;
}

export function statePlace(
  pages: number,
  batchRows: number,
  which: 'wasm' | 'twins' = 'wasm',
  hashMask?: number,
): StatePlace {
  const memory = testMemory(pages + REGION_PAGES);
  const region = new Region(memory.heap, memory.memory.allocate(REGION_PAGES, 'the test'), REGION_PAGES * PAGE_BYTES);
  const spill = testSpillFolder(memory.heap);
  const env: StateEnv = {
    memory: { ...memory.memory, shareBytes: pages * PAGE_BYTES },
    heap: memory.heap,
    kernels: memory.kernels(which).state,
    spill,
    batchRows,
    hashMask,
  };
  return { memory, region, spill, env };
}
