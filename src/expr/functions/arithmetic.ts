/**
 * + - * / // % and the sign. Integers and decimals are exact and fail when the result does not fit its type; doubles
 * follow IEEE 754 (so `/` by zero is infinite or NaN); `//` and `%` of exact numbers by zero are NULL. All as DuckDB has
 * it, except that `//` is for integers only.
 */
import {
  BIGINT,
  DATE,
  type DataType,
  DOUBLE,
  decimal,
  INT,
  isNumeric,
  MAX_I64_PRECISION,
  MAX_PRECISION,
  typeName,
} from '../../columnar/data-type.js';
import { isDateInRange } from '../../columnar/date-text.js';
import { BIGINT_MIN, fitsExact, INT_MIN } from '../../columnar/range.js';
import { formatValue } from '../../columnar/text.js';
import type { Value } from '../../columnar/value.js';
import { asDecimal, commonType } from '../coercion.js';
import {
  addEmit,
  divideEmit,
  intDivideEmit,
  moduloEmit,
  multiplyEmit,
  negateEmit,
  subtractEmit,
} from '../compiler/arithmetic-emit.js';
import { EvaluationError } from '../evaluation-error.js';
import { neverFails, type Resolution, type ScalarFunction, type Signature } from './function.js';

const isInteger = (type: DataType): boolean => type.kind === 'int' || type.kind === 'bigint';
const isExactResult = (types: Signature): boolean => types.result.kind !== 'double';

/** Integers stay integers, anything with a double is double; undefined when it is a matter of decimals or worse. */
function integersOrDoubles(a: DataType, b: DataType): Signature | undefined {
  if (!isNumeric(a) || !isNumeric(b)) return undefined;
  const type = commonType(a, b);
  return type === undefined || type.kind === 'decimal' ? undefined : { args: [type, type], result: type };
}

/**
 * A result of more than 18 digits out of operands of at most 18 stays at 18 (64 bits in memory), as in DuckDB: faster,
 * and an overflow is an error, never a wrong number.
 */
function boundedPrecision(needed: number, widestOperand: number, scale: number): number {
  if (needed > MAX_I64_PRECISION && widestOperand <= MAX_I64_PRECISION && scale < MAX_I64_PRECISION) {
    return MAX_I64_PRECISION;
  }
  return Math.min(needed, MAX_PRECISION);
}

function resolveSum([a, b]: readonly DataType[], subtract: boolean): Resolution {
  const simple = integersOrDoubles(a, b);
  if (simple !== undefined) return simple;
  const left = asDecimal(a);
  const right = asDecimal(b);
  if (left !== undefined && right !== undefined) {
    const scale = Math.max(left.scale, right.scale);
    const whole = Math.max(left.precision - left.scale, right.precision - right.scale);
    const needed = whole + scale + 1;
    // Unlike for products, DuckDB does not look at the scale here.
    const precision =
      needed > MAX_I64_PRECISION && Math.max(left.precision, right.precision) <= MAX_I64_PRECISION
        ? MAX_I64_PRECISION
        : Math.min(needed, MAX_PRECISION);
    const type = decimal(precision, scale);
    return { args: [type, type], result: type };
  }
  if (a.kind === 'date' && b.kind === 'int') return { args: [DATE, INT], result: DATE };
  if (a.kind === 'int' && b.kind === 'date' && !subtract) return { args: [INT, DATE], result: DATE };
  if (a.kind === 'date' && b.kind === 'date' && subtract) return { args: [DATE, DATE], result: BIGINT };
  return undefined;
}

function resolveProduct([a, b]: readonly DataType[]): Resolution {
  const simple = integersOrDoubles(a, b);
  if (simple !== undefined) return simple;
  const left = asDecimal(a);
  const right = asDecimal(b);
  if (left === undefined || right === undefined) return undefined;
  const scale = left.scale + right.scale;
  if (scale > MAX_PRECISION) {
    return {
      refused: `the product of ${typeName(left)} and ${typeName(right)} would have ${scale} digits after the point, and 38 is the most`,
      hint: 'CAST one of them to a decimal with a smaller scale, or to double',
    };
  }
  const widest = Math.max(left.precision, right.precision);
  const precision = boundedPrecision(left.precision + right.precision, widest, scale);
  return { args: [left, right], result: decimal(precision, scale) };
}

