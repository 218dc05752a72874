/** Fields of a date, truncation to units of the calendar, and counts of their boundaries. Weeks begin on Monday. */
import { civilFromDays, daysFromCivil, isoWeekday } from './calendar.js';

/** Units of the calendar, larger than a day or a day. */
export type DayUnit = 'day' | 'week' | 'month' | 'quarter' | 'year' | 'decade' | 'century' | 'millennium';

/** 1 .. 366 */
export function dayOfYear(days: number): number {
  return days - daysFromCivil(civilFromDays(days).year, 1, 1) + 1;
}

export function quarterOf(month: number): number {
  return Math.floor((month - 1) / 3) + 1;
}

/** The ISO 8601 year and week: week 1 is the one with the first Thursday. */
export function isoWeek(days: number): { readonly year: number; readonly week: number } {
  const thursday = days - isoWeekday(days) + 4;
  return { year: civilFromDays(thursday).year, week: Math.floor((dayOfYear(thursday) - 1) / 7) + 1 };
}

/** The first day of the unit that holds `days`. */
export function truncateDays(days: number, unit: DayUnit): number {
  const { year, month } = civilFromDays(days);
  switch (unit) {
    case 'day':
      return days;
    case 'week':
      return days - isoWeekday(days) + 1;
    case 'month':
      return daysFromCivil(year, month, 1);
    case 'quarter':
      return daysFromCivil(year, quarterOf(month) * 3 - 2, 1);
    case 'year':
      return daysFromCivil(year, 1, 1);
    case 'decade':
      return daysFromCivil(Math.trunc(year / 10) * 10, 1, 1);
    case 'century':
      return daysFromCivil(Math.trunc(year / 100) * 100, 1, 1);
    case 'millennium':
      return daysFromCivil(Math.trunc(year / 1000) * 1000, 1, 1);
  }
}

/** How many units begin after `from` up to `to`; negative when `to` comes first. */
export function unitsBetween(from: number, to: number, unit: DayUnit): number {
  return ordinal(to, unit) - ordinal(from, unit);
}

/** Units counted from a fixed point. */
function ordinal(days: number, unit: DayUnit): number {
  if (unit === 'day') return days;
  // 1970-01-01 was a Thursday.
  if (unit === 'week') return Math.floor((days + 3) / 7);
  const { year, month } = civilFromDays(days);
  switch (unit) {
    case 'month':
      return year * 12 + month - 1;
    case 'quarter':
      return year * 4 + quarterOf(month) - 1;
    case 'year':
      return year;
    case 'decade':
      return Math.trunc(year / 10);
    case 'century':
      return Math.trunc(year / 100);
    case 'millennium':
      return Math.trunc(year / 1000);
  }
}

/** The same day some months later, or the last of its month when that lacks the day. */
export function addMonths(days: number, months: number): number {
  const { year, month, day } = civilFromDays(days);
  const first = daysFromCivil(year, month + months, 1);
  const next = daysFromCivil(year, month + months + 1, 1);
  return Math.min(first + day, next) - 1;
}
