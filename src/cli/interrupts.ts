/**
 * Ctrl-C and kill: the first asks the job to stop and clean up, the second does not wait. The exit status is the
 * shell's convention, 128 and the signal's number.
 */
import { constants } from 'node:os';
import { say } from './streams.js';

export interface Interrupts {
  readonly signal: AbortSignal;
  /** 130 after Ctrl-C, 143 after a kill; undefined when nothing happened. */
  exitStatus(): number | undefined;
  dispose(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `beforeSpeaking` takes the progress off the terminal. */
export function watchInterrupts(quiet: boolean, beforeSpeaking: () => void): Interrupts {
  const controller = new AbortController();
  let status: number | undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    const received = 128 + constants.signals[name];
    if (status !== undefined) process.exit(received);
    status = received;
    beforeSpeaking();
    if (!quiet) say('leat: stopping, nothing will be published (once more to stop at once)');
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    exitStatus: () => status,
    dispose: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
