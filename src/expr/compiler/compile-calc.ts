/**
 * A calc program compiled for one attempt: generated loops, kernels and, for the rest, boxed calls of the interpreter,
 * over scratch memory that is taken once. The interpreter is the meaning; compiled code never says why a row failed.
 */
import { PHYSICAL_BYTES } from '../../columnar/data-type.js';
import type { RecordBatch } from '../../columnar/record-batch.js';
import { textBytes } from '../../columnar/text-bytes.js';
import { createVector, type Vector } from '../../columnar/vector.js';
import type { ExprKernels } from '../../kernels/expr-kernels.js';
import type { Heap } from '../../memory/heap.js';
import type { CalcProgram, RunConstants } from '../calc.js';
import type { ChainPlan, Instruction } from './chain-plan.js';
import { type ColumnLoad, columnLoads } from './column-loads.js';
import type { ConstantPool } from './emit.js';
import { Frame, type Runner } from './frame.js';
import { Lowering } from './lower-chain.js';
import { writeValue } from './row-values.js';
import { BoxedRunner } from './run-boxed.js';
import { KernelRunner } from './run-kernel.js';
import { LoopRunner } from './run-loop.js';
import { MoveRunner } from './run-move.js';
import { type ScratchBuffer, scratchLayout } from './scratch-layout.js';
import { ChunkedTextArea } from './text-area.js';

interface CompileEnvironment {
  readonly heap: Heap;
  readonly kernels: ExprKernels;
  /** From an arena that lives as long as the compiled program. */
  allocate(bytes: number, align?: number): number;
  /** Rows a batch has at most. */
  readonly batchRows: number;
  readonly constants: RunConstants;
}

/** How much of a program became what. */
interface CompiledCounts {
  readonly fusedLoops: number;
  readonly kernelCalls: number;
  readonly boxedCalls: number;
}

export interface CompiledCalc {
  /**
   * The rows that the filters took, with the output's columns; null when there are none; 'failed' when some row fails
   * (see walkForError). The batch belongs to the compiled program and lives until the next call; its vectors name
   * scratch memory or, for columns that pass through, the input's own.
   */
  process(batch: RecordBatch): RecordBatch | null | 'failed';
  readonly counts: CompiledCounts;
  /** What the program became: its instructions, the loops as source. */
  source(): string;
}

const ALIGN = 16;
const aligned = (bytes: number): number => Math.ceil(bytes / ALIGN) * ALIGN;

/** Bytes that `compileCalc` allocates; long texts take more, batch by batch. */
export function scratchBytes(program: CalcProgram, batchRows: number): number {
  let bytes = 0;
  const measure = (size: number): number => {
    bytes += aligned(size);
    return 0;
  };
  const plan = new Lowering(program).lower();
  for (const { bytesPerRow } of scratchLayout(plan).buffers) measure(bytesPerRow * batchRows);
  measure(batchRows);
  placeConstants(plan, measure, null);
  for (const instruction of plan.instructions) {
    if (instruction.kind === 'kernel') instruction.emit.prepare({ bytes: (data) => measure(data.length) });
  }
  return bytes + ChunkedTextArea.minimumBytes(makesText(plan) ? textChunkBytes(batchRows) : 0);
}

export function compileCalc(program: CalcProgram, environment: CompileEnvironment): CompiledCalc {
  const { heap, kernels, batchRows, constants } = environment;
  const plan = new Lowering(program).lower();
  const layout = scratchLayout(plan);
  const allocate = (bytes: number): number => environment.allocate(aligned(bytes), ALIGN) >>> 0;
  const addresses = new Map<ScratchBuffer, number>();
  for (const buffer of layout.buffers) addresses.set(buffer, allocate(buffer.bytesPerRow * batchRows));
  const allValid = allocate(batchRows);
  heap.u8.fill(1, allValid, allValid + batchRows);
  const text = new ChunkedTextArea(heap, allocate, textChunkBytes(batchRows));
  const frame = new Frame({ heap, kernels, constants, text, allValid, batchRows }, plan, layout, (buffer) =>
    Number(addresses.get(buffer)),
  );
  placeConstants(plan, allocate, frame);
  const pool: ConstantPool = {
    bytes(data) {
      const address = allocate(data.length);
      heap.u8.set(data, address);
      return address;
    },
  };
  const runners = plan.instructions.map((instruction, i) => createRunner(instruction, i, plan, pool, heap));
  return new Compiled(plan, frame, runners);
}

/** Chunks of the text area: one will do for a batch of short texts. */
function textChunkBytes(batchRows: number): number {
  return Math.min(Math.max(1024, batchRows * 16), 65536);
}

