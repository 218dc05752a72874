/**
 * Finds out what went wrong in a batch that compiled code gave up on: walks its rows through the interpreter, in order,
 * and throws the error of the lowest row, within the row of the first step.
 */
import { loadPending, type RecordBatch } from '../../columnar/record-batch.js';
import { leatError } from '../../errors.js';
import type { Heap } from '../../memory/heap.js';
import type { CalcProgram, ExprOrigin, RunConstants } from '../calc.js';
import { runRow } from '../calc-interpreter.js';
import type { EvaluationError } from '../evaluation-error.js';
import { readRow, selectedRow } from './row-values.js';

export function walkForError(program: CalcProgram, batch: RecordBatch, heap: Heap, constants: RunConstants): never {
  loadPending(batch);
  for (let k = 0; k < batch.selectedCount; k++) {
    const row = selectedRow(heap, batch.selection, k);
    const outcome = runRow(program, readRow(heap, batch, row), { ...constants, row: batch.origin?.position(row) });
    if (typeof outcome === 'object') throw rowError(outcome.error, outcome.step.origin, batch, row);
  }
  throw leatError('INTERNAL', 'compiled code failed on rows that the interpreter computes');
}

/** The error of a row, at the expression in the pipeline; the row's own place is related. */
function rowError(error: EvaluationError, origin: ExprOrigin, batch: RecordBatch, row: number): Error {
  const place = batch.origin?.place(row);
  return leatError(error.code, `${error.message}, in step ${origin.step}`, {
    place: { file: origin.file, line: origin.line, column: origin.column, length: origin.text.length },
    hint: error.hint,
    related: place === undefined ? [] : [{ place, message: 'the row' }],
    position: batch.origin?.position(row),
    cause: error,
  });
}
