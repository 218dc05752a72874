/**
 * Looks at files before the run: which keys their objects have, in the order in which they first come up, and a type for
 * each out of a sample. Values of one kind make a type; values of several kinds are text, as they stand.
 */
import {
  BIGINT,
  BOOLEAN,
  type DataType,
  DOUBLE,
  decimal,
  INT,
  JSON_TEXT,
  MAX_PRECISION,
  STRING,
} from '../../columnar/data-type.js';
import { parseValue } from '../../columnar/text.js';
import { leatError, type Place } from '../../errors.js';
import { readHead } from '../csv/head.js';
import { inferType } from '../csv/infer-type.js';
import { shown } from '../csv/places.js';
import type { InputFile } from '../input-file.js';
import type { JsonFormat } from './json-file.js';
import { type SampleRow, sampleRows } from './sample-rows.js';

const SAMPLE_BYTES = 256 << 10;
/** A first row must end within this. */
const MAX_HEAD_BYTES = 16 << 20;
/** Integers of at most so many digits are int: what a sample shows must leave room for what comes later. */
const INT_DIGITS = 8;
const INTEGER = /^-?[0-9]+$/;
const WIDEST = decimal(MAX_PRECISION, 0);

export interface JsonSample {
  readonly names: readonly string[];
  /** A type that all sampled values of a column have; string when in doubt. Looked for when first asked. */
  readonly typeOf: (column: number) => DataType;
  /** Why a column is text whose values are mostly something else; undefined when it is not so. */
  readonly oddText: (column: number) => { readonly text: string; readonly place: Place } | undefined;
}

interface SampledValue {
  readonly row: SampleRow;
  readonly value: unknown;
}

/** The first file that has rows tells. Throws FORMAT_JSON_SYNTAX, FORMAT_JSON_EMPTY and what `readHead` throws. */
export function sampleJson(files: readonly InputFile[], format: JsonFormat): JsonSample {
  for (const file of files) {
    let head = readHead(file, SAMPLE_BYTES, 'JSON');
    let rows = sampleRows(head, format);
    while (rows.length === 0 && !head.isWhole && head.bytes.length < MAX_HEAD_BYTES) {
      head = readHead(file, head.bytes.length * 4, 'JSON');
      rows = sampleRows(head, format);
    }
    const names = [...new Set(rows.flatMap(({ keys }) => keys))];
    if (names.length > 0) return sampleOf(file.path, names, rows);
  }
  throw leatError('FORMAT_JSON_EMPTY', 'there are no rows that would tell which columns there are', {
    place: { file: files[0].path },
    hint: 'a `schema:` says which columns there are',
  });
}

function sampleOf(path: string, names: readonly string[], rows: readonly SampleRow[]): JsonSample {
  const types: DataType[] = [];
  const valuesOf = (column: number): SampledValue[] =>
    rows.flatMap((row) => {
      const value = Object.hasOwn(row.object, names[column]) ? row.object[names[column]] : null;
      return value === null ? [] : [{ row, value }];
    });
  const typeOf = (column: number): DataType => {
    types[column] ??= typeOfValues(names[column], valuesOf(column));
    return types[column];
  };
  return {
    names,
    typeOf,
    oddText: (column) => {
      if (typeOf(column).kind !== 'string') return undefined;
      const values = valuesOf(column);
      const odd = values.filter(({ value }) => typeof value === 'string' || typeof value === 'object');
      if (odd.length === 0 || 2 * odd.length >= values.length) return undefined;
      const [{ row, value }] = odd;
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return { text: shown(text), place: { file: path, line: row.line() } };
    },
  };
}

/** `values`: those that are not null. */
function typeOfValues(name: string, values: readonly SampledValue[]): DataType {
  const [kind, ...others] = new Set(values.map(({ value }) => typeof value));
  if (others.length > 0) return STRING;
  switch (kind) {
    case 'boolean':
      return BOOLEAN;
    case 'number':
      return numberType(name, values);
    case 'object':
      return JSON_TEXT;
    case 'string': {
      const type = inferType(values.map(({ value }) => value as string));
      return type.kind === 'date' || type.kind === 'timestamp' ? type : STRING;
    }
    default:
      return STRING;
  }
}

/** The narrowest that holds all of them exactly; a double where one has places or an exponent. */
function numberType(name: string, values: readonly SampledValue[]): DataType {
  if (!values.every(({ value }) => Number.isInteger(value))) return DOUBLE;
  const texts = values.map(({ row, value }) => row.integerText(name, value as number));
  if (!texts.every((text) => INTEGER.test(text))) return DOUBLE;
  if (texts.every((text) => text.replace('-', '').length <= INT_DIGITS)) return INT;
  if (texts.every((text) => parseValue(text, BIGINT) !== undefined)) return BIGINT;
  return texts.every((text) => parseValue(text, WIDEST) !== undefined) ? WIDEST : DOUBLE;
}
