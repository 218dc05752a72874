/** Rows of files that cannot be read, where reading goes on without them. */
import type { DataType } from '../../columnar/data-type.js';
import type { Fault, FaultKind } from '../../columnar/fault.js';
import { FaultRows } from '../../columnar/fault-rows.js';
import type { RecordBatch } from '../../columnar/record-batch.js';
import type { Vector } from '../../columnar/vector.js';
import type { ErrorCode } from '../../errors.js';
import type { TaskMemory } from '../../memory/task-memory.js';
import type { OpenFile } from './open-file.js';
import { LinePlaces } from './places.js';

/** Behind such a row nobody knows what is quoted and what is not. */
export function isQuoteFault(code: ErrorCode): boolean {
  return code === 'FORMAT_CSV_STRAY_QUOTE' || code === 'FORMAT_CSV_UNCLOSED_QUOTE';
}

interface FaultyRowsOptions {
  readonly memory: TaskMemory;
  readonly columns: readonly { readonly type: DataType }[];
  /** Called for each of them. */
  readonly onFault?: () => void;
}

export class FaultyRows {
  readonly #rows: FaultRows;
  readonly #onFault: () => void;
  #places: LinePlaces | undefined;

  constructor({ memory, columns, onFault = () => {} }: FaultyRowsOptions, kinds: readonly FaultKind[]) {
    const types = columns.map(({ type }) => type);
    this.#rows = new FaultRows(memory, types, kinds);
    this.#onFault = onFault;
  }

  get absent(): readonly Vector[] {
    return this.#rows.absent;
  }

  get hasRows(): boolean {
    return this.#rows.hasRows;
  }

  add(fault: Fault): void {
    this.#onFault();
    this.#rows.add(fault);
  }

  take(): RecordBatch {
    return this.#rows.take();
  }

  /** Those asked for one after another mostly ascend. */
  placesIn({ path }: OpenFile, newline: number): LinePlaces {
    if (this.#places?.path !== path) this.#places = new LinePlaces(path, newline);
    return this.#places;
  }

  close(): void {
    this.#rows.close();
  }
}
