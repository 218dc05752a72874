/**
 * The types of the language and how each lies in memory.
 *
 * | type               | physical | in memory                                  | as an interpreter value        |
 * |--------------------|----------|--------------------------------------------|--------------------------------|
 * | boolean            | u8       | 0 or 1                                     | boolean                        |
 * | int                | i32      |                                            | number                         |
 * | bigint             | i64      |                                            | bigint                         |
 * | double             | f64      |                                            | number                         |
 * | decimal(p<=18, s)  | i64      | unscaled value                             | bigint (unscaled)              |
 * | decimal(p>18, s)   | i128     | unscaled value, two's complement, low first | bigint (unscaled)             |
 * | string             | text     | u32 address, u32 length in bytes (UTF-8)   | string                         |
 * | date               | i32      | days since 1970-01-01                      | number                         |
 * | timestamp          | i64      | microseconds since 1970-01-01T00:00:00Z    | bigint                         |
 * | bytes              | text     | u32 address, u32 length                    | string, a character a byte     |
 * | json               | text     | the same; JSON as written, no blanks around | string                        |
 *
 * SQL NULL is `null` for the interpreter and a zero validity byte in memory.
 */
import { assertNever } from '../errors.js';

export type DataType =
  | { readonly kind: 'boolean' }
  | { readonly kind: 'int' }
  | { readonly kind: 'bigint' }
  | { readonly kind: 'double' }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'string' }
  | { readonly kind: 'date' }
  | { readonly kind: 'timestamp' }
  | { readonly kind: 'bytes' }
  | { readonly kind: 'json' };

export type TypeKind = DataType['kind'];

/** How values of a type lie in memory. */
export type Physical = 'u8' | 'i32' | 'i64' | 'i128' | 'f64' | 'text';

export const BOOLEAN: DataType = Object.freeze({ kind: 'boolean' });
export const INT: DataType = Object.freeze({ kind: 'int' });
export const BIGINT: DataType = Object.freeze({ kind: 'bigint' });
export const DOUBLE: DataType = Object.freeze({ kind: 'double' });
export const STRING: DataType = Object.freeze({ kind: 'string' });
export const DATE: DataType = Object.freeze({ kind: 'date' });
export const TIMESTAMP: DataType = Object.freeze({ kind: 'timestamp' });
export const BYTES: DataType = Object.freeze({ kind: 'bytes' });
export const JSON_TEXT: DataType = Object.freeze({ kind: 'json' });

/** The largest precision of a decimal. */
export const MAX_PRECISION = 38;
/** Decimals up to this precision are 64-bit integers in memory. */
export const MAX_I64_PRECISION = 18;

export function decimal(precision: number, scale: number): DataType {
  return Object.freeze({ kind: 'decimal', precision, scale });
}

export function physicalOf(type: DataType): Physical {
  switch (type.kind) {
    case 'boolean':
      return 'u8';
    case 'int':
    case 'date':
      return 'i32';
    case 'bigint':
    case 'timestamp':
      return 'i64';
    case 'double':
      return 'f64';
    case 'decimal':
      return type.precision <= MAX_I64_PRECISION ? 'i64' : 'i128';
    case 'string':
    case 'bytes':
    case 'json':
      return 'text';
    default:
      return assertNever(type, 'type');
  }
}

/** Bytes a value takes in a vector. */
export const PHYSICAL_BYTES: Readonly<Record<Physical, number>> = { u8: 1, i32: 4, i64: 8, i128: 16, f64: 8, text: 8 };

export function typesEqual(a: DataType, b: DataType): boolean {
  if (a.kind !== b.kind) return false;
  if (a.kind === 'decimal' && b.kind === 'decimal') return a.precision === b.precision && a.scale === b.scale;
  return true;
}

/** The type as the language writes it. */
export function typeName(type: DataType): string {
  return type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : type.kind;
}

/** The same in a sentence: an int, a date, json. */
export function aTypeName(type: DataType): string {
  const name = typeName(type);
  return type.kind === 'json' || type.kind === 'bytes' ? name : `${/^[aeiou]/.test(name) ? 'an' : 'a'} ${name}`;
}

export function isNumeric(type: DataType): boolean {
  return type.kind === 'int' || type.kind === 'bigint' || type.kind === 'double' || type.kind === 'decimal';
}
