/** Managed memory that is refused although everything that could be spilled was. */
import { type LeatError, leatError } from '../errors.js';
import { formatSize } from '../spec/size-text.js';

/** `shareBytes`: what the task may count on. */
export function memoryExhausted(purpose: string, bytes: number, shareBytes: number): LeatError {
  return leatError('MEMORY_EXHAUSTED', `no memory left for ${purpose}: ${formatSize(bytes)} asked for`, {
    hint: 'give the job more with --memory, or fewer slots with --slots so that each has more',
    notes: [`a task may count on ${formatSize(shareBytes)} here`],
  });
}
