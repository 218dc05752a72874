/** What the parts of a job are told of it: factories on the coordinator's side, and slots. Both are made when first asked for. */
import type { CoordinatorContext } from '../../dataflow/factory.js';
import { compileKernels, type KernelSet, loadKernels } from '../../kernels/loader.js';
import type { JobControl } from '../job-control.js';
import type { JobDeployment } from '../protocol.js';
import type { JobMasterInit } from './job-master.js';
import type { PartitionStore } from './partition-store.js';

export class JobContext {
  readonly #init: JobMasterInit;
  #kernels: KernelSet | undefined;
  #deployment: JobDeployment | undefined;

  constructor(init: JobMasterInit) {
    this.#init = init;
  }

  /** The coordinator's own. */
  get kernels(): KernelSet {
    const { memory, options } = this.#init;
    this.#kernels ??= loadKernels(memory.managed.heap, options.kernels === 'twins' ? 'twins' : compileKernels());
    return this.#kernels;
  }

  forFactories(store: PartitionStore): CoordinatorContext {
    const { jobId, slots, sizes, options, spillPath } = this.#init;
    const kernels = (): KernelSet => this.kernels;
    return {
      upstream: (vertex, operator) => store.upstream(vertex, operator),
      get kernels() {
        return kernels();
      },
      slots,
      sizes,
      publishes: options.publishes !== false,
      jobId,
      spillPath,
      printedBytes: options.printedBytes ?? 0,
      allocateShared: (bytes) => new SharedArrayBuffer(bytes),
    };
  }

  forSlots(control: JobControl): JobDeployment {
    const { jobId, memory, options, spillPath, spillQuota, sizes, slots } = this.#init;
    this.#deployment ??= {
      jobId,
      memory: memory.handle,
      kernels: options.kernels === 'twins' ? 'twins' : compileKernels(),
      constants: options.constants,
      spillPath,
      spillQuota: spillQuota.handle,
      sizes,
      seats: slots,
      control: control.handle,
    };
    return this.#deployment;
  }
}
