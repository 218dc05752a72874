/** Chooses the overload of a function or operator and makes its arguments fit; what has no overload is explained. */
import { type DataType, isNumeric, JSON_TEXT, STRING, typeName } from '../columnar/data-type.js';
import type { Span } from '../errors.js';
import type { BoundExpr } from './bound.js';
import { besideJson, OPEN_NULL_TYPES } from './coercion.js';
import {
  literalsOf,
  type Refusal,
  type Resolution,
  type ScalarFunction,
  type Signature,
} from './functions/function.js';
import { functionById } from './functions/registry.js';
import { isOpenNull, isOpenText } from './literals.js';
import { coerce } from './operands.js';
import { fail } from './problem.js';

/** A call of the function with this id. */
export function callOf(id: string, args: readonly BoundExpr[], span: Span): BoundExpr {
  return bindCall(functionById(id), args, span);
}

export function bindCall(fn: ScalarFunction, args: readonly BoundExpr[], span: Span): BoundExpr {
  const literals = literalsOf(args);
  let refusal: Refusal | undefined;
  for (const types of readings(args)) {
    const resolution: Resolution = fn.resolve(types, literals);
    if (resolution === undefined) continue;
    if ('refused' in resolution) refusal ??= resolution;
    else return apply(fn, args, resolution, span);
  }
  if (refusal !== undefined) {
    const place = refusal.argument === undefined ? span : args[refusal.argument].span;
    fail('EXPR_ARGUMENTS', refusal.refused, place, refusal.hint);
  }
  return refuseArguments(fn, args, span);
}

function apply(fn: ScalarFunction, args: readonly BoundExpr[], signature: Signature, span: Span): BoundExpr {
  const coerced = args.map((arg, index) => coerce(arg, signature.args[index]));
  return { op: 'call', fn: fn.id, args: coerced, type: signature.result, span };
}

/** The argument types to try, most literal first: json as itself, as the type of another argument, as text. */
function* readings(args: readonly BoundExpr[]): Generator<DataType[]> {
  yield* readingsOf(args, JSON_TEXT);
  if (!args.some((arg) => arg.type.kind === 'json')) return;
  const others = args.filter((arg) => !isOpenNull(arg) && !isOpenText(arg) && arg.type.kind !== 'json');
  for (const type of [...others.map((arg) => besideJson(arg.type)), STRING]) yield* readingsOf(args, type);
}

/** NULLs as the type of another argument, then as anything; bare texts as text, then as the type of another argument. */
function* readingsOf(args: readonly BoundExpr[], json: DataType): Generator<DataType[]> {
  const typeOf = ({ type }: BoundExpr): DataType => (type.kind === 'json' ? json : type);
  const typed = args.filter((arg) => !isOpenNull(arg) && !isOpenText(arg)).map(typeOf);
  const others = [...typed, ...(args.some(isOpenText) ? [STRING] : []), ...OPEN_NULL_TYPES];
  const nullTypes = args.some(isOpenNull) ? others : others.slice(0, 1);
  const textTypes = args.some(isOpenText) ? [STRING, ...typed] : [STRING];
  for (const textType of textTypes) {
    for (const nullType of nullTypes) {
      yield args.map((arg) => (isOpenNull(arg) ? nullType : isOpenText(arg) ? textType : typeOf(arg)));
    }
  }
}

const OPERATOR_SYMBOL = /^(?:a (\S+) b|(-)a)$/;

function refuseArguments(fn: ScalarFunction, args: readonly BoundExpr[], span: Span): never {
  const types = args.map((arg) => (isOpenNull(arg) ? 'NULL' : typeName(arg.type)));
  const symbol = OPERATOR_SYMBOL.exec(fn.usage);
  if (symbol === null) {
    const given = types.length === 0 ? 'no arguments' : `(${types.join(', ')})`;
    const called = `it is called so: ${fn.usage}`;
    const hint = args.some((arg) => arg.type.kind === 'json') ? `CAST the json to what it is; ${called}` : called;
    return fail('EXPR_ARGUMENTS', `${fn.id} does not take ${given}`, span, hint);
  }
  const operator = symbol[1] ?? symbol[2];
  const message = COMPARISONS.has(operator)
    ? `${types.join(' and ')} cannot be compared`
    : `${operator} does not take ${types.join(' and ')}`;
  return fail('EXPR_TYPE_MISMATCH', message, span, operatorHint(operator, args));
}

const COMPARISONS: ReadonlySet<string> = new Set(['=', '<>', '<', '<=', '>', '>=']);

function operatorHint(operator: string, args: readonly BoundExpr[]): string | undefined {
  const has = (test: (type: DataType) => boolean): BoundExpr | undefined => args.find((arg) => test(arg.type));
  if (has((type) => type.kind === 'json') !== undefined) return 'say what the json is: CAST(x AS double)';
  const text = has((type) => type.kind === 'string');
  const number = has(isNumeric);
  const name = text?.op === 'column' ? text.name : 'x';
  if (operator === '+' && text !== undefined && args.every((arg) => arg.type.kind === 'string')) {
    return 'texts are joined with ||';
  }
  if (operator.endsWith('LIKE') && number !== undefined) {
    return `CAST(${number.op === 'column' ? number.name : 'x'} AS string) makes a text of it`;
  }
  if (text !== undefined && number !== undefined)
    return `CAST(${name} AS ${typeName(number.type)}) makes a number of it`;
  if (has((type) => type.kind === 'boolean') !== undefined)
    return 'CASE WHEN condition THEN 1 ELSE 0 END makes a number';
  if (text !== undefined) {
    const other = args.find((arg) => arg.type.kind !== 'string');
    return other === undefined ? undefined : `CAST(${name} AS ${typeName(other.type)})`;
  }
  const isDated = ({ kind }: DataType): boolean => kind === 'date' || kind === 'timestamp';
  if (has(isDated) === undefined) return undefined;
  if (number !== undefined && COMPARISONS.has(operator)) return "a date is written so: date '2026-11-01'";
  if (args.length === 2 && args.every((arg) => isDated(arg.type))) {
    const isDay = args.every((arg) => arg.type.kind === 'date');
    return `date_diff('${isDay ? 'day' : 'second'}', a, b) counts what lies between two ${isDay ? 'dates' : 'times'}`;
  }
  if (operator === '-' && args[0].type.kind !== 'timestamp' && number === args[0]) {
    return "days are taken off a date, date - 1; date_diff('day', a, b) counts those between two dates";
  }
  if (has(({ kind }) => kind === 'timestamp') !== undefined)
    return "time is added as an interval: x + INTERVAL '1 day'";
  return undefined;
}
