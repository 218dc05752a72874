/**
 * How columns of the language lie in Parquet files. All of them may be null.
 *
 * | type             | physical                | logical                      |
 * |------------------|-------------------------|------------------------------|
 * | boolean          | BOOLEAN                 |                              |
 * | int              | INT32                   | INT(32, signed)              |
 * | bigint           | INT64                   | INT(64, signed)              |
 * | double           | DOUBLE                  |                              |
 * | decimal(p<=9,s)  | INT32                   | DECIMAL(p, s)                |
 * | decimal(p<=18,s) | INT64                   | DECIMAL(p, s)                |
 * | decimal(p>18,s)  | FIXED_LEN_BYTE_ARRAY 16 | DECIMAL(p, s)                |
 * | string           | BYTE_ARRAY              | STRING                       |
 * | bytes            | BYTE_ARRAY              |                              |
 * | json             | BYTE_ARRAY              | JSON                         |
 * | date             | INT32                   | DATE                         |
 * | timestamp        | INT64                   | TIMESTAMP(micros, UTC)       |
 */
import { type DataType, MAX_I64_PRECISION } from '../../columnar/data-type.js';
import type { Field } from '../../columnar/schema.js';
import { assertNever } from '../../errors.js';
import {
  PLAIN_BYTE,
  PLAIN_F64,
  PLAIN_I32,
  PLAIN_I64,
  PLAIN_TEXT,
  PLAIN_WIDE,
} from '../../kernels/parquet-write-kernels.js';
import { CONVERTED_TYPE, PHYSICAL_TYPE, REPETITION, type SchemaElement } from './metadata.js';

/** How plain values lie in a spool and in pages: what the kernels are told. */
export interface PlainLayout {
  readonly kind: number;
  /** Bytes of a value; of a text those of its length. */
  readonly width: number;
}

const WIDE_BYTES = 16;
/** Decimals up to this precision fit into 32 bits. */
const MAX_I32_PRECISION = 9;

export function plainLayout(type: DataType): PlainLayout {
  switch (type.kind) {
    case 'boolean':
      return { kind: PLAIN_BYTE, width: 1 };
    case 'int':
    case 'date':
      return { kind: PLAIN_I32, width: 4 };
    case 'bigint':
    case 'timestamp':
      return { kind: PLAIN_I64, width: 8 };
    case 'double':
      return { kind: PLAIN_F64, width: 8 };
    case 'decimal':
      if (type.precision <= MAX_I32_PRECISION) return { kind: PLAIN_I32, width: 4 };
      if (type.precision <= MAX_I64_PRECISION) return { kind: PLAIN_I64, width: 8 };
      return { kind: PLAIN_WIDE, width: WIDE_BYTES };
    case 'string':
    case 'bytes':
    case 'json':
      return { kind: PLAIN_TEXT, width: 4 };
    default:
      return assertNever(type, 'type');
  }
}

const PHYSICAL_OF_PLAIN: Readonly<Record<number, number>> = {
  [PLAIN_BYTE]: PHYSICAL_TYPE.BOOLEAN,
  [PLAIN_I32]: PHYSICAL_TYPE.INT32,
  [PLAIN_I64]: PHYSICAL_TYPE.INT64,
  [PLAIN_F64]: PHYSICAL_TYPE.DOUBLE,
  [PLAIN_WIDE]: PHYSICAL_TYPE.FIXED_LEN_BYTE_ARRAY,
  [PLAIN_TEXT]: PHYSICAL_TYPE.BYTE_ARRAY,
};

export function physicalTypeOf(type: DataType): number {
  return PHYSICAL_OF_PLAIN[plainLayout(type).kind];
}

export function schemaElement({ name, type }: Field): SchemaElement {
  const physical = physicalTypeOf(type);
  return {
    name,
    type: physical,
    repetitionType: REPETITION.OPTIONAL,
    ...(physical === PHYSICAL_TYPE.FIXED_LEN_BYTE_ARRAY ? { typeLength: WIDE_BYTES } : {}),
    ...logicalType(type),
  };
}

/** In the newer and in the older way. */
function logicalType(type: DataType): Partial<SchemaElement> {
  switch (type.kind) {
    case 'boolean':
    case 'double':
    case 'bytes':
      return {};
    case 'json':
      return { convertedType: CONVERTED_TYPE.JSON, logicalType: { json: {} } };
    case 'int':
      return { convertedType: CONVERTED_TYPE.INT_32, logicalType: { integer: { bitWidth: 32, isSigned: true } } };
    case 'bigint':
      return { convertedType: CONVERTED_TYPE.INT_64, logicalType: { integer: { bitWidth: 64, isSigned: true } } };
    case 'decimal': {
      const { precision, scale } = type;
      return {
        convertedType: CONVERTED_TYPE.DECIMAL,
        precision,
        scale,
        logicalType: { decimal: { precision, scale } },
      };
    }
    case 'string':
      return { convertedType: CONVERTED_TYPE.UTF8, logicalType: { string: {} } };
    case 'date':
      return { convertedType: CONVERTED_TYPE.DATE, logicalType: { date: {} } };
    case 'timestamp':
      return {
        convertedType: CONVERTED_TYPE.TIMESTAMP_MICROS,
        logicalType: { timestamp: { isAdjustedToUTC: true, unit: { micros: {} } } },
      };
    default:
      return assertNever(type, 'type');
  }
}
