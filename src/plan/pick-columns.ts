/** Columns that a projection hands on as they are. */
import type { Schema } from '../columnar/schema.js';
import type { ProjectColumn } from '../dataflow/logical-graph.js';

const NOWHERE = { start: 0, end: 0 };
/** Handing a column on cannot fail, so nobody asks where it stands. */
const NO_ORIGIN = { text: '', file: '', line: 0, column: 0, step: '' };

export function pick(schema: Schema, slots: readonly number[]): readonly ProjectColumn[] {
  return slots.map((slot) => {
    const { name, type } = schema[slot];
    return { name, expr: { op: 'column', slot, name, type, span: NOWHERE }, origin: NO_ORIGIN };
  });
}
