/** What is wrong with a row that is no JSON, in words: where, what was found, what could stand there, what to do. */
import { type LeatError, leatError } from '../../errors.js';
import { LF } from '../../kernels/csv-kernels.js';
import {
  NO_CHARACTER,
  NO_COLON,
  NO_DIGIT,
  NO_ELEMENT_END,
  NO_ESCAPE,
  NO_KEY,
  NO_MEMBER_END,
  NO_PAIR,
  NO_ROW_END,
  NO_VALUE,
  ROWS_ARE_LINES,
  SECOND_VALUE,
  TOO_DEEP,
} from '../../kernels/jsonl-kernels.js';
import type { CsvHead } from '../csv/head.js';
import { type OpenFile, withOpenFile } from '../csv/open-file.js';
import { placeAt, readBytes, shown } from '../csv/places.js';

const SHOWN_BYTES = 40;
/** Letters before the one that is wrong. */
const LONGEST_WORD = 4;

/** What could stand where something else does, and what to do. */
const EXPECTED: Readonly<Record<number, readonly [what: string, hint: string]>> = {
  [NO_KEY]: ['a key in quotes', 'keys stand in double quotes, and no comma behind the last member'],
  [NO_COLON]: ['a colon behind the key', 'a member is a key in double quotes, a colon and a value'],
  [NO_VALUE]: [
    'a value',
    'a value is a string in double quotes, a number, true, false, null, an object or a list; nothing else is JSON',
  ],
  [NO_MEMBER_END]: [
    'a comma, or the brace that closes the object',
    'look for a quote or a comma that is missing before it',
  ],
  [NO_ELEMENT_END]: [
    'a comma, or the bracket that closes the list',
    'look for a quote or a comma that is missing before it',
  ],
  [NO_CHARACTER]: [
    'a character of a string, or the quote that closes it',
    'a line break in a string is written as \\n, other control characters as \\u0007 and the like',
  ],
  [NO_ESCAPE]: [
    'one of the escapes that JSON has',
    'escapes are \\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u with four hexadecimal digits',
  ],
  [NO_DIGIT]: ['a digit of a number', 'numbers have digits before and behind the point, as in 0.5'],
};

/** `byte`: offset of the one that cannot stand where it does; `mode`: how rows stand in the file. */
export function syntaxError(file: OpenFile, byte: number, code: number, mode: number): LeatError {
  const at = code === NO_VALUE ? wordStart(file, byte) : byte;
  const place = placeAt(file, at, LF);
  const found = foundAt(file, at);
  if (code === SECOND_VALUE) {
    return leatError('FORMAT_JSON_SECOND_VALUE', `${found} is the second value of its key in one object`, {
      place,
      hint: 'keys must differ in an object; mend what writes the file, or read it without that column',
    });
  }
  if (code === TOO_DEEP) {
    return leatError('FORMAT_JSON_SYNTAX', 'a value that holds more than 1000 lists and objects in one another', {
      place,
      hint: 'mend what writes the file: no value is meant to be nested so deeply',
    });
  }
  if (code === NO_PAIR) {
    return leatError('FORMAT_JSON_UTF8', `${found} begins with half of a surrogate pair, which is no character`, {
      place,
      hint: 'whatever wrote the file has cut a character in two; mend the file',
    });
  }
  const [expected, hint] = EXPECTED[code] ?? ofRows(code, found, mode);
  return leatError('FORMAT_JSON_SYNTAX', `expected ${expected}, found ${found}`, { place, hint });
}

/** The same of a file that nobody has open. */
export function syntaxErrorIn(file: CsvHead, at: number, code: number, mode: number): LeatError {
  return withOpenFile(file, (open) => syntaxError(open, at, code, mode));
}

/** An object, or what stands between two of them. */
function ofRows(code: number, found: string, mode: number): readonly [what: string, hint: string] {
  const isBetween = code === NO_ROW_END;
  if (mode !== ROWS_ARE_LINES) {
    const expected = isBetween ? 'a comma, or the bracket that closes the list' : 'an object';
    return [expected, 'a JSON file holds one list of objects, or objects one behind another'];
  }
  const hint = found.startsWith('"[')
    ? 'a file that is one list of objects is read with `format: json`'
    : 'each line holds one object and nothing else; `format: json` also reads objects over several lines';
  return [isBetween ? 'the end of the line behind the object' : 'an object', hint];
}

/** Of the word that is none: where it begins, and not where it goes wrong. */
function wordStart(file: OpenFile, at: number): number {
  const from = Math.max(0, at - LONGEST_WORD);
  const before = readBytes(file, from, at - from).toString('latin1');
  return at - /[a-z]*$/.exec(before)![0].length;
}

function foundAt(file: OpenFile, at: number): string {
  if (at >= file.size) return 'the end of the file';
  const text = readBytes(file, at, SHOWN_BYTES).toString('utf8');
  const line = text.split(/\r?\n/, 1)[0];
  return line === '' ? 'the end of the line' : shown(line);
}
