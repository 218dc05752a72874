/** One vertex of a job at work: its splits and sinks once it is prepared, its attempts, what came of them. */
import type { JobSink } from '../../dataflow/factory.js';
import type { JobEdge, JobVertex } from '../../dataflow/job-graph.js';
import { addMetrics, createMetrics, type OperatorMetrics } from '../../dataflow/metrics.js';
import type { ErrorData } from '../../errors.js';
import type { HomeRun } from '../../memory/memory-pool.js';
import type { JobControl } from '../job-control.js';
import type { VertexProgress, VertexResult } from '../job-result.js';
import type { LeaseTable } from '../lease-table.js';
import type { VertexDeployment } from '../protocol.js';

/** A subtask over its attempts: the same splits, again and again, until one attempt gets through. */
export interface Subtask {
  readonly index: number;
  attempt: number;
  seat: number;
  home: readonly HomeRun[];
  restarts: number;
}

export interface DataFailure {
  readonly error: ErrorData;
  readonly split: number;
}

export interface PreparedVertex {
  readonly deployment: VertexDeployment;
  readonly leases: LeaseTable;
  /** By index in the chain. */
  readonly sinks: ReadonlyMap<number, JobSink>;
  readonly bytesTotal: number;
  readonly isInProcess: boolean;
  /** Subtasks at one time. */
  readonly parallelism: number;
}

export class VertexExecution {
  readonly vertex: JobVertex;
  readonly minimumPages: number;
  state: VertexProgress['state'] = 'waiting';
  prepared: PreparedVertex | undefined;
  /** Sent to slots at this moment. */
  readonly running = new Set<Subtask>();
  /** Lost their worker; run again when their delay is over. */
  readonly restarting = new Set<Subtask>();
  readonly failures: DataFailure[] = [];
  started = 0;
  /** A subtask wanted no more rows although there were some (limit, closed pipe); the others will not either. */
  isSated = false;
  /** Its tasks are told to end, and give back their splits; no other starts until they have. */
  isYielding = false;
  attempts = 0;
  readonly metrics: OperatorMetrics[];
  #splitsDone = 0;
  #bytesDone = 0;
  #recordsIn = 0;
  #startedAt = 0;
  #elapsedMs = 0;

  constructor(vertex: JobVertex, minimumPages: number) {
    this.vertex = vertex;
    this.minimumPages = minimumPages;
    this.metrics = vertex.chain.map(() => createMetrics());
  }

  start(prepared: PreparedVertex): void {
    this.prepared = prepared;
    this.state = 'running';
    this.#startedAt = performance.now();
  }

  /** Whether one more subtask has something to do. */
  get wantsSubtask(): boolean {
    if (this.state !== 'running' || !this.prepared || this.isYielding || this.isSated) return false;
    // Behind a split that failed nothing is read; before it there may be splits that were given back.
    if (this.failures.some(({ split }) => split < 0)) return false;
    if (this.started === 0) return true;
    const live = this.running.size + this.restarting.size;
    return live < this.prepared.parallelism && this.prepared.leases.unleased > 0;
  }

  /** Nothing runs and nothing is left to run. */
  get isThrough(): boolean {
    return this.state === 'running' && this.started > 0 && this.isIdle && !this.wantsSubtask;
  }

  reads({ vertex, operator }: JobEdge): boolean {
    return this.vertex.inputs.some((input) => input.vertex === vertex && input.operator === operator);
  }

  get isIdle(): boolean {
    return this.running.size + this.restarting.size === 0;
  }

  /** The subtask does not run any more. */
  leave(subtask: Subtask): void {
    this.running.delete(subtask);
    this.restarting.delete(subtask);
    if (this.isIdle) this.isYielding = false;
  }

  /** Rows have gone to outputs. */
  get hasWritten(): boolean {
    return this.started > 0 && this.prepared !== undefined && this.prepared.sinks.size > 0;
  }

  finishSubtask(metrics: readonly OperatorMetrics[], seat: number, control: JobControl): void {
    for (const [index, each] of metrics.entries()) addMetrics(this.metrics[index], each);
    const done = control.progress(seat);
    this.#splitsDone += done.splits;
    this.#bytesDone += done.bytes;
    this.#recordsIn += done.records;
  }

  end(state: 'finished' | 'failed'): void {
    this.state = state;
    this.#elapsedMs = performance.now() - this.#startedAt;
  }

  progress(control: JobControl): VertexProgress {
    let [splitsDone, bytesDone, recordsIn] = [this.#splitsDone, this.#bytesDone, this.#recordsIn];
    for (const { seat } of this.running) {
      const done = control.progress(seat);
      splitsDone += done.splits;
      bytesDone += done.bytes;
      recordsIn += done.records;
    }
    return {
      vertex: this.vertex.id,
      name: this.vertex.name,
      state: this.state,
      splitsDone,
      splitsTotal: this.prepared?.leases.splits ?? 0,
      bytesDone,
      bytesTotal: this.prepared?.bytesTotal ?? 0,
      recordsIn,
      tasksRunning: this.running.size,
    };
  }

  result(): VertexResult {
    return {
      vertex: this.vertex.id,
      name: this.vertex.name,
      parallelism: Math.min(this.started, this.prepared?.parallelism ?? 0),
      attempts: this.attempts,
      splits: this.prepared?.leases.splits ?? 0,
      elapsedMs: this.#elapsedMs,
      operators: this.vertex.chain.map(({ name, kind }, index) => ({ name, kind, metrics: this.metrics[index] })),
    };
  }
}
