/**
 * Variances, correlations and regressions: scalar expressions over exact sums. The sum of squares (or of products) is
 * kept with what each product loses by rounding, so the result is as good as if it had been computed once, of all rows,
 * in twice the precision; and it is the same in whatever parts and order the rows came. Of ints the sums are whole numbers,
 * of products too, and nothing is rounded but the result.
 */
import { BIGINT, DOUBLE, decimal, MAX_PRECISION } from '../../columnar/data-type.js';
import type { Span } from '../../errors.js';
import { callOf } from '../bind-call.js';
import type { BoundExpr } from '../bound.js';
import type { Example } from '../functions/function.js';
import { coerce } from '../operands.js';
import { doubleArgument, numberArgument } from './accumulators.js';
import type { AggregateFunction, AggregateSite } from './aggregate-function.js';

/** y where x is not null. */
function where(y: BoundExpr, x: BoundExpr): BoundExpr {
  const { span } = y;
  const when: BoundExpr = { op: 'is_null', negated: true, arg: x, type: { kind: 'boolean' }, span };
  return { op: 'case', whens: [{ when, then: y }], otherwise: null, type: y.type, span };
}

/** The arguments as ints when they all are, else as doubles. */
function sameNumbers(site: AggregateSite, name: string, count: number): BoundExpr[] {
  const numbers = Array.from({ length: count }, (_, index) => numberArgument(site, name, index));
  const areInts = numbers.every(({ type }) => type.kind === 'int');
  return areInts ? numbers : numbers.map((_, index) => doubleArgument(site, name, index));
}

/** Sums over the pairs in which both are there. */
class Pairs {
  readonly #site: AggregateSite;
  readonly #span: Span;
  readonly y: BoundExpr;
  readonly x: BoundExpr;

  constructor(site: AggregateSite, y: BoundExpr, x: BoundExpr) {
    this.#site = site;
    this.#span = site.span;
    this.y = y;
    this.x = x;
  }

  static of(site: AggregateSite, name: string): Pairs {
    const [y, x] = sameNumbers(site, name, 2);
    return new Pairs(site, where(y, x), where(x, y));
  }

  static single(site: AggregateSite, name: string): Pairs {
    const [x] = sameNumbers(site, name, 1);
    return new Pairs(site, x, x);
  }

  count(): BoundExpr {
    return this.#site.accumulate('count', this.x, BIGINT);
  }

  average(of: BoundExpr): BoundExpr {
    return this.#site.accumulate('avg', of, DOUBLE);
  }

