/** What the instructions of a compiled chain share while they run over one batch. */
import type { PendingColumns, RecordBatch, RowOrigin } from '../../columnar/record-batch.js';
import { createVector, type Vector } from '../../columnar/vector.js';
import { leatError } from '../../errors.js';
import type { ExprKernels } from '../../kernels/expr-kernels.js';
import type { Heap } from '../../memory/heap.js';
import type { RunConstants } from '../calc.js';
import type { ChainPlan } from './chain-plan.js';
import type { ColumnLoad } from './column-loads.js';
import type { ScratchBuffer, ScratchLayout } from './scratch-layout.js';
import type { ChunkedTextArea } from './text-area.js';

/** One step of a compiled chain: false when a row failed. */
export interface Runner {
  run(frame: Frame): boolean;
}

/** What is the same for every batch. */
interface FrameParts {
  readonly heap: Heap;
  readonly kernels: ExprKernels;
  readonly constants: RunConstants;
  readonly text: ChunkedTextArea;
  readonly allValid: number;
  readonly batchRows: number;
}

export class Frame {
  /** By register; inputs are the batch's own vectors. */
  readonly vectors: Vector[];
  /** Own validity buffers by register, 0 where there is none. */
  readonly validity: number[];
  /** By scope: the address of its row list (0: all rows), where a list of its own goes, and how many rows. */
  readonly selections: number[];
  readonly selectionBuffers: number[];
  readonly counts: number[];
  readonly heap: Heap;
  readonly kernels: ExprKernels;
  readonly constants: RunConstants;
  readonly text: ChunkedTextArea;
  /** One valid byte a row: the validity of a column without nulls, for loops that ask. */
  readonly allValid: number;
  readonly #batchRows: number;
  #pending: PendingColumns | undefined;
  /** Where the rows of the batch are from. */
  origin: RowOrigin | undefined;
  numRows = 0;

  constructor(
    shared: FrameParts,
    plan: ChainPlan,
    layout: ScratchLayout,
    addressOf: (buffer: ScratchBuffer) => number,
  ) {
    this.heap = shared.heap;
    this.kernels = shared.kernels;
    this.constants = shared.constants;
    this.text = shared.text;
    this.allValid = shared.allValid;
    this.#batchRows = shared.batchRows;
    const at = (buffer: ScratchBuffer | undefined): number => (buffer === undefined ? 0 : addressOf(buffer));
    this.vectors = plan.registers.map((register) => createVector(register.type, at(layout.values[register.index])));
    this.validity = plan.registers.map((register) => at(layout.validity[register.index]));
    this.selectionBuffers = plan.scopes.map((scope) => at(layout.selections[scope.index]));
    this.selections = plan.scopes.map(() => 0);
    this.counts = plan.scopes.map(() => 0);
  }

  begin(batch: RecordBatch): void {
    if (batch.numRows > this.#batchRows) {
      throw leatError('INTERNAL', `a batch of ${batch.numRows} rows, ${this.#batchRows} were promised`);
    }
    this.numRows = batch.numRows;
    this.#pending = batch.pending;
    this.origin = batch.origin;
    for (let i = 0; i < batch.vectors.length; i++) this.vectors[i] = batch.vectors[i];
    this.setScope(0, batch.selection, batch.selectedCount);
    this.text.reset();
  }

  load(loads: readonly ColumnLoad[]): void {
    if (this.#pending === undefined) return;
    for (const { column, scope } of loads) {
      this.#pending.load(column, this.selections[scope.index], this.counts[scope.index]);
    }
  }

  /** A list of all rows is no list. */
  setScope(scope: number, selection: number, count: number): void {
    this.counts[scope] = count;
    this.selections[scope] = count === this.numRows ? 0 : selection;
  }
}
