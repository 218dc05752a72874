/**
 * A bound expression as SQL, for people: `explain` shows it. It parses again; conversions that the binder added, and the
 * types of literals, are left out as their author left them out.
 */
import { type DataType, typeName } from '../columnar/data-type.js';
import { formatValue } from '../columnar/text.js';
import type { Value } from '../columnar/value.js';
import { assertNever } from '../errors.js';
import type { BoundCall, BoundCase, BoundExpr } from './bound.js';
import { BINARY_LEVELS, LEVEL } from './precedence.js';
import { RESERVED_WORDS } from './token-stream.js';

export function printBound(expr: BoundExpr): string {
  return printAt(expr, LEVEL.or);
}

/** A name as an expression needs it: bare where it can be, else in double quotes. */
function printName(name: string): string {
  const isBare = /^[\p{L}_][\p{L}\p{M}\p{N}_]*$/u.test(name) && !RESERVED_WORDS.has(name.toLowerCase());
  return isBare ? name : `"${name.replaceAll('"', '""')}"`;
}

/** With parentheses where it binds less tightly than `level`. */
function printAt(expr: BoundExpr, level: number): string {
  const [text, own] = print(expr);
  return own < level ? `(${text})` : text;
}

type Printed = readonly [text: string, level: number];

function print(expr: BoundExpr): Printed {
  switch (expr.op) {
    case 'literal':
      return printLiteral(expr.value, expr.type);
    case 'column':
      return [`${expr.side === undefined ? '' : `${expr.side}.`}${printName(expr.name)}`, LEVEL.primary];
    case 'call':
      return printCall(expr);
    case 'and':
    case 'or': {
      const own = expr.op === 'and' ? LEVEL.and : LEVEL.or;
      return [expr.args.map((arg) => printAt(arg, own + 1)).join(` ${expr.op.toUpperCase()} `), own];
    }
    case 'not':
      return [`NOT ${printAt(expr.arg, LEVEL.not)}`, LEVEL.not];
    case 'is_null':
      return [`${printAt(expr.arg, LEVEL.comparison)} IS ${expr.negated ? 'NOT ' : ''}NULL`, LEVEL.is];
    case 'is_distinct': {
      const [left, right] = [expr.left, expr.right].map((operand) => printAt(operand, LEVEL.membership));
      return [`${left} IS ${expr.negated ? 'NOT ' : ''}DISTINCT FROM ${right}`, LEVEL.is];
    }
    case 'case':
      return [printCase(expr), LEVEL.primary];
    case 'coalesce':
      return [`coalesce(${expr.args.map(printBound).join(', ')})`, LEVEL.primary];
    case 'in': {
      const values = expr.values.map((value) => printLiteral(value, expr.arg.type)[0]);
      const list = [...values, ...(expr.hasNull ? ['NULL'] : [])].join(', ');
      return [`${printAt(expr.arg, LEVEL.concat)} ${expr.negated ? 'NOT ' : ''}IN (${list})`, LEVEL.membership];
    }
    case 'cast': {
      if (expr.span === expr.arg.span) return print(expr.arg);
      const name = expr.try ? 'TRY_CAST' : 'CAST';
      return [`${name}(${printBound(expr.arg)} AS ${typeName(expr.type)})`, LEVEL.primary];
    }
    default:
      return assertNever(expr, 'expression');
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function printLiteral(value: Value, type: DataType): Printed {
  const text = formatValue(value, type);
  if (value === null || type.kind === 'boolean') return [text.toUpperCase(), LEVEL.primary];
  if (type.kind === 'json') return [`CAST(${quoted(value as string)} AS json)`, LEVEL.primary];
  if (type.kind === 'bytes') return [`CAST(${quoted(text)} AS bytes)`, LEVEL.primary];
  if (type.kind === 'string') return [quoted(text), LEVEL.primary];
  if (type.kind === 'date' || type.kind === 'timestamp') return [`${type.kind} ${quoted(text)}`, LEVEL.primary];
  if (typeof value === 'number' && !Number.isFinite(value)) return [`CAST('${text}' AS double)`, LEVEL.primary];
  return [text, signLevel(text)];
}

function signLevel(text: string): number {
  return text.startsWith('-') ? LEVEL.sign : LEVEL.primary;
}

function printCase({ whens, otherwise }: BoundCase): string {
  const branches = whens.map(({ when, then }) => ` WHEN ${printBound(when)} THEN ${printBound(then)}`);
  const rest = otherwise === null ? '' : ` ELSE ${printBound(otherwise)}`;
  return `CASE${branches.join('')}${rest} END`;
}

/** Functions that are written as operators. */
const OPERATORS: Readonly<Record<string, string>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  int_divide: '//',
  modulo: '%',
  equal: '=',
  not_equal: '<>',
  less: '<',
  less_equal: '<=',
  greater: '>',
  greater_equal: '>=',
  concat_operator: '||',
};

function printCall({ fn, args }: BoundCall): Printed {
  const symbol = OPERATORS[fn];
  if (symbol !== undefined) {
    const level = BINARY_LEVELS[symbol];
    // Operators of one level group from the left; comparisons do not chain.
    const left = printAt(args[0], level === LEVEL.comparison ? level + 1 : level);
    return [`${left} ${symbol} ${printAt(args[1], level + 1)}`, level];
  }
  switch (fn) {
    case 'negate': {
      // A sign before digits would make a literal of both.
      const [operand] = args;
      const isLiteral = operand.op === 'literal';
      const text = isLiteral
        ? `CAST(${printBound(operand)} AS ${typeName(operand.type)})`
        : printAt(operand, LEVEL.cast);
      return [`-${text}`, LEVEL.sign];
    }
    case 'like':
    case 'ilike': {
      const [text, pattern, escapeText] = args.map((arg) => printAt(arg, LEVEL.concat));
      const tail = escapeText === undefined ? '' : ` ESCAPE ${escapeText}`;
      return [`${text} ${fn.toUpperCase()} ${pattern}${tail}`, LEVEL.membership];
    }
    case 'add_interval':
      return printInterval(args);
    case 'time_bucket': {
      const [months, micros, value, origin] = args.map(printBound);
      const width = months === '0' ? `INTERVAL (${micros}) MICROSECOND` : `INTERVAL (${months}) MONTH`;
      return [`time_bucket(${width}, ${value}, ${origin})`, LEVEL.primary];
    }
    case 'json_path': {
      const [value, path] = args;
      const steps = path.op === 'literal' ? String(path.value).slice(1) : '';
      return [`${printAt(value, LEVEL.primary)}${steps}`, LEVEL.primary];
    }
    case 'current_date':
      return [fn, LEVEL.primary];
    case 'random':
    case 'uuid':
      return [`${fn}()`, LEVEL.primary];
    default:
      return [`${fn}(${args.map(printBound).join(', ')})`, LEVEL.primary];
  }
}

const INTERVAL_UNITS = ['MONTH', 'DAY', 'MICROSECOND'];

function printInterval([base, ...amounts]: readonly BoundExpr[]): Printed {
  const added = amounts.flatMap((amount, index) =>
    amount.op === 'literal' && Number(amount.value) === 0 && amount.value !== null
      ? []
      : [`INTERVAL (${printBound(amount)}) ${INTERVAL_UNITS[index]}`],
  );
  const text = [printAt(base, LEVEL.sum), ...(added.length === 0 ? ['INTERVAL (0) DAY'] : added)].join(' + ');
  return [text, LEVEL.sum];
}