  /** Sum of (a - mean of a) * (b - mean of b). */
  comoment(a: BoundExpr, b: BoundExpr): BoundExpr {
    if (a.type.kind === 'int') return this.#comomentOfInts(a, b);
    const sums = (of: BoundExpr): BoundExpr[] => [
      this.#site.accumulate('sum', of, DOUBLE),
      this.#site.accumulate('sum_rest', of, DOUBLE),
    ];
    const product = callOf('multiply', [a, b], this.#span);
    const lost = callOf('product_rest', [a, b], this.#span);
    const rest = this.#site.accumulate('sum', lost, DOUBLE);
    return this.call('comoment', this.count(), ...sums(a), ...sums(b), ...sums(product), rest);
  }

  /** Products of 32-bit numbers have 64 bits. */
  #comomentOfInts(a: BoundExpr, b: BoundExpr): BoundExpr {
    const sum = (of: BoundExpr): BoundExpr => this.#site.accumulate('sum', of, decimal(MAX_PRECISION, 0));
    const product = callOf('multiply', [coerce(a, BIGINT), coerce(b, BIGINT)], this.#span);
    return this.call('comoment_of_ints', this.count(), sum(a), sum(b), sum(product));
  }

  call(fn: string, ...args: BoundExpr[]): BoundExpr {
    return callOf(fn, args, this.#span);
  }
}

function statistic(
  name: string,
  aliases: readonly string[],
  summary: string,
  examples: readonly Example[],
  bind: (numbers: Pairs) => BoundExpr,
): AggregateFunction {
  return {
    ...{ name, aliases, usage: `${name}(number)`, summary, examples, arguments: [1, 1], takesDistinct: true },
    bind: (site) => bind(Pairs.single(site, name)),
  };
}

function ofPairs(
  name: string,
  summary: string,
  examples: readonly Example[],
  bind: (pairs: Pairs) => BoundExpr,
): AggregateFunction {
  return {
    ...{ name, aliases: [], usage: `${name}(y, x)`, summary, examples, arguments: [2, 2], takesDistinct: true },
    bind: (site) => bind(Pairs.of(site, name)),
  };
}

const variance =
  (fn: 'mean_square_pop' | 'mean_square_samp') =>
  (of: Pairs): BoundExpr =>
    of.call(fn, of.comoment(of.y, of.x), of.count());

const deviation =
  (fn: 'mean_square_pop' | 'mean_square_samp') =>
  (of: Pairs): BoundExpr =>
    of.call('sqrt', variance(fn)(of));

const slope = (of: Pairs): BoundExpr => of.call('slope', of.comoment(of.y, of.x), of.comoment(of.x, of.x));

export const STATISTICS: readonly AggregateFunction[] = [
  statistic(
    'var_samp',
    ['variance'],
    'Variance of a sample; null for fewer than two values.',
    [['var_samp(x)', '3.0']],
    variance('mean_square_samp'),
  ),
  statistic('var_pop', [], 'Variance of all there is.', [['var_pop(x)', '2.25']], variance('mean_square_pop')),
  statistic(
    'stddev_samp',
    ['stddev'],
    'Standard deviation of a sample; null for fewer than two values.',
    [['stddev_samp(x)', '1.7320508075688772']],
    deviation('mean_square_samp'),
  ),
  statistic(
    'stddev_pop',
    [],
    'Standard deviation of all there is.',
    [['stddev_pop(x)', '1.5']],
    deviation('mean_square_pop'),
  ),
  statistic('sem', [], 'Standard error of the mean.', [['sem(x)', '0.75']], (of) =>
    of.call('sqrt', of.call('mean_square_pop', variance('mean_square_pop')(of), of.count())),
  ),
  ofPairs(
    'covar_samp',
    'Covariance of a sample of pairs.',
    [['covar_samp(y, x)', '1.3333333333333333']],
    variance('mean_square_samp'),
  ),
  ofPairs('covar_pop', 'Covariance of all pairs.', [['covar_pop(y, x)', '1.0']], variance('mean_square_pop')),
  ofPairs(
    'corr',
    'Correlation of pairs, from -1 to 1; NaN where one side is constant.',
    [['corr(x, x)', '1.0']],
    (of) => of.call('correlation', of.comoment(of.y, of.x), of.comoment(of.y, of.y), of.comoment(of.x, of.x)),
  ),
  ofPairs(
    'regr_slope',
    'Slope of the line through the pairs, by least squares.',
    [['regr_slope(y, x)', '0.4444444444444444']],
    slope,
  ),
  ofPairs(
    'regr_intercept',
    'Where the line through the pairs meets x = 0.',
    [['regr_intercept(y, x)', '2.138888888888889']],
    (of) => {
      const moments = [of.comoment(of.y, of.x), of.comoment(of.x, of.x)];
      return of.call('intercept', ...moments, of.average(of.y), of.average(of.x));
    },
  ),
  ofPairs(
    'regr_r2',
    'How much of the variance of y the line explains: the square of corr.',
    [['regr_r2(y, x)', '0.24521072796934865']],
    (of) => of.call('determination', of.comoment(of.y, of.x), of.comoment(of.y, of.y), of.comoment(of.x, of.x)),
  ),
  ofPairs('regr_count', 'How many pairs there are; bigint.', [['regr_count(y, x)', '4']], (of) => of.count()),
  ofPairs('regr_avgx', 'Mean of x over the pairs.', [['regr_avgx(y, x)', '2.5']], (of) => of.average(of.x)),
  ofPairs('regr_avgy', 'Mean of y over the pairs.', [['regr_avgy(y, x)', '3.25']], (of) => of.average(of.y)),
];
