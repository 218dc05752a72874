/** Writing to a stream whose reader may go away, such as stdout before a pipe. */
import type { Writable } from 'node:stream';
import { outputError } from './output-error.js';

/** Resolves when the bytes are out, so that they are held only once; false when nobody reads them any more. */
export function printBytes(out: Writable, bytes: Buffer): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EPIPE') resolve(false);
      else reject(outputError('stdout', 'written', error));
    };
    // A failed write tells the stream too, which must not end the process.
    out.once('error', onError);
    out.write(bytes, (error) => {
      if (error) return;
      out.removeListener('error', onError);
      resolve(true);
    });
  });
}
