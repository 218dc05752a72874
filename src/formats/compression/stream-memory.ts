/** Memory that streams are decoded in: a task's, or one of a thread's own. */
import type { CodecKernels } from '../../kernels/codec-kernels.js';
import type { TaskMemory } from '../../memory/task-memory.js';

export type StreamMemory = Pick<TaskMemory, 'heap' | 'allocate' | 'free'>;

/** Where and with what streams are decoded. */
export interface StreamPlace {
  readonly memory: StreamMemory;
  readonly kernels: CodecKernels;
}
