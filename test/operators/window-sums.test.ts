/** Sums that values are taken out of again, against big integers. Would catch a bit that is lost on the way in or out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doubleUnits, nearestDouble, UNITS } from '../../src/kernels/exact-ratio.js';
import { ExactDoubles } from '../../src/operators/windows/exact-doubles.js';
import { type Random, random } from '../support/random.js';

/** Doubles of all magnitudes; many cancel, tie or lose bits. */
function hardDouble(rng: Random): number {
  const sign = rng.chance(0.5) ? 1 : -1;
  switch (rng.int(6)) {
    case 0:
      return sign * rng.next() * 2 ** rng.between(-1070, 1023);
    case 1:
      return sign * 2 ** rng.between(-1074, 1023);
    case 2:
      return sign * Number.MAX_VALUE;
    case 3:
      return (sign * rng.int(1_000_000)) / 100;
    case 4:
      return rng.pick([NaN, Infinity, -Infinity, 0, -0]);
    default:
      return sign * (1 + 2 ** -52 * rng.int(3)) * 2 ** rng.between(-60, 60);
  }
}

/** What special values make of a sum; undefined: there is none. */
function special(values: readonly number[]): number | undefined {
  const sum = values.filter((value) => !Number.isFinite(value)).reduce((a, b) => a + b, 0);
  return sum === 0 ? undefined : sum;
}

test('a window of doubles moves over many', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const rng = random(seed);
    const most = rng.pick([1, 2, 5, 40]);
    const sums = new ExactDoubles();
    const values: number[] = [];
    for (let step = 0; step < 200; step++) {
      values.push(rng.chance(0.3) && values.length > 0 ? -rng.pick(values) : hardDouble(rng));
      sums.add(values[values.length - 1], 1);
      if (values.length > most) sums.add(values.shift()!, -1);
      const found = special(values);
      if (found !== undefined) {
        assert.deepEqual([sums.sum(), sums.rest()], [found, 0], `seed ${seed}, step ${step}`);
        continue;
      }
      const units = values.reduce((sum, value) => sum + doubleUnits(value), 0n);
      const sum = nearestDouble(units, UNITS);
      const rest = Number.isFinite(sum) ? nearestDouble(units - doubleUnits(sum), UNITS) : 0;
      assert.deepEqual([sums.sum(), sums.rest()], [sum, rest], `seed ${seed}, step ${step}: ${values}`);
      const mean = Number.isFinite(sum) ? sum / values.length : nearestDouble(units, BigInt(values.length) * UNITS);
      assert.equal(sums.average(values.length), mean);
    }
  }
});
