/** The two streams. Results go to stdout, everything else to stderr; a reader that went away ends a stream quietly. */

/** Without this a closed pipe (`leat explain x | head -1`) would end in a stack trace. */
export function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    // oclif's own listener throws whatever is no closed pipe.
    stream.removeAllListeners('error');
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // Who prints rows listens too, and a job must clean up before it ends.
      if (error.code === 'EPIPE' || stream.listenerCount('error') > 1) return;
      // The disk behind it is full, or worse; there may be no other place to say so.
      if (stream === process.stdout)
        process.stderr.write(`error FORMAT_IO\n  stdout cannot be written: ${error.message}\n`);
      process.exit(1);
    });
  }
}

export function writeResult(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function say(text: string): void {
  process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** One JSON document; whole numbers beyond 2^53 are written as text, so that no reader loses digits. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? v.toString() : v), 2)}\n`;
}
