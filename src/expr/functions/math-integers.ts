/** Functions of whole numbers. What does not fit its type fails; nothing wraps around. */
import { BIGINT, decimal, INT } from '../../columnar/data-type.js';
import { BIGINT_MAX } from '../../columnar/range.js';
import type { Value } from '../../columnar/value.js';
import { EvaluationError } from '../evaluation-error.js';
import { define, type Overload } from './define.js';
import type { ScalarFunction } from './function.js';

const size = (value: bigint): bigint => (value < 0n ? -value : value);

function fitting(value: bigint, describe: () => string): bigint {
  if (value > BIGINT_MAX) throw new EvaluationError('EXPR_OVERFLOW', `${describe()} does not fit bigint`);
  return value;
}

function commonDivisor(a: bigint, b: bigint): bigint {
  let [left, right] = [size(a), size(b)];
  while (right !== 0n) [left, right] = [right, left % right];
  return left;
}

function gcd([a, b]: readonly Value[]): bigint {
  return fitting(commonDivisor(a as bigint, b as bigint), () => `gcd(${a}, ${b})`);
}

function lcm([a, b]: readonly Value[]): bigint {
  if (a === 0n || b === 0n) return 0n;
  const product = size((a as bigint) / commonDivisor(a as bigint, b as bigint)) * size(b as bigint);
  return fitting(product, () => `lcm(${a}, ${b})`);
}

/** 33! is the last that 38 digits hold. */
const LAST_FACTORIAL = 33;

function factorial([value]: readonly Value[]): bigint {
  const count = value as number;
  if (count < 0) throw new EvaluationError('EXPR_DOMAIN', 'there is no factorial of a negative number');
  if (count > LAST_FACTORIAL) throw new EvaluationError('EXPR_OVERFLOW', `${count}! has more than 38 digits`);
  let product = 1n;
  for (let factor = 2n; factor <= BigInt(count); factor++) product *= factor;
  return product;
}

function bitCount(value: Value, width: number): number {
  let rest = BigInt.asUintN(width, BigInt(value as number | bigint));
  let count = 0;
  for (; rest !== 0n; rest &= rest - 1n) count++;
  return count;
}

const TWO_BIGINTS: readonly Overload[] = [[[BIGINT, BIGINT], BIGINT]];

export const INTEGERS: readonly ScalarFunction[] = [
  define({
    id: 'gcd',
    aliases: ['greatest_common_divisor'],
    usage: 'gcd(a, b)',
    summary: 'The greatest common divisor.',
    examples: [['gcd(12, 18)', '6']],
    takes: TWO_BIGINTS,
    mayFail: true,
    evaluate: gcd,
  }),
  define({
    id: 'lcm',
    aliases: ['least_common_multiple'],
    usage: 'lcm(a, b)',
    summary: 'The least common multiple.',
    examples: [['lcm(4, 6)', '12']],
    takes: TWO_BIGINTS,
    mayFail: true,
    evaluate: lcm,
  }),
  define({
    id: 'factorial',
    usage: 'factorial(integer)',
    summary: 'The product of the whole numbers up to it, as a decimal(38,0).',
    examples: [['factorial(20)', '2432902008176640000']],
    takes: [[[INT], decimal(38, 0)]],
    mayFail: true,
    evaluate: factorial,
  }),
  define({
    id: 'bit_count',
    usage: 'bit_count(integer)',
    summary: 'How many of the 32 or 64 bits are set.',
    examples: [
      ['bit_count(7)', '3'],
      ['bit_count(-1)', '32'],
    ],
    takes: [
      [[INT], INT],
      [[BIGINT], INT],
    ],
    evaluate: ([value], { args: [type] }) => bitCount(value, type.kind === 'int' ? 32 : 64),
  }),
  define({
    id: 'xor',
    usage: 'xor(a, b)',
    summary: 'The bits that are set in one of both.',
    examples: [['xor(5, 3)', '6']],
    takes: [[[INT, INT], INT], ...TWO_BIGINTS],
    evaluate: ([a, b]) => (typeof a === 'bigint' ? a ^ (b as bigint) : (a as number) ^ (b as number)),
  }),
];
