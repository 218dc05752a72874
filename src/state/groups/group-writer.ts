/** Writes the sorted groups of a table as runs: into a file, or into pages as far as these are granted. */
import { TABLE_GROUPS, TABLE_NEEDED, TABLE_OUT } from '../../kernels/assembly/state-layout.js';
import { FileRunWriter, MemoryRunWriter, runBlockBytes } from '../runs/run-writer.js';
import type { SortedRun } from '../runs/sorted-run.js';
import type { StateEnv } from '../state-env.js';
import type { TableMemory } from './table-memory.js';

/** The sorted groups from `first` on, as a run in the spill folder. */
export function writeFileRun(env: StateEnv, memory: TableMemory, first: number): SortedRun {
  const { kernels } = env;
  const { table, buffer, bufferBytes } = memory;
  const writer = new FileRunWriter(env, 'aggregate');
  const groups = memory.get(TABLE_GROUPS);
  const blockBytes = Math.min(bufferBytes, runBlockBytes(env.memory.shareBytes));
  let from = first;
  while (from < groups) {
    let next = kernels.writeGroups(table, from, groups, buffer, buffer + blockBytes) >>> 0;
    // A record larger than a block is a block by itself.
    if (next === from) next = kernels.writeGroups(table, from, from + 1, buffer, buffer + bufferBytes) >>> 0;
    writer.addBlock(buffer, written(memory, buffer), next - from);
    from = next;
  }
  return writer.close();
}

/** The sorted groups in sealed pages; what these cannot take, in a file. */
export function writeSealedRuns(env: StateEnv, memory: TableMemory, partition: number): SortedRun[] {
  const { kernels } = env;
  const { table } = memory;
  const writer = new MemoryRunWriter(env, memory.stock);
  const groups = memory.get(TABLE_GROUPS);
  // Small blocks: they are also the grain of key ranges.
  const blockBytes = runBlockBytes(0);
  let from = 0;
  while (from < groups) {
    const { next: out, free } = writer;
    let next = kernels.writeGroups(table, from, groups, out, out + Math.min(free, blockBytes)) >>> 0;
    if (next === from) {
      const needed = memory.get(TABLE_NEEDED);
      if (needed > free) {
        if (!writer.grow(needed)) break;
        continue;
      }
      next = kernels.writeGroups(table, from, from + 1, out, out + free) >>> 0;
    }
    writer.addBlock(written(memory, out), next - from);
    from = next;
  }
  const runs = writer.rows > 0 ? [writer.close(partition)] : [];
  if (from < groups) runs.push(writeFileRun(env, memory, from));
  return runs;
}

/** Bytes of the records written last; an end at 4 GiB reads as 0. */
function written(memory: TableMemory, out: number): number {
  return (memory.get(TABLE_OUT) - out) >>> 0;
}
