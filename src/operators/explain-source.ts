/** The generated source of every calc program of a job, for `explain`: compiled over a scratch memory, never run. */
import type { JobGraph } from '../dataflow/job-graph.js';
import type { CalcProgram, RunConstants } from '../expr/calc.js';
import { compileCalc, scratchBytes } from '../expr/compiler/compile-calc.js';
import { KERNEL_CONSTANT_BYTES, loadKernels } from '../kernels/loader.js';
import { heapOf, PAGE_BYTES } from '../memory/heap.js';
import type { CalcConfig } from './calc.js';
import type { JoinProbeConfig } from './join-probe.js';

const BATCH_ROWS = 1024;
/** Beyond what a program asks for: alignment. */
const SLACK_BYTES = 64 * 1024;

export function explainSource(job: JobGraph, constants: RunConstants): string {
  const sections = job.vertices.flatMap(({ id, chain }) =>
    chain.flatMap(({ name, kind, config }) => {
      const program = kind === 'calc' ? (config as CalcConfig).program : (config as Conditional).condition?.program;
      return program === undefined ? [] : [`// vertex ${id}: ${name}\n${sourceOf(program, constants)}`];
    }),
  );
  return sections.length === 0 ? '// no step of this pipeline computes anything' : sections.join('\n\n');
}

/** An operator with a program inside it: the probe of a join. */
type Conditional = Pick<JoinProbeConfig, 'condition'>;

function sourceOf(program: CalcProgram, constants: RunConstants): string {
  const bytes = KERNEL_CONSTANT_BYTES + scratchBytes(program, BATCH_ROWS) + SLACK_BYTES;
  const pages = Math.ceil(bytes / PAGE_BYTES);
  const heap = heapOf(new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }));
  let next = KERNEL_CONSTANT_BYTES;
  const compiled = compileCalc(program, {
    heap,
    kernels: loadKernels(heap).expr,
    allocate: (size, align = 16) => {
      const address = Math.ceil(next / align) * align;
      next = address + size;
      return address;
    },
    batchRows: BATCH_ROWS,
    constants,
  });
  return compiled.source();
}