/** The exact result in its own representation, or the overflow error. */
function checked(value: bigint, { result }: Signature, describe: () => string): Value {
  if (result.kind === 'date') {
    const days = Number(value);
    if (!isDateInRange(days)) throw new EvaluationError('EXPR_OVERFLOW', `${describe()} is not a date`);
    return days;
  }
  if (!fitsExact(value, result)) {
    const hint =
      result.kind === 'decimal'
        ? 'CAST an operand to a wider decimal, or to double'
        : `CAST an operand to ${result.kind === 'int' ? 'bigint' : 'decimal(38,0)'}`;
    throw new EvaluationError('EXPR_OVERFLOW', `${describe()} does not fit ${typeName(result)}`, hint);
  }
  return result.kind === 'int' ? Number(value) : value;
}

type Exact = (a: bigint, b: bigint) => bigint;
type Approximate = (a: number, b: number) => number;

/** Evaluates by exact integers or by doubles, as the result's type says. */
function arithmetic(symbol: string, exact: Exact, approximate: Approximate): ScalarFunction['evaluate'] {
  return ([a, b], types) => {
    if (types.result.kind === 'double') return approximate(a as number, b as number);
    const left = BigInt(a as number | bigint);
    const right = BigInt(b as number | bigint);
    const [leftType, rightType] = types.args;
    return checked(
      exact(left, right),
      types,
      () => `${formatValue(a, leftType)} ${symbol} ${formatValue(b, rightType)}`,
    );
  };
}

const evaluateIntDivide = arithmetic(
  '//',
  (a, b) => a / b,
  (a, b) => Math.trunc(a / b),
);

const evaluateModulo = arithmetic(
  '%',
  (a, b) => a % b,
  (a, b) => a % b,
);

