/**
 * How the values of a leaf column become those of a vector:
 *
 *     BOOLEAN                       boolean            FLOAT DOUBLE FLOAT16     double
 *     INT32, INT_8 INT_16 UINT_8 16 int                DECIMAL in all forms     decimal, up to 38 digits
 *     INT64, UINT_32                bigint             DATE                     date
 *     UINT_64                       decimal(20,0)      TIMESTAMP, INT96         timestamp, cut off to microseconds
 *     BYTE_ARRAY, BSON, fixed       bytes              STRING ENUM UUID TIME    string
 *                                                      JSON                     json
 */
import {
  BIGINT,
  BOOLEAN,
  BYTES,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  INT,
  JSON_TEXT,
  MAX_PRECISION,
  physicalOf,
  STRING,
  TIMESTAMP,
} from '../../columnar/data-type.js';
import {
  COPY_32,
  COPY_64,
  F16_TO_F64,
  F32_TO_F64,
  I32_TO_I64,
  I32_TO_I128,
  I64_TO_I128,
  INT96_TO_MICROS,
  MILLIS_TO_MICROS,
  NANOS_TO_MICROS,
  U32_TO_I64,
  U64_TO_I128,
} from '../../kernels/parquet-kernels.js';
import { ParquetFault } from './fault.js';
import { CONVERTED_TYPE, type LogicalType, PHYSICAL_TYPE, type SchemaElement } from './metadata.js';

/** What the bytes of a value are; plain data. `width`: bytes of each, undefined where a length stands before each. */
export type LeafForm =
  | { readonly kind: 'bits' }
  | { readonly kind: 'numbers'; readonly width: number; readonly convert: number }
  | { readonly kind: 'big-endian'; readonly width: number | undefined }
  | { readonly kind: 'text'; readonly width: number | undefined }
  | { readonly kind: 'time'; readonly width: 4 | 8; readonly perSecond: number }
  | { readonly kind: 'uuid'; readonly width: number };

export interface LeafType {
  readonly type: DataType;
  readonly form: LeafForm;
}

const MILLION = 1_000_000;
const BILLION = 1_000_000_000;

/** The type of a leaf, or why it cannot be read. */
export function leafTypeOf(element: SchemaElement): LeafType | ParquetFault {
  const logical = logicalOf(element);
  switch (element.type) {
    case PHYSICAL_TYPE.BOOLEAN:
      return { type: BOOLEAN, form: { kind: 'bits' } };
    case PHYSICAL_TYPE.INT32:
      return int32Type(logical);
    case PHYSICAL_TYPE.INT64:
      return int64Type(logical);
    case PHYSICAL_TYPE.INT96:
      return numbers(TIMESTAMP, 12, INT96_TO_MICROS);
    case PHYSICAL_TYPE.FLOAT:
      return numbers(DOUBLE, 4, F32_TO_F64);
    case PHYSICAL_TYPE.DOUBLE:
      return numbers(DOUBLE, 8, COPY_64);
    case PHYSICAL_TYPE.BYTE_ARRAY:
      return bytesType(logical, undefined);
    case PHYSICAL_TYPE.FIXED_LEN_BYTE_ARRAY: {
      const width = element.typeLength ?? 0;
      if (width < 1) return new ParquetFault(`values of ${width} bytes`);
      return bytesType(logical, width);
    }
    default:
      return new ParquetFault(`the unknown physical type ${element.type}`);
  }
}

function numbers(type: DataType, width: number, convert: number): LeafType {
  return { type, form: { kind: 'numbers', width, convert } };
}

function int32Type({ decimal: shape, date, time, integer }: LogicalType): LeafType | ParquetFault {
  if (shape !== undefined) return decimalType(shape, (isWide) => numbersForm(4, isWide ? I32_TO_I128 : I32_TO_I64));
  if (date !== undefined) return numbers(DATE, 4, COPY_32);
  if (time !== undefined) return { type: STRING, form: { kind: 'time', width: 4, perSecond: 1000 } };
  if (integer?.isSigned === false && integer.bitWidth === 32) return numbers(BIGINT, 4, U32_TO_I64);
  return numbers(INT, 4, COPY_32);
}

