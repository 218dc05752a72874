/** What a job says while it runs and when it is over; shown by the command line and by --json. Plain data. */
import type { OperatorMetrics } from '../dataflow/metrics.js';
import type { CheckResult, Diagnostic } from '../errors.js';

export interface VertexProgress {
  readonly vertex: number;
  readonly name: string;
  readonly state: 'waiting' | 'running' | 'finished' | 'failed';
  readonly splitsDone: number;
  readonly splitsTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly recordsIn: number;
  readonly tasksRunning: number;
}

export interface JobProgress {
  readonly elapsedMs: number;
  readonly vertices: readonly VertexProgress[];
}

export interface OperatorResult {
  readonly name: string;
  readonly kind: string;
  readonly metrics: OperatorMetrics;
}

export interface VertexResult {
  readonly vertex: number;
  readonly name: string;
  readonly parallelism: number;
  readonly attempts: number;
  readonly splits: number;
  readonly elapsedMs: number;
  readonly operators: readonly OperatorResult[];
}

export interface OutputResult {
  readonly path: string;
  /** What was made of it, whether or not it was taken. */
  readonly rows: number;
  readonly bytes: number;
  /** Of a folder: the files that were put into it, within the folder. */
  readonly files?: readonly string[];
  /** Of stdout: its reader went away before it had taken all; the job may have made no more then. */
  readonly readerLeft?: true;
}

export interface JobResult {
  readonly job: string;
  readonly elapsedMs: number;
  readonly slots: number;
  readonly memoryBytes: number;
  readonly peakManagedBytes: number;
  readonly peakResidentBytes: number;
  readonly vertices: readonly VertexResult[];
  readonly outputs: readonly OutputResult[];
  /** What the pipeline's checks found. */
  readonly checks: readonly CheckResult[];
  /** Checks that only warn and do not hold. */
  readonly warnings: readonly Diagnostic[];
  /** Things worth knowing: fewer slots than asked for, replayed attempts. */
  readonly notes: readonly string[];
}