export const ARITHMETIC: readonly ScalarFunction[] = [
  {
    id: 'add',
    aliases: [],
    usage: 'a + b',
    summary: 'Sum; a date plus whole days is a date.',
    examples: [
      ['1 + 2', '3'],
      ['1.5 + 2', '3.5'],
      ["date '2026-01-31' + 1", '2026-02-01'],
    ],
    resolve: (args) => (args.length === 2 ? resolveSum(args, false) : undefined),
    nullRule: 'propagate',
    mayFail: isExactResult,
    evaluate: arithmetic(
      '+',
      (a, b) => a + b,
      (a, b) => a + b,
    ),
    emit: addEmit,
  },
  {
    id: 'subtract',
    aliases: [],
    usage: 'a - b',
    summary: 'Difference; of two dates, in days.',
    examples: [
      ['1 - 2', '-1'],
      ['2.25 - 1.5', '0.75'],
      ["date '2026-03-01' - date '2026-02-01'", '28'],
      ["date '2026-03-01' - 1", '2026-02-28'],
    ],
    resolve: (args) => (args.length === 2 ? resolveSum(args, true) : undefined),
    nullRule: 'propagate',
    // Two dates are never more than 2^32 days apart.
    mayFail: (types) => isExactResult(types) && types.args[1].kind !== 'date',
    evaluate: arithmetic(
      '-',
      (a, b) => a - b,
      (a, b) => a - b,
    ),
    emit: subtractEmit,
  },
  {
    id: 'multiply',
    aliases: [],
    usage: 'a * b',
    summary: 'Product.',
    examples: [
      ['6 * 7', '42'],
      ['1.5 * 2.25', '3.375'],
    ],
    resolve: (args) => (args.length === 2 ? resolveProduct(args) : undefined),
    nullRule: 'propagate',
    mayFail: isExactResult,
    evaluate: arithmetic(
      '*',
      (a, b) => a * b,
      (a, b) => a * b,
    ),
    emit: multiplyEmit,
  },
  {
    id: 'divide',
    aliases: [],
    usage: 'a / b',
    summary: 'Quotient as a double, of any two numbers; by zero it is infinite or NaN.',
    examples: [
      ['7 / 2', '3.5'],
      ['1 / 0', 'inf'],
    ],
    resolve: ([a, b, ...more]) =>
      more.length === 0 && b !== undefined && isNumeric(a) && isNumeric(b)
        ? { args: [DOUBLE, DOUBLE], result: DOUBLE }
        : undefined,
    nullRule: 'propagate',
    mayFail: neverFails,
    evaluate: ([a, b]) => (a as number) / (b as number),
    emit: divideEmit,
  },
  {
    id: 'int_divide',
    aliases: [],
    usage: 'a // b',
    summary: 'Quotient of integers, cut off towards zero; by zero it is NULL.',
    examples: [
      ['7 // 2', '3'],
      ['-7 // 2', '-3'],
      ['7 // 0', 'NULL'],
    ],
    resolve: ([a, b]) => {
      if (!isNumeric(a) || !isNumeric(b)) return undefined;
      if (isInteger(a) && isInteger(b)) return integersOrDoubles(a, b);
      return {
        refused: '// divides integers',
        hint: 'write floor(a / b), or a / b for the quotient with its fraction',
      };
    },
    nullRule: 'propagate',
    mayFail: isExactResult,
    evaluate: (args, types, constants) => (Number(args[1]) === 0 ? null : evaluateIntDivide(args, types, constants)),
    emit: intDivideEmit,
  },
  {
    id: 'modulo',
    aliases: ['mod'],
    usage: 'a % b',
    summary: 'Rest of the division that is cut off towards zero; of exact numbers by zero it is NULL.',
    examples: [
      ['7 % 3', '1'],
      ['-7 % 3', '-1'],
      ['7.5 % 2', '1.5'],
      ['7 % 0', 'NULL'],
    ],
    resolve: ([a, b, ...more]) => {
      if (more.length > 0 || b === undefined || !isNumeric(a) || !isNumeric(b)) return undefined;
      const type = commonType(a, b);
      return type === undefined ? undefined : { args: [type, type], result: type };
    },
    nullRule: 'propagate',
    // Only the smallest integer by -1 fails.
    mayFail: (types) => isInteger(types.result),
    evaluate: (args, types, constants) => {
      const [a, b] = args;
      if (types.result.kind === 'double') return (a as number) % (b as number);
      if (Number(b) === 0) return null;
      const smallest = types.result.kind === 'int' ? a === INT_MIN : isInteger(types.result) && a === BIGINT_MIN;
      if (smallest && Number(b) === -1) {
        throw new EvaluationError('EXPR_OVERFLOW', `${a} / ${b} does not fit ${typeName(types.result)}`);
      }
      return evaluateModulo(args, types, constants);
    },
    emit: moduloEmit,
  },
  {
    id: 'negate',
    aliases: [],
    usage: '-a',
    summary: 'The number with the other sign.',
    examples: [
      ['-(1 + 2)', '-3'],
      ['-(1.5)', '-1.5'],
    ],
    resolve: (args) => (args.length === 1 && isNumeric(args[0]) ? { args, result: args[0] } : undefined),
    nullRule: 'propagate',
    mayFail: (types) => isInteger(types.result),
    evaluate: ([a], types) => {
      if (types.result.kind === 'double') return -(a as number);
      if (types.result.kind === 'int') {
        if (a === INT_MIN) throw new EvaluationError('EXPR_OVERFLOW', `-(${a}) does not fit int`, 'CAST it to bigint');
        return a === 0 ? 0 : -(a as number);
      }
      return checked(-(a as bigint), types, () => `-(${formatValue(a, types.args[0])})`);
    },
    emit: negateEmit,
  },
];
