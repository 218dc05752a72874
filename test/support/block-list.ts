/** Notes of blocks, for runs that a test makes by hand. */
import { type BlockList, BlockListBuilder } from '../../src/state/runs/block-list.js';
import type { RunBlock } from '../../src/state/runs/sorted-run.js';

export function blockList(...blocks: readonly (RunBlock & { readonly firstKey?: Uint8Array })[]): BlockList {
  const builder = new BlockListBuilder();
  for (const { firstKey = new Uint8Array(0), ...block } of blocks) builder.add(block, firstKey);
  return builder.toList();
}
