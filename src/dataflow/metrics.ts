/** Counters of one operator in one attempt, under fixed names; gathered by the runtime, shown by the command line. */
export interface OperatorMetrics {
  recordsIn: number;
  recordsOut: number;
  batchesIn: number;
  bytesIn: number;
  bytesOut: number;
  busyMs: number;
  spilledBytes: number;
  spilledRuns: number;
  waitMs: number;
  /** Rows that a step could not take and went on without. */
  rejected: number;
  /** The most managed memory it held; of several tasks: added up. */
  peakBytes: number;
}

export function createMetrics(): OperatorMetrics {
  return {
    recordsIn: 0,
    recordsOut: 0,
    batchesIn: 0,
    bytesIn: 0,
    bytesOut: 0,
    busyMs: 0,
    spilledBytes: 0,
    spilledRuns: 0,
    waitMs: 0,
    rejected: 0,
    peakBytes: 0,
  };
}

export function addMetrics(into: OperatorMetrics, from: OperatorMetrics): void {
  for (const key of Object.keys(into) as (keyof OperatorMetrics)[]) into[key] += from[key];
}
