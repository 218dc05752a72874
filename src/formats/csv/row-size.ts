/** How large a row may be: a part of what a task may count on. What is larger is often a quote that is closed too late. */
import type { TaskMemory } from '../../memory/task-memory.js';

const ROW_SHARE = 4;

export function rowLimitBytes({ shareBytes }: TaskMemory, chunkBytes: number): number {
  return Math.max(chunkBytes, Math.floor(shareBytes / ROW_SHARE));
}

export const ROW_SIZE_HINT =
  'look for a quote that is closed too late; else give the job more with --memory, or fewer slots with --slots';
