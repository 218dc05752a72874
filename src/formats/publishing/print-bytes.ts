/** Writing to a stream whose reader may go away, or read no more, such as stdout before a pipe. */
import type { Writable } from 'node:stream';
import { leatError } from '../../errors.js';
import { outputError } from './output-error.js';

/**
 * Resolves when the bytes are out, so that they are held only once; false when nobody reads them any more. A reader that
 * does not read keeps it waiting until `signal` is aborted.
 */
export function printBytes(out: Writable, bytes: Buffer, signal?: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => settle(() => reject(leatError('RUNTIME_CANCELLED', 'the run was interrupted')));
    // A failed write tells the stream too, which must not end the process.
    const onError = (error: NodeJS.ErrnoException): void =>
      settle(() => (error.code === 'EPIPE' ? resolve(false) : reject(outputError('stdout', 'written', error))));
    const settle = (end: () => void): void => {
      signal?.removeEventListener('abort', onAbort);
      out.removeListener('error', onError);
      end();
    };
    out.on('error', onError);
    signal?.addEventListener('abort', onAbort);
    if (signal?.aborted) return onAbort();
    out.write(bytes, (error) => {
      if (!error) settle(() => resolve(true));
    });
  });
}
