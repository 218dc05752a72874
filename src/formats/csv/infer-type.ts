/**
 * The type of a column out of texts: the narrowest that all of them have, string when in doubt. Numbers with leading
 * zeros or a plus are codes and telephone numbers, so text.
 */
import { BIGINT, BOOLEAN, DATE, type DataType, DOUBLE, INT, STRING, TIMESTAMP } from '../../columnar/data-type.js';
import { parseValue } from '../../columnar/text.js';

const PADDED = /^[ \t]|[ \t]$/;
const INTEGER = /^-?(?:0|[1-9][0-9]*)$/;
const DECIMAL = /^-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;
const WORD = /^(?:nan|[+-]?inf(?:inity)?)$/i;
const TRUTH = /^(?:true|false)$/i;
const DAY = /^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}$/;
const MOMENT = /^[0-9]{4}[-/]/;

/** Integers of at most so many digits are int: what a sample shows must leave room for what comes later. */
const INT_DIGITS = 8;
/** Integers of at most so many characters fit into a bigint. */
const BIGINT_DIGITS = 18;

type Shape = 'boolean' | 'int' | 'bigint' | 'double' | 'word' | 'date' | 'timestamp' | 'string';

/** `texts` are the values that are not null. */
export function inferType(texts: Iterable<string>): DataType {
  let shape: Shape | undefined;
  for (const text of texts) {
    if (shape !== undefined && isStill(shape, text)) continue;
    const other = shapeOf(text);
    shape = shape === undefined ? other : joinShapes(shape, other);
    if (shape === 'string') return STRING;
  }
  return shape === undefined ? STRING : TYPES[shape];
}

/**
 * Of a column that is text the first value that makes it so, where most of the others are something else; its index.
 */
export function oddText(texts: readonly string[]): number | undefined {
  const odd = texts.flatMap((text, index) => (shapeOf(text) === 'string' ? [index] : []));
  return odd.length > 0 && 2 * odd.length < texts.length ? odd[0] : undefined;
}

/** Whether the text is plainly of the shape that was found so far: one test where `shapeOf` needs four. */
function isStill(shape: Shape, text: string): boolean {
  if (shape === 'double') return text.length <= BIGINT_DIGITS && DECIMAL.test(text);
  return shape === 'int' && text.length <= INT_DIGITS && INTEGER.test(text);
}

const TYPES: Readonly<Record<Shape, DataType>> = {
  boolean: BOOLEAN,
  int: INT,
  bigint: BIGINT,
  double: DOUBLE,
  word: DOUBLE,
  date: DATE,
  timestamp: TIMESTAMP,
  string: STRING,
};

const NUMBERS: readonly Shape[] = ['int', 'bigint', 'double', 'word'];

function joinShapes(a: Shape, b: Shape): Shape {
  if (a === b) return a;
  if (NUMBERS.includes(a) && NUMBERS.includes(b))
    return a === 'double' || b === 'double' || a === 'word' || b === 'word' ? 'double' : 'bigint';
  if ((a === 'date' && b === 'timestamp') || (a === 'timestamp' && b === 'date')) return 'timestamp';
  return 'string';
}

function shapeOf(padded: string): Shape {
  if (TRUTH.test(padded)) return 'boolean';
  const text = PADDED.test(padded) ? padded.replace(/^[ \t]+|[ \t]+$/g, '') : padded;
  if (INTEGER.test(text)) {
    if (text.length <= (text[0] === '-' ? INT_DIGITS + 1 : INT_DIGITS)) return 'int';
    return parseValue(text, BIGINT) === undefined ? 'string' : 'bigint';
  }
  if (DECIMAL.test(text)) return 'double';
  if (WORD.test(text)) return 'word';
  if (DAY.test(text)) return parseValue(text, DATE) === undefined ? 'string' : 'date';
  if (MOMENT.test(text)) return parseValue(text, TIMESTAMP) === undefined ? 'string' : 'timestamp';
  return 'string';
}