function makesText(plan: ChainPlan): boolean {
  return plan.registers.some((register) => register.kind === 'scratch' && register.physical === 'text');
}

/** Constants, one value each with its validity; without a frame they are only measured. */
function placeConstants(plan: ChainPlan, allocate: (bytes: number) => number, frame: Frame | null): void {
  for (const register of plan.registers) {
    const { kind, type, value, physical, index } = register;
    if (kind !== 'constant') continue;
    const values = allocate(PHYSICAL_BYTES[physical]);
    const validity = value === null ? allocate(1) : 0;
    if (frame === null) {
      if (typeof value === 'string') allocate(textBytes(value, type).length);
      continue;
    }
    const vector = frame.vectors[index];
    vector.values = values;
    vector.validity = validity;
    vector.isConstant = true;
    if (value === null) frame.heap.u8[validity] = 0;
    else writeValue(frame.heap, register, values, 0, value, allocate);
  }
}

function createRunner(instruction: Instruction, i: number, plan: ChainPlan, pool: ConstantPool, heap: Heap): Runner {
  switch (instruction.kind) {
    case 'loop':
      return new LoopRunner(instruction, plan.registers, `loop_${i}`, heap);
    case 'kernel':
      return new KernelRunner(instruction, pool);
    case 'boxed':
      return new BoxedRunner(instruction);
    case 'move':
      return new MoveRunner(instruction);
  }
}

class Compiled implements CompiledCalc {
  readonly counts: CompiledCounts;
  readonly #plan: ChainPlan;
  readonly #frame: Frame;
  readonly #runners: readonly Runner[];
  readonly #loads: readonly (readonly ColumnLoad[])[];
  readonly #vectors: Vector[];
  readonly #result: RecordBatch;

  constructor(plan: ChainPlan, frame: Frame, runners: readonly Runner[]) {
    this.#plan = plan;
    this.#frame = frame;
    this.#runners = runners;
    this.#loads = columnLoads(plan);
    this.#vectors = plan.outputs.map(({ type }) => createVector(type));
    this.#result = { numRows: 0, vectors: this.#vectors, selection: 0, selectedCount: 0 };
    const count = (kind: Instruction['kind']): number => plan.instructions.filter((step) => step.kind === kind).length;
    this.counts = { fusedLoops: count('loop'), kernelCalls: count('kernel'), boxedCalls: count('boxed') };
  }

  process(batch: RecordBatch): RecordBatch | null | 'failed' {
    const frame = this.#frame;
    frame.begin(batch);
    for (let i = 0; i < this.#runners.length; i++) {
      frame.load(this.#loads[i]);
      if (!this.#runners[i].run(frame)) return 'failed';
    }
    const { index } = this.#plan.resultScope;
    if (frame.counts[index] === 0) return null;
    frame.load(this.#loads[this.#runners.length]);
    const { outputs } = this.#plan;
    for (let i = 0; i < outputs.length; i++) showAs(this.#vectors[i], frame.vectors[outputs[i].register.index]);
    const result = this.#result;
    result.numRows = batch.numRows;
    result.selection = frame.selections[index];
    result.selectedCount = frame.counts[index];
    result.origin = batch.origin;
    return result;
  }

  source(): string {
    return this.#runners.map((runner, i) => describe(this.#plan.instructions[i], runner)).join('\n\n');
  }
}

/** Makes a vector name what another names, under its own type. */
function showAs(vector: Vector, { values, validity, isConstant, plainDelimiter }: Vector): void {
  vector.values = values;
  vector.validity = validity;
  vector.isConstant = isConstant;
  vector.plainDelimiter = plainDelimiter;
}

function describe(instruction: Instruction, runner: Runner): string {
  const rows = `rows ${instruction.scope.index}`;
  switch (instruction.kind) {
    case 'loop': {
      const stores = instruction.stores.map(({ out }) => `r${out.index}`);
      const selects = instruction.selects.map(({ scope }) => `rows ${scope.index}`);
      return `// loop over ${rows} -> ${[...stores, ...selects].join(', ')}\n${(runner as LoopRunner).source()}`;
    }
    case 'move':
      return `// move ${rows}: r${instruction.from.index} -> r${instruction.out.index}`;
    case 'kernel':
    case 'boxed': {
      const args = instruction.args.map(({ index }) => `r${index}`).join(', ');
      const { expr, kind, out } = instruction;
      return `// ${kind} ${rows}: ${expr.op === 'call' ? expr.fn : expr.op}(${args}) -> r${out.index}`;
    }
  }
}
