/**
 * Names of types: SQL's own and the aliases that DuckDB has for them. `decimal` alone is decimal(18,3), `decimal(5)` is
 * decimal(5,0). Lengths of texts are read and mean nothing.
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
  STRING,
  TIMESTAMP,
} from '../columnar/data-type.js';
import { suggest } from '../spec/suggest.js';
import type { TypeNode } from './ast.js';
import { type ExprProblem, fail, ProblemFound } from './problem.js';
import { TokenStream } from './token-stream.js';

const SIMPLE_TYPES: Readonly<Record<string, DataType>> = {
  boolean: BOOLEAN,
  bool: BOOLEAN,
  logical: BOOLEAN,
  int: INT,
  integer: INT,
  int4: INT,
  int32: INT,
  signed: INT,
  bigint: BIGINT,
  int8: BIGINT,
  int64: BIGINT,
  long: BIGINT,
  double: DOUBLE,
  float8: DOUBLE,
  string: STRING,
  text: STRING,
  varchar: STRING,
  char: STRING,
  bpchar: STRING,
  date: DATE,
  timestamp: TIMESTAMP,
  datetime: TIMESTAMP,
  bytes: BYTES,
  blob: BYTES,
  bytea: BYTES,
  binary: BYTES,
  varbinary: BYTES,
  json: JSON_TEXT,
};

/** Types that others have and leat does not: the one to take. */
const OTHER_TYPES: Readonly<Record<string, string>> = {
  float: 'double',
  real: 'double',
  float4: 'double',
  number: 'decimal(p,s), bigint or double',
  tinyint: 'int',
  smallint: 'int',
  short: 'int',
  int2: 'int',
  hugeint: 'decimal(38,0)',
  ubigint: 'decimal(20,0)',
  uinteger: 'bigint',
  timestamptz: 'timestamp, which is UTC',
  time: 'string',
  uuid: 'string',
};

const TYPE_WORDS = ['boolean', 'int', 'bigint', 'double', 'decimal', 'string', 'date', 'timestamp', 'bytes', 'json'];

export type TypeResult = { readonly type: DataType } | { readonly problems: readonly ExprProblem[] };

/** A whole text that is the name of a type, as a schema has it. */
export function parseType(text: string): TypeResult {
  try {
    const tokens = new TokenStream(text);
    const node = parseTypeNode(tokens);
    if (tokens.next.kind !== 'end') tokens.unexpected('the end of the type');
    return { type: resolveType(node) };
  } catch (error) {
    if (error instanceof ProblemFound) return { problems: error.problems };
    throw error;
  }
}

export function parseTypeNode(tokens: TokenStream): TypeNode {
  const { next } = tokens;
  if (next.kind !== 'name') tokens.unexpected('a type');
  tokens.take();
  const args: string[] = [];
  if (next.text.toLowerCase() === 'double') tokens.takeWord('precision');
  const opened = tokens.next.span;
  if (tokens.takeOperator('(')) {
    do {
      if (tokens.next.kind !== 'number') tokens.unexpected('a whole number');
      args.push(tokens.take().text);
    } while (tokens.takeOperator(','));
    tokens.expectClose(opened);
  }
  return { name: next.text, args, span: { start: next.span.start, end: tokens.lastEnd } };
}

export function resolveType({ name, args, span }: TypeNode): DataType {
  const word = name.toLowerCase();
  if (word === 'decimal' || word === 'numeric' || word === 'dec') return decimalOf(args, span);
  const type = Object.hasOwn(SIMPLE_TYPES, word) ? SIMPLE_TYPES[word] : undefined;
  if (type === undefined) {
    const other = Object.hasOwn(OTHER_TYPES, word) ? OTHER_TYPES[word] : suggest(word, Object.keys(SIMPLE_TYPES));
    const hint = other === undefined ? `the types are ${TYPE_WORDS.join(', ')}` : `did you mean ${other}?`;
    fail('EXPR_UNKNOWN_TYPE', `${name} is not a type`, span, hint);
  }
  if (args.length > 0 && type.kind !== 'string') {
    fail('EXPR_UNKNOWN_TYPE', `${type.kind} takes nothing in parentheses`, span);
  }
  return type;
}

function decimalOf(args: readonly string[], span: TypeNode['span']): DataType {
  const [precision, scale] = args.length === 0 ? [18, 3] : [Number(args[0]), Number(args[1] ?? 0)];
  const isValid =
    args.length <= 2 &&
    args.every((arg) => /^[0-9]+$/.test(arg)) &&
    precision >= 1 &&
    precision <= MAX_PRECISION &&
    scale <= precision;
  if (!isValid) {
    const hint = `decimal(p,s) has p digits, 1 to ${MAX_PRECISION}, of which s stand behind the point`;
    fail('EXPR_UNKNOWN_TYPE', `decimal(${args.join(',')}) is not a type`, span, hint);
  }
  return decimal(precision, scale);
}
