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
import { ROWS_ARE_LINES } from '../../kernels/jsonl-kernels.js';
import { rowFault } from '../../kernels/twins/jsonl-twin-index.js';
import { type CsvHead, readHead } from '../csv/head.js';
import { inferType } from '../csv/infer-type.js';
import { shown } from '../csv/places.js';
import type { InputFile } from '../input-file.js';
import { type JsonFile, type JsonFormat, jsonFileOf } from './json-file.js';
import { type Member, type MemberKind, membersOf, nestedEnd } from './members.js';
import { syntaxErrorIn } from './syntax-error.js';

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

interface SampledValue extends Member {
  readonly line: number;
}

/** The first file that has rows tells. Throws FORMAT_JSON_SYNTAX, FORMAT_JSON_EMPTY and what `readHead` throws. */
export function sampleJson(files: readonly InputFile[], format: JsonFormat): JsonSample {
  for (const file of files) {
    let head = readHead(file, SAMPLE_BYTES, 'JSON');
    let values = valuesOf(head, format);
    while (values.size === 0 && !head.isWhole && head.bytes.length < MAX_HEAD_BYTES) {
      head = readHead(file, head.bytes.length * 4, 'JSON');
      values = valuesOf(head, format);
    }
    if (values.size > 0) return sampleOf(file.path, values);
  }
  throw leatError('FORMAT_JSON_EMPTY', 'there are no rows that would tell which columns there are', {
    place: { file: files[0].path },
    hint: 'a `schema:` says which columns there are',
  });
}

function sampleOf(path: string, values: ReadonlyMap<string, readonly SampledValue[]>): JsonSample {
  const columns = [...values.values()];
  const types: DataType[] = [];
  const typeOf = (column: number): DataType => {
    types[column] ??= typeOfValues(columns[column]);
    return types[column];
  };
  return {
    names: [...values.keys()],
    typeOf,
    oddText: (column) => {
      if (typeOf(column).kind !== 'string') return undefined;
      const known = columns[column].filter(({ kind }) => kind !== 'null');
      const odd = known.filter(({ kind }) => kind === 'string' || kind === 'nested');
      if (odd.length === 0 || 2 * odd.length >= known.length) return undefined;
      return { text: shown(odd[0].text), place: { file: path, line: odd[0].line } };
    },
  };
}

/** Values by their keys, those of the rows that are whole; a first row that is none is an error. */
function valuesOf(head: CsvHead, format: JsonFormat): ReadonlyMap<string, readonly SampledValue[]> {
  const file = jsonFileOf(head, format);
  const values = new Map<string, SampledValue[]>();
  const text = head.bytes.toString('utf8', file.dataOffset);
  let line = 1 + lineEnds(head.bytes.toString('latin1', 0, file.dataOffset));
  let at = 0;
  for (const { start, end } of rowsOf(text, file, head.isWhole)) {
    line += lineEnds(text.slice(at, start));
    at = start;
    const row = text.slice(start, end);
    if (!isObject(row)) {
      if (values.size === 0) throw firstRowError(head, file, Buffer.byteLength(text.slice(0, start)));
      break;
    }
    for (const member of membersOf(row)) {
      const known = values.get(member.key);
      if (known === undefined) values.set(member.key, [{ ...member, line }]);
      else known.push({ ...member, line });
    }
  }
  return values;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Where rows begin and end; the last one only when it is whole. */
function* rowsOf(text: string, { mode }: JsonFile, isWhole: boolean): Generator<Range> {
  const first = mode === ROWS_ARE_LINES ? /[^ \t\r\n]/g : /[^ \t\r\n,\]]/g;
  for (let at = 0; ; ) {
    first.lastIndex = at;
    const found = first.exec(text);
    if (found === null) return;
    const start = found.index;
    const end = mode === ROWS_ARE_LINES ? text.indexOf('\n', start) : nestedEnd(text, start);
    if (end < 0 && !isWhole) return;
    at = end < 0 ? text.length : end;
    yield { start, end: at };
  }
}

function isObject(row: string): boolean {
  try {
    JSON.parse(row);
    return row.startsWith('{');
  } catch {
    return false;
  }
}

/** `start`: bytes from the first row's place to the row that is wrong. */
function firstRowError(head: CsvHead, file: JsonFile, start: number): Error {
  const bytes = new Uint8Array(head.bytes.length + 1);
  bytes.set(head.bytes);
  const fault = rowFault(bytes, file.dataOffset + start, file.mode);
  return syntaxErrorIn(head, fault.at, fault.code, file.mode);
}

function lineEnds(text: string): number {
  return text.split('\n').length - 1;
}

function typeOfValues(values: readonly SampledValue[]): DataType {
  const kinds = new Set<MemberKind>(values.map(({ kind }) => kind));
  kinds.delete('null');
  if (kinds.size !== 1) return STRING;
  const texts = values.flatMap(({ kind, text }) => (kind === 'null' ? [] : [text]));
  if (kinds.has('boolean')) return BOOLEAN;
  if (kinds.has('number')) return numberType(texts);
  if (kinds.has('nested')) return JSON_TEXT;
  const type = inferType(texts);
  return type.kind === 'date' || type.kind === 'timestamp' ? type : STRING;
}

/** The narrowest that holds all of them exactly; a double where one has places or an exponent. */
function numberType(texts: readonly string[]): DataType {
  if (!texts.every((text) => INTEGER.test(text))) return DOUBLE;
  if (texts.every((text) => text.replace('-', '').length <= INT_DIGITS)) return INT;
  if (texts.every((text) => parseValue(text, BIGINT) !== undefined)) return BIGINT;
  return texts.every((text) => parseValue(text, WIDEST) !== undefined) ? WIDEST : DOUBLE;
}