function int64Type({ decimal: shape, time, timestamp, integer }: LogicalType): LeafType | ParquetFault {
  if (shape !== undefined) return decimalType(shape, (isWide) => numbersForm(8, isWide ? I64_TO_I128 : COPY_64));
  if (time !== undefined) {
    const perSecond = time.unit.nanos === undefined ? MILLION : BILLION;
    return { type: STRING, form: { kind: 'time', width: 8, perSecond } };
  }
  if (timestamp !== undefined) {
    const { millis, nanos } = timestamp.unit;
    return numbers(TIMESTAMP, 8, millis ? MILLIS_TO_MICROS : nanos ? NANOS_TO_MICROS : COPY_64);
  }
  if (integer?.isSigned === false && integer.bitWidth === 64) return numbers(decimal(20, 0), 8, U64_TO_I128);
  return numbers(BIGINT, 8, COPY_64);
}

function bytesType(logical: LogicalType, width: number | undefined): LeafType | ParquetFault {
  if (logical.decimal !== undefined) return decimalType(logical.decimal, () => ({ kind: 'big-endian', width }));
  if (logical.uuid !== undefined && width === 16) return { type: STRING, form: { kind: 'uuid', width } };
  if (logical.float16 !== undefined && width === 2) return numbers(DOUBLE, 2, F16_TO_F64);
  const isText = logical.string !== undefined || logical.enum !== undefined;
  const type = isText ? STRING : logical.json === undefined ? BYTES : JSON_TEXT;
  return { type, form: { kind: 'text', width } };
}

function numbersForm(width: number, convert: number): LeafForm {
  return { kind: 'numbers', width, convert };
}

function decimalType(
  { precision, scale }: { readonly precision: number; readonly scale: number },
  formOf: (isWide: boolean) => LeafForm,
): LeafType | ParquetFault {
  if (precision < 1 || scale < 0 || scale > precision) {
    return new ParquetFault(`a decimal of ${precision} digits, ${scale} of them behind the point`);
  }
  if (precision > MAX_PRECISION) {
    return new ParquetFault(
      `a decimal of ${precision} digits; leat has up to ${MAX_PRECISION}`,
      'FORMAT_PARQUET_UNSUPPORTED',
    );
  }
  const type = decimal(precision, scale);
  return { type, form: formOf(physicalOf(type) === 'i128') };
}

const MILLIS = { millis: {} };
const MICROS = { micros: {} };

/** The logical type, also where only the older converted type says it. */
function logicalOf({ logicalType, convertedType, precision, scale }: SchemaElement): LogicalType {
  if (logicalType !== undefined) return logicalType;
  switch (convertedType) {
    case CONVERTED_TYPE.UTF8:
      return { string: {} };
    case CONVERTED_TYPE.ENUM:
      return { enum: {} };
    case CONVERTED_TYPE.JSON:
      return { json: {} };
    case CONVERTED_TYPE.DECIMAL:
      return { decimal: { precision: precision ?? 0, scale: scale ?? 0 } };
    case CONVERTED_TYPE.DATE:
      return { date: {} };
    case CONVERTED_TYPE.TIME_MILLIS:
      return { time: { isAdjustedToUTC: true, unit: MILLIS } };
    case CONVERTED_TYPE.TIME_MICROS:
      return { time: { isAdjustedToUTC: true, unit: MICROS } };
    case CONVERTED_TYPE.TIMESTAMP_MILLIS:
      return { timestamp: { isAdjustedToUTC: true, unit: MILLIS } };
    case CONVERTED_TYPE.TIMESTAMP_MICROS:
      return { timestamp: { isAdjustedToUTC: true, unit: MICROS } };
    case CONVERTED_TYPE.UINT_32:
      return { integer: { bitWidth: 32, isSigned: false } };
    case CONVERTED_TYPE.UINT_64:
      return { integer: { bitWidth: 64, isSigned: false } };
    default:
      return {};
  }
}
