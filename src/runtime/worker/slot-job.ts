/** What a slot keeps of a job between attempts: the mapped memory, the kernels, the shared words. */
import { type KernelSet, loadKernels } from '../../kernels/loader.js';
import { MemoryPool } from '../../memory/memory-pool.js';
import { SpillQuota } from '../../memory/spill-quota.js';
import { JobControl } from '../job-control.js';
import type { JobDeployment } from '../protocol.js';

export interface SlotJob {
  readonly deployment: JobDeployment;
  readonly pool: MemoryPool;
  readonly control: JobControl;
  readonly spillQuota: SpillQuota;
  /** Made when first asked for. */
  readonly kernels: () => KernelSet;
}

export function openSlotJob(deployment: JobDeployment, pool = new MemoryPool(deployment.memory)): SlotJob {
  let kernels: KernelSet | undefined;
  return {
    deployment,
    pool,
    spillQuota: new SpillQuota(deployment.spillQuota),
    control: new JobControl(deployment.control, deployment.seats),
    kernels: () => {
      kernels ??= loadKernels(pool.managed.heap, deployment.kernels);
      return kernels;
    },
  };
}
