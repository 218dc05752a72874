/**
 * Moves a run from managed pages to the spill folder: the same records, now in blocks with checksums. The pages stay as they
 * are; whoever owns them frees them when nobody reads the old descriptor any more.
 */
import { SORT_ENTRY_BYTES, SORT_ENTRY_RECORD } from '../../kernels/assembly/state-layout.js';
import type { StateKernels } from '../../kernels/state-kernels.js';
import type { Heap } from '../../memory/heap.js';
import type { SpillFolder } from '../../memory/spill-folder.js';
import { type BlockList, BlockListBuilder, blockAt, blocksIn, firstKeyAt } from './block-list.js';
import { type BlockBuffer, RecordBlocks } from './record-blocks.js';
import type { RunFiles } from './run-writer.js';
import type { SortedRun } from './sorted-run.js';

/** No attempt names its own files so: the coordinator evicts what an attempt left, beside what that wrote. */
const EVICTED = 'evicted';

export function runToFile(run: SortedRun, spill: SpillFolder, heap: Heap, kernels: () => StateKernels): SortedRun {
  const { blocks, location } = run;
  if (location.kind === 'file') return run;
  if (location.indexed) return indexedToFile(blocks, location.indexed, { heap, spill, kernels: kernels() });
  const writer = spill.create(EVICTED);
  let at = 0;
  const written = new BlockListBuilder();
  for (let index = 0; index < blocks.length; index++) {
    const { at: address, bytes, rows } = blockAt(blocks, index);
    writer.write(address, bytes);
    const checksum = kernels().checksum(address, bytes) >>> 0;
    written.add({ at, bytes, rows, checksum }, firstKeyAt(blocks, index));
    at += bytes;
  }
  return { ...run, blocks: written.toList(), location: { kind: 'file', extent: writer.close() } };
}

/** The addresses of a block's records are listed in the buffer, in front of what is put together. */
function indexedToFile(list: BlockList, { address, bytes }: BlockBuffer, files: RunFiles): SortedRun {
  const { u32 } = files.heap;
  const blocks = [...blocksIn(list)];
  const listBytes = 8 * Math.ceil(Math.max(...blocks.map(({ rows }) => rows)) / 2);
  const writer = new RecordBlocks(files, EVICTED, { address: address + listBytes, bytes: bytes - listBytes });
  for (const { at, rows } of blocks) {
    for (let row = 0; row < rows; row++) {
      u32[(address >>> 2) + row] = u32[(at + row * SORT_ENTRY_BYTES + SORT_ENTRY_RECORD) >>> 2];
    }
    writer.add(address, rows);
  }
  return writer.close();
}
