/** Memory of this thread's own to decode streams in, where there is no task: before a run, and when a fault is explained. */
import { loadKernels } from '../../kernels/loader.js';
import { PAGE_BYTES } from '../../memory/heap.js';
import { ManagedMemory } from '../../memory/managed-memory.js';
import { memoryExhausted } from '../../memory/memory-exhausted.js';
import type { StreamPlace } from './stream-memory.js';

/** Address space; what is not touched costs nothing. */
const OWN_BYTES = 64 << 20;
const OWNER = 1;

let own: StreamPlace | undefined;

/** This thread's own. */
export function ownPlace(): StreamPlace {
  if (own === undefined) {
    const managed = ManagedMemory.create(OWN_BYTES);
    own = {
      memory: {
        heap: managed.heap,
        allocate(pages, purpose) {
          const address = managed.claim(OWNER, pages);
          if (address === 0) throw memoryExhausted(purpose, pages * PAGE_BYTES, OWN_BYTES);
          return address;
        },
        free: (address, pages) => managed.release(OWNER, address, pages),
      },
      kernels: loadKernels(managed.heap).codec,
    };
  }
  return own;
}
