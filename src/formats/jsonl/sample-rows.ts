/** The rows in the first bytes of a JSON file. One that is not well formed ends the look; the run will say what is wrong with it. */
import { ROWS_ARE_LINES } from '../../kernels/jsonl-kernels.js';
import { rowFault } from '../../kernels/twins/jsonl-twin-index.js';
import type { CsvHead } from '../csv/head.js';
import { type JsonFile, type JsonFormat, jsonFileOf } from './json-file.js';
import { membersOf, nestedEnd } from './members.js';
import { syntaxErrorIn } from './syntax-error.js';

/** A whole number that is written with places or an exponent, perhaps in a text. */
const LONG_INTEGER = /[0-9]\.0*(?![0-9])|[0-9][eE]/;
const INDEX_KEY = /"[0-9]+"\s*:/;

export class SampleRow {
  /** What JSON.parse makes of it. */
  readonly object: Readonly<Record<string, unknown>>;
  readonly line: () => number;
  readonly #text: string;
  #hasLongIntegers: boolean | undefined;
  #members: ReadonlyMap<string, string> | undefined;

  constructor(text: string, object: Readonly<Record<string, unknown>>, line: () => number) {
    this.#text = text;
    this.object = object;
    this.line = line;
  }

  /** In their order: JavaScript's objects put keys that are numbers first. */
  get keys(): readonly string[] {
    return INDEX_KEY.test(this.#text) ? membersOf(this.#text).map(({ key }) => key) : Object.keys(this.object);
  }

  /** A whole number as it is written. */
  integerText(key: string, value: number): string {
    this.#hasLongIntegers ??= LONG_INTEGER.test(this.#text);
    if (!this.#hasLongIntegers && Number.isSafeInteger(value)) return String(value);
    this.#members ??= new Map(membersOf(this.#text).map((member) => [member.key, member.text]));
    return this.#members.get(key)!;
  }
}

/** A first row that is none is an error, FORMAT_JSON_SYNTAX. */
export function sampleRows(head: CsvHead, format: JsonFormat): readonly SampleRow[] {
  const file = jsonFileOf(head, format);
  const text = head.bytes.toString('utf8', file.dataOffset);
  const rows: SampleRow[] = [];
  for (const [start, end] of boundsOf(text, file, head.isWhole)) {
    const row = text.slice(start, end);
    const object = objectOf(row);
    if (object === undefined) {
      if (rows.length === 0) throw firstRowError(head, file, Buffer.byteLength(text.slice(0, start)));
      break;
    }
    const before = (): string => head.bytes.toString('utf8', 0, file.dataOffset) + text.slice(0, start);
    rows.push(new SampleRow(row, object, () => before().split('\n').length));
  }
  return rows;
}

/** Where rows begin and end; the last one only when it is whole. */
function* boundsOf(text: string, { mode }: JsonFile, isWhole: boolean): Generator<readonly [number, number]> {
  const first = mode === ROWS_ARE_LINES ? /[^ \t\r\n]/g : /[^ \t\r\n,\]]/g;
  for (let at = 0; ; ) {
    first.lastIndex = at;
    const found = first.exec(text);
    if (found === null) return;
    const end = mode === ROWS_ARE_LINES ? text.indexOf('\n', found.index) : nestedEnd(text, found.index);
    if (end < 0 && !isWhole) return;
    at = end < 0 ? text.length : end;
    yield [found.index, at];
  }
}

function objectOf(row: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(row) as Readonly<Record<string, unknown>>;
    return row.startsWith('{') ? value : undefined;
  } catch {
    return undefined;
  }
}

/** `start`: bytes from the first row's place to the row that is wrong. */
function firstRowError(head: CsvHead, file: JsonFile, start: number): Error {
  const bytes = new Uint8Array(head.bytes.length + 1);
  bytes.set(head.bytes);
  const fault = rowFault(bytes, file.dataOffset + start, file.mode);
  return syntaxErrorIn(head, fault.at, fault.code, file.mode);
}
