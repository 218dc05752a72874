/** What a row group says of the values of a column: the least, the greatest, how many are null. */
import { type DataType, physicalOf } from '../../columnar/data-type.js';
import type { Value } from '../../columnar/value.js';
import { MILLIS_TO_MICROS, NANOS_TO_MICROS, U32_TO_I64 } from '../../kernels/parquet-kernels.js';
import type { LeafType } from './leaf-form.js';
import type { ColumnMetaData } from './metadata.js';

/**
 * Undefined: not known. Of texts the bytes, in which they are ordered, and which may be cut short. NaN is greater than
 * the greatest and is not counted.
 */
export interface ColumnRange {
  readonly least?: NonNullable<Value> | Uint8Array;
  readonly greatest?: NonNullable<Value> | Uint8Array;
  readonly hasNulls: boolean;
  readonly hasValues: boolean;
}

export function rangeOf({ statistics = {}, numValues }: ColumnMetaData, leafType: LeafType): ColumnRange {
  const { minValue, maxValue, min, max, nullCount } = statistics;
  // The old fields were compared as if all bytes were signed.
  const [least, greatest] = isSigned(leafType) ? [minValue ?? min, maxValue ?? max] : [minValue, maxValue];
  const [a, b] = [statisticOf(least, leafType), statisticOf(greatest, leafType)];
  const isKnown = !Number.isNaN(a) && !Number.isNaN(b);
  return {
    least: isKnown ? a : undefined,
    greatest: isKnown ? b : undefined,
    hasNulls: nullCount !== 0,
    hasValues: nullCount === undefined || nullCount < numValues,
  };
}

function isSigned({ type, form }: LeafType): boolean {
  if (form.kind !== 'numbers') return false;
  return form.convert !== U32_TO_I64 && !isUnsigned(type, form.width);
}

/** Integers of 64 bits without a sign. */
function isUnsigned(type: DataType, width: number): boolean {
  return width === 8 && type.kind === 'decimal' && physicalOf(type) === 'i128';
}

function statisticOf(
  bytes: Uint8Array | undefined,
  { type, form }: LeafType,
): NonNullable<Value> | Uint8Array | undefined {
  if (bytes === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  switch (form.kind) {
    case 'bits':
      return bytes.length === 1 ? bytes[0] !== 0 : undefined;
    case 'text':
      return type.kind === 'string' ? bytes : undefined;
    case 'big-endian': {
      if (bytes.length === 0) return undefined;
      const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
      return BigInt.asIntN(8 * bytes.length, value);
    }
    case 'numbers':
      return bytes.length === form.width ? numberOf(view, type, form) : undefined;
    default:
      return undefined;
  }
}

function numberOf(
  view: DataView,
  type: DataType,
  { width, convert }: { readonly width: number; readonly convert: number },
): NonNullable<Value> | undefined {
  if (type.kind === 'double') {
    if (width === 2) return undefined;
    return width === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
  }
  if (width === 4) {
    if (convert === U32_TO_I64) return BigInt(view.getUint32(0, true));
    const value = view.getInt32(0, true);
    return type.kind === 'int' || type.kind === 'date' ? value : BigInt(value);
  }
  if (width !== 8) return undefined;
  const value = isUnsigned(type, width) ? view.getBigUint64(0, true) : view.getBigInt64(0, true);
  if (convert === MILLIS_TO_MICROS) return value * 1000n;
  if (convert === NANOS_TO_MICROS) return (value - (((value % 1000n) + 1000n) % 1000n)) / 1000n;
  return value;
}
