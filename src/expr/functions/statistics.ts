/** Functions of the results of aggregations, which the aggregate functions are made of. No expression calls them by name. */
import { BIGINT, type DataType, DOUBLE, decimal, INT, MAX_PRECISION } from '../../columnar/data-type.js';
import { textBytes } from '../../columnar/text-bytes.js';
import type { Value } from '../../columnar/value.js';
import { distinctMark } from '../../kernels/distinct-mark.js';
import { nearestDouble } from '../../kernels/exact-ratio.js';
import { distinctMarkEmit, distinctMarkWidth } from '../compiler/distinct-mark-emit.js';
import { doublesEmit } from '../compiler/math-emit.js';
import { EvaluationError } from '../evaluation-error.js';
import { neverFails, type ScalarFunction } from './function.js';

/** What a + b loses by rounding (Knuth). */
function sumRest(a: number, b: number): number {
  const sum = a + b;
  const t = sum - a;
  return a - (sum - t) + (b - t);
}

const SPLIT = 2 ** 27 + 1;

/** What x * y loses by rounding (Dekker); 0 where the parts are out of range. */
function productRest(x: number, y: number): number {
  const product = x * y;
  const [cx, cy] = [SPLIT * x, SPLIT * y];
  const xHigh = cx - (cx - x);
  const yHigh = cy - (cy - y);
  const [xLow, yLow] = [x - xHigh, y - yHigh];
  const rest = xLow * yLow - (product - xHigh * yHigh - xLow * yHigh - xHigh * yLow);
  return Number.isFinite(rest) ? rest : 0;
}

/** A number in twice the precision: high + low, |low| at most half an ulp of high. */
type Pair = readonly [high: number, low: number];

function pair(high: number, low: number): Pair {
  const sum = high + low;
  return [sum, sumRest(high, low)];
}

function times([a, aLow]: Pair, [b, bLow]: Pair): Pair {
  return pair(a * b, productRest(a, b) + (a * bLow + aLow * b));
}

function minus([a, aLow]: Pair, [b, bLow]: Pair): Pair {
  return pair(a - b, sumRest(a, -b) + (aLow - bLow));
}

function by([a, aLow]: Pair, n: number): Pair {
  const quotient = a / n;
  const rest = a - quotient * n - productRest(quotient, n) + aLow;
  return pair(quotient, rest / n);
}

/** sum of (a - mean of a) * (b - mean of b), from n and exact sums in two parts: of a, of b, of a * b. */
function comoment([n, a, aRest, b, bRest, ab, abRest, lost]: readonly number[], isSquare: boolean): number {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return Number.NaN;
  if (!Number.isFinite(ab)) {
    throw new EvaluationError('EXPR_OVERFLOW', 'the sum of the squares of a group is outside the range of double');
  }
  const products = pair(...plus(pair(ab, abRest), lost));
  const [moment] = minus(products, by(times(pair(a, aRest), pair(b, bRest)), n));
  return isSquare ? Math.max(0, moment) : moment;
}

function plus([high, low]: Pair, x: number): Pair {
  return [high + x, sumRest(high, x) + low];
}

function internal(
  id: string,
  args: readonly DataType[],
  evaluate: (args: readonly number[]) => number | null,
): ScalarFunction {
  return {
    ...{ id, aliases: [], usage: id, summary: '', examples: [] },
    resolve: (types) => (types.length === args.length ? { args, result: DOUBLE } : undefined),
    nullRule: 'propagate',
    mayFail: neverFails,
    evaluate: (values) => evaluate(values.map(Number)),
  };
}

export const STATISTICS: readonly ScalarFunction[] = [
  {
    ...internal('distinct_mark', [], () => null),
    resolve: (args) => ({ args, result: INT }),
    evaluate: ([value]: readonly Value[], { args: [type] }) =>
      distinctMark(typeof value === 'string' ? textBytes(value, type) : value!, distinctMarkWidth(type)),
    emit: distinctMarkEmit,
  },
  {
    ...internal('product_rest', [DOUBLE, DOUBLE], ([x, y]) => productRest(x, y)),
    emit: doublesEmit(productRest),
  },
  {
    ...internal('comoment', [BIGINT, ...Array<DataType>(7).fill(DOUBLE)], (sums) => {
      const [, a, aRest, b, bRest] = sums;
      return comoment(sums, a === b && aRest === bRest);
    }),
    mayFail: () => true,
  },
  {
    ...internal('comoment_of_ints', [BIGINT, ...Array<DataType>(3).fill(decimal(MAX_PRECISION, 0))], () => null),
    evaluate: (sums) => {
      const [n, a, b, ab] = sums.map((sum) => BigInt(sum as bigint));
      return n === 0n ? null : nearestDouble(n * ab - a * b, n);
    },
  },
  internal('mean_square_pop', [DOUBLE, BIGINT], ([sum, n]) => (n === 0 ? null : sum / n)),
  internal('mean_square_samp', [DOUBLE, BIGINT], ([sum, n]) => (n < 2 ? null : sum / (n - 1))),
  internal('slope', [DOUBLE, DOUBLE], ([yx, xx]) => yx / xx),
  internal('intercept', [DOUBLE, DOUBLE, DOUBLE, DOUBLE], ([yx, xx, y, x]) => (xx === 0 ? null : y - (yx / xx) * x)),
  internal('correlation', [DOUBLE, DOUBLE, DOUBLE], ([yx, yy, xx]) => {
    const product = yy * xx;
    // The product may leave the range of doubles where its root does not.
    const isInRange = product > 1e-290 && product < 1e290;
    return yx / (isInRange ? Math.sqrt(product) : Math.sqrt(yy) * Math.sqrt(xx));
  }),
  internal('determination', [DOUBLE, DOUBLE, DOUBLE], ([yx, yy, xx]) => {
    if (xx === 0) return null;
    return yy === 0 ? 1 : (yx / xx) * (yx / yy);
  }),
];
