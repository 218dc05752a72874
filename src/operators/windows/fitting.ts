/** The error that says that rows of a window do not fit. */
import { LeatError, leatError } from '../../errors.js';

/** What is allocated for rows of a window. `lookedUpBy`: the call for which they must be in memory. */
export function fitting(allocate: () => number, lookedUpBy?: string): number {
  try {
    return allocate();
  } catch (error) {
    if (!(error instanceof LeatError) || error.code !== 'MEMORY_EXHAUSTED') throw error;
    const what = lookedUpBy === undefined ? 'a window' : lookedUpBy;
    throw leatError('MEMORY_EXHAUSTED', `the rows that ${what} looks at do not fit into the memory of its task`, {
      hint: `give the job more with --memory, or its slots with fewer --slots; ${lookedUpBy === undefined ? 'smaller partitions or frames need less' : 'over whole partitions, compute it in an `aggregate` with the same keys and `join` that'}`,
      notes: error.diagnostics[0].notes,
    });
  }
}
