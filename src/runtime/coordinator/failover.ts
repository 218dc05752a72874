/**
 * What becomes of a task whose thread ended before it answered: the same splits in a new attempt, which inherits seat and
 * home, so that nobody else can take what it needs meanwhile.
 *
 * A thread that ends itself for want of memory is no lost worker: its task runs again when others may have let go of some,
 * and from then on fewer tasks run at a time.
 */
import { leatError } from '../../errors.js';
import type { MemoryPool } from '../../memory/memory-pool.js';
import { removeAttemptFiles } from '../../memory/spill-files.js';
import type { SpillQuota } from '../../memory/spill-quota.js';
import type { RestartOptions } from '../runtime-options.js';
import type { WorkerLost } from './slot-pool.js';
import type { Subtask, VertexExecution } from './vertex-execution.js';

const DEFAULT_RESTART: RestartOptions = { attempts: 3, delayMs: 1000 };
/** A task that others leave too little memory runs again so often, after 100, 200, 400 ms ... */
const MOST_STARVED = 5;
const STARVED_DELAY_MS = 50;

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

  mayStarve({ starved }: Subtask): boolean {
    return starved < MOST_STARVED;
  }

  /** Removes what the attempt left in the spill folder. */
  clear({ attempt }: Subtask): void {
    const { spillPath, spillQuota } = this.#init;
    removeAttemptFiles(spillPath, attempt, spillQuota);
  }

  /**
   * Hands what the dead attempt held over to `attempt`, and answers after how many milliseconds that may run.
   * RUNTIME_TASK_LOST when the task may not run again. `otherTasks`: those that run now.
   */
  replace(
    execution: VertexExecution,
    subtask: Subtask,
    lost: WorkerLost,
    { attempt, otherTasks }: { readonly attempt: number; readonly otherTasks: number },
  ): number {
    const { memory, restart = DEFAULT_RESTART, note } = this.#init;
    const { name } = execution.vertex;
    const isStarved = memory.takeStarved(subtask.seat);
    if (!isStarved && subtask.restarts >= restart.attempts) throw taskLost(name, restart, lost);
    memory.inherit(subtask.home, subtask.attempt, attempt);
    execution.prepared!.leases.reassign(subtask.attempt, attempt);
    subtask.attempt = attempt;
    if (!isStarved) {
      subtask.restarts++;
      note(`a worker died (${lost.message}); its task of ${name} runs again`);
      return restart.delayMs;
    }
    subtask.starved++;
    // Those that run go on; when one of them ends, nobody takes its place for now.
    this.mostTasks = Math.max(1, otherTasks);
    note(`a task of ${name} had too little memory beside the others and runs again; fewer slots have more each`);
    return STARVED_DELAY_MS * 2 ** subtask.starved;
  }
}

function taskLost(name: string, { attempts }: RestartOptions, lost: WorkerLost): Error {
  return leatError('RUNTIME_TASK_LOST', `a task of ${name} lost its worker ${attempts + 1} times`, {
    hint: 'the worker may need more than its heap; fewer slots and less --memory leave it more',
    notes: [lost.message],
    cause: lost,
  });
}
