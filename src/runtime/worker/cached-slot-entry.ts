/** Stands before slot-entry.ts in the shipped program, as dist/runtime/worker/slot-entry.cjs: loads it from the code cache. */
import { fileURLToPath } from 'node:url';
import { loadCode } from '../../code-cache.js';
import type slot from './slot-entry.js';

const code = loadCode<{ readonly default: typeof slot }>(fileURLToPath(new URL('./slot.js', import.meta.url)));

export default keepingCode();

/** What ran in the first order is what later processes will want compiled. */
async function keepingCode(): Promise<Awaited<typeof slot>> {
  const run = await code.exports.default;
  return async (order) => {
    const outcome = await run(order);
    code.keep();
    return outcome;
  };
}
