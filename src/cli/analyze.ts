/** `leat explain --analyze`: a run of which nothing is published, with progress and interrupts like any other. */

import type { Engine, ExplainOptions, ExplainReport } from '../engine-api.js';
import type { ShownActual } from '../plan/explain-parts.js';
import { formatSize } from '../spec/size-text.js';
import { formatSeconds, plural } from './format.js';
import { watchInterrupts } from './interrupts.js';
import type { OutputStyle } from './output-style.js';
import { createProgress } from './progress.js';

/** Times and memory are those of all tasks together. */
export const SHOWN_ACTUAL: ShownActual = {
  vertex: ({ tasks, attempts, splits, elapsedMs }) =>
    `ran in ${formatSeconds(elapsedMs)}: ${plural(tasks, 'task')}, ${plural(splits, 'split')}` +
    `${attempts > tasks ? `, ${plural(attempts - tasks, 'attempt')} more` : ''}`,
  operator: ({ recordsIn, recordsOut, bytesIn, bytesOut, busyMs, waitMs, peakBytes, spilledBytes, spilledRuns }) =>
    [
      ...(recordsIn > 0 ? [`${plural(recordsIn, 'row')} in`] : []),
      ...(recordsOut > 0 ? [`${plural(recordsOut, 'row')} out`] : []),
      ...(bytesIn > 0 ? [`${formatSize(bytesIn)} read`] : []),
      ...(bytesOut > 0 ? [`${formatSize(bytesOut)} written`] : []),
      `busy ${formatSeconds(busyMs)}`,
      ...(waitMs >= 1 ? [`waited ${formatSeconds(waitMs)}`] : []),
      ...(peakBytes > 0 ? [`memory ${formatSize(peakBytes)}`] : []),
      ...(spilledBytes > 0 ? [`spilled ${formatSize(spilledBytes)} in ${plural(spilledRuns, 'run')}`] : []),
    ].join(', '),
};

export async function analyze(
  engine: Engine,
  path: string,
  options: ExplainOptions,
  style: OutputStyle,
): Promise<ExplainReport> {
  const progress = createProgress(style);
  const interrupts = watchInterrupts(style.quiet, () => progress.close());
  try {
    return await engine.analyzePipeline(
      path,
      { ...options, signal: interrupts.signal },
      {
        started: () => {},
        progress: (state) => progress.show(state),
        note: (text) => progress.say(`${style.paint.yellow('note:')} ${text}`),
      },
    );
  } catch (error) {
    const status = interrupts.exitStatus();
    if (status !== undefined) process.exitCode = status;
    throw error;
  } finally {
    progress.close();
    interrupts.dispose();
  }
}
