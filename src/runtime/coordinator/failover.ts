/**
 * What becomes of a task whose thread ended before it answered: the same splits in a new attempt, which inherits seat and
 * home, so that nobody else can take what it needs meanwhile.
 *
 * A thread that ends itself for want of memory is no lost worker. All tasks of its vertex end, and give back their splits to
 * half as many: one alone might wait for memory that those hold who wait for its own output.
 */
import { leatError } from '../../errors.js';
import type { MemoryPool } from '../../memory/memory-pool.js';
import { removeAttemptFiles } from '../../memory/spill-files.js';
import type { SpillQuota } from '../../memory/spill-quota.js';
import type { RestartOptions } from '../runtime-options.js';
import type { WorkerLost } from './slot-pool.js';
import type { Subtask, VertexExecution } from './vertex-execution.js';

const DEFAULT_RESTART: RestartOptions = { attempts: 3, delayMs: 1000 };

export interface FailoverInit {
  readonly memory: MemoryPool;
  readonly restart: RestartOptions | undefined;
  readonly spillPath: string;
  readonly spillQuota: SpillQuota;
  readonly note: (text: string) => void;
}

export class Failover {
  /** Tasks at a time: fewer than seats once some task had too little memory. */
  mostTasks = Number.POSITIVE_INFINITY;
  readonly #init: FailoverInit;

  constructor(init: FailoverInit) {
    this.#init = init;
  }

  /** Removes what the attempt left in the spill folder. */
  clear({ attempt }: Subtask): void {
    const { spillPath, spillQuota } = this.#init;
    removeAttemptFiles(spillPath, attempt, spillQuota);
  }

  /**
   * Hands what the dead attempt held over to `attempt`, and answers after how many milliseconds that may run.
   * RUNTIME_TASK_LOST when the task may not run again.
   */
  replace(execution: VertexExecution, subtask: Subtask, lost: WorkerLost, attempt: number): number {
    const { memory, restart = DEFAULT_RESTART, note } = this.#init;
    const { name } = execution.vertex;
    if (subtask.restarts >= restart.attempts) throw taskLost(name, restart, lost);
    memory.inherit(subtask.home, subtask.attempt, attempt);
    execution.prepared!.leases.reassign(subtask.attempt, attempt);
    subtask.attempt = attempt;
    subtask.restarts++;
    note(`a worker died (${lost.message}); its task of ${name} runs again`);
    return restart.delayMs;
  }

  /** Takes back what the subtask had, whose thread is gone, and tells the others of its vertex to end. `otherTasks`: all that run now. */
  giveBack(execution: VertexExecution, { attempt }: Subtask, otherTasks: number): void {
    const { memory, note } = this.#init;
    memory.endAttempt(attempt);
    memory.freeSealed(attempt);
    execution.prepared!.leases.release(attempt);
    // Those before may have wanted no more because of rows that are to be read again.
    execution.isSated = false;
    if (execution.isYielding || otherTasks === 0) return;
    execution.isYielding = true;
    for (const { seat } of execution.running) memory.noteStarved(seat);
    this.mostTasks = Math.min(this.mostTasks, Math.ceil(otherTasks / 2));
    const tasks = this.mostTasks === 1 ? 'one task runs' : `${this.mostTasks} tasks run`;
    note(`tasks of ${execution.vertex.name} had too little memory beside one another: from here on ${tasks} at a time`);
  }
}

function taskLost(name: string, { attempts }: RestartOptions, lost: WorkerLost): Error {
  return leatError('RUNTIME_TASK_LOST', `a task of ${name} lost its worker ${attempts + 1} times`, {
    hint: 'the worker may need more than its heap; fewer slots and less --memory leave it more',
    notes: [lost.message],
    cause: lost,
  });
}
