/** Columns as the kernels that write values know them. */
import type { DataType } from '../../columnar/data-type.js';
import { PHYSICAL_BYTES } from '../../columnar/data-type.js';
import type { Vector } from '../../columnar/vector.js';
import { assertNever, leatError } from '../../errors.js';
import {
  KIND_BIGINT,
  KIND_BOOLEAN,
  KIND_BYTES,
  KIND_DATE,
  KIND_DECIMAL,
  KIND_DOUBLE,
  KIND_INT,
  KIND_JSON,
  KIND_PLAIN_TEXT,
  KIND_TEXT,
  KIND_TIMESTAMP,
  KIND_WIDE_DECIMAL,
} from '../../kernels/csv-kernels.js';
import type { Heap } from '../../memory/heap.js';

/** Writes ASSEMBLE_COLUMN_BYTES at `address`. `isPlain`: it is text that needs no quotes. */
export function describeColumn(
  { u32 }: Heap,
  { type, physical, isConstant, values, validity }: Vector,
  address: number,
  isPlain: boolean,
): void {
  const column = address >>> 2;
  u32[column] = kindOf(type, isPlain);
  u32[column + 1] = values;
  u32[column + 2] = isConstant ? 0 : PHYSICAL_BYTES[physical];
  u32[column + 3] = validity;
  u32[column + 4] = isConstant ? 0 : 1;
  u32[column + 5] = type.kind === 'decimal' ? type.scale : 0;
}

/** How a column is written; `isPlain`: text that needs no quotes. */
function kindOf(type: DataType, isPlain: boolean): number {
  switch (type.kind) {
    case 'decimal':
      return type.precision <= 18 ? KIND_DECIMAL : KIND_WIDE_DECIMAL;
    case 'string':
      return isPlain ? KIND_PLAIN_TEXT : KIND_TEXT;
    case 'boolean':
      return KIND_BOOLEAN;
    case 'int':
      return KIND_INT;
    case 'bigint':
      return KIND_BIGINT;
    case 'double':
      return KIND_DOUBLE;
    case 'date':
      return KIND_DATE;
    case 'timestamp':
      return KIND_TIMESTAMP;
    case 'bytes':
      return KIND_BYTES;
    case 'json':
      return KIND_JSON;
    default:
      return assertNever(type, 'type');
  }
}

/** Bytes that a value takes at most when it is written, of types for which there is a most. */
export function mostValueBytes(type: DataType): number {
  switch (type.kind) {
    case 'boolean':
      return 5;
    case 'int':
      return 11;
    case 'bigint':
      return 20;
    case 'double':
      return 24;
    case 'date':
      return 20;
    case 'timestamp':
      return 40;
    case 'decimal':
      // A sign, a point, a zero before it.
      return type.precision + 3;
    case 'string':
    case 'bytes':
    case 'json':
      throw leatError('INTERNAL', `a ${type.kind} of any length`);
    default:
      return assertNever(type, 'type');
  }
}
