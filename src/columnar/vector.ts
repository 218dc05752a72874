/**
 * One column of one batch. A vector owns nothing: it names addresses in managed memory that belong to whoever made it
 * (a chain's scratch, the block that was read) and is valid until the maker is called again.
 */
import type { Arena } from '../memory/arena.js';
import { type DataType, PHYSICAL_BYTES, type Physical, physicalOf } from './data-type.js';

export interface Vector {
  readonly type: DataType;
  readonly physical: Physical;
  /** One value stands for every row: kernels step by 0 instead of by the value's width. */
  isConstant: boolean;
  /** Byte address of the values; aligned to the width of the physical type (i128: 8). */
  values: number;
  /** Byte address of one byte a row (1 valid, 0 null; one byte in all when constant); 0: there are no nulls. */
  validity: number;
  /**
   * Text only: no value of this vector needs quotes in a CSV output with this delimiter and the quote '"'
   * (it was read unquoted from such a file). -1: not known.
   */
  plainDelimiter: number;
}

export function createVector(type: DataType, values = 0, validity = 0, isConstant = false): Vector {
  return { type, physical: physicalOf(type), isConstant, values, validity, plainDelimiter: -1 };
}

/** A vector with room for `rows` values, nulls among them. */
export function allocateVector(arena: Arena, type: DataType, rows: number): Vector {
  const values = arena.allocate(rows * PHYSICAL_BYTES[physicalOf(type)]);
  return createVector(type, values, arena.allocate(rows));
}
