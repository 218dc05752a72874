/** Day numbers and civil dates, against JavaScript's own calendar where that reaches and against themselves beyond. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  civilFromDays,
  dayOfMicros,
  daysFromCivil,
  daysInMonth,
  isLeapYear,
  isoWeekday,
  microsOfDay,
} from '../../src/columnar/calendar.js';
import { addMonths, dayOfYear, isoWeek, truncateDays, unitsBetween } from '../../src/columnar/date-fields.js';
import { duckdbRows } from '../support/duckdb.js';
import { random } from '../support/random.js';

describe('the calendar', () => {
  const numbers = random(4);
  const days = [
    0,
    -1,
    59,
    60,
    11016,
    11017,
    -719468,
    -719469,
    ...Array.from({ length: 2000 }, () => numbers.between(-4e6, 4e6)),
  ];

  it('is that of JavaScript dates', () => {
    for (const day of days) {
      const date = new Date(day * 86_400_000);
      const civil = civilFromDays(day);
      assert.deepEqual(civil, { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() });
      assert.equal(daysFromCivil(civil.year, civil.month, civil.day), day);
      assert.equal(isoWeekday(day) % 7, date.getUTCDay());
    }
  });

  it('reaches to both ends of int32', () => {
    for (const day of [-2147483648, 2147483647]) {
      const { year, month, day: ofMonth } = civilFromDays(day);
      assert.equal(daysFromCivil(year, month, ofMonth), day);
      assert.ok(ofMonth <= daysInMonth(year, month));
    }
    assert.ok(isLeapYear(2000) && isLeapYear(0) && !isLeapYear(1900) && isLeapYear(-4));
  });

  it("fields, truncation and distances are DuckDB's", async () => {
    const some = days.slice(0, 300).filter((day) => civilFromDays(day).year > 0);
    const list = some.map((day, index) => `(${index}, DATE '1970-01-01' + ${day})`).join(', ');
    const units = ['week', 'month', 'quarter', 'year', 'decade', 'century', 'millennium'] as const;
    const from = "DATE '1970-01-01'";
    const columns = [
      'dayofyear(d)',
      'week(d)',
      'isoyear(d)',
      ...units.map((unit) => `CAST(date_trunc('${unit}', d) AS date) - ${from}`),
      ...units.slice(1).map((unit) => `date_diff('${unit}', ${from}, d)`),
      `CAST(d + INTERVAL 13 MONTH AS date) - ${from}`,
      `CAST(d - INTERVAL 1 MONTH AS date) - ${from}`,
    ];
    const rows = await duckdbRows(`SELECT ${columns.join(', ')} FROM (VALUES ${list}) AS days(i, d) ORDER BY i`);
    for (const [index, row] of rows.entries()) {
      const day = some[index];
      const { year, week } = isoWeek(day);
      const found = [
        dayOfYear(day),
        week,
        year,
        ...units.map((unit) => truncateDays(day, unit)),
        ...units.slice(1).map((unit) => unitsBetween(0, day, unit)),
        addMonths(day, 13),
        addMonths(day, -1),
      ];
      assert.deepEqual(found.map(String), row, `seed ${numbers.seed}, day ${day}`);
    }
  });

  it('weeks are counted from Monday', () => {
    const sunday = daysFromCivil(2020, 5, 3);
    assert.equal(unitsBetween(sunday, sunday + 1, 'week'), 1);
    assert.equal(unitsBetween(sunday + 1, sunday + 7, 'week'), 0);
  });

  it('time before 1970 belongs to the day that it is in', () => {
    assert.equal(dayOfMicros(-1n), -1);
    assert.equal(microsOfDay(-1n), 86_399_999_999n);
    assert.equal(dayOfMicros(-86_400_000_000n), -1);
    assert.equal(microsOfDay(-86_400_000_000n), 0n);
  });
});
