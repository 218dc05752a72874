/** Twin: dates and timestamps, by JavaScript's Date (which counts in the proleptic Gregorian calendar, UTC). */
import type { Heap } from '../../memory/heap.js';
import { type ExprKernels, TIME_PARTS } from '../expr-kernels.js';
import { at, visitRows } from './expr-twin-rows.js';

type TimeKernels = Pick<
  ExprKernels,
  'addMicros' | 'truncateTimestamp' | 'partOfDate' | 'partOfTimestamp' | 'dateToTimestamp' | 'timestampToDate'
>;

const DAY_MS = 86_400_000;
const DAY_MICROS = 86_400_000_000n;
const EARLIEST = -106_751_991n * DAY_MICROS;
const LATEST = 2n ** 63n - 1n;
const UNIT_MICROS = [1n, 1000n, 1_000_000n, 60_000_000n, 3_600_000_000n, DAY_MICROS];

const floorDivide = (a: bigint, b: bigint): bigint => (a - (((a % b) + b) % b)) / b;

/** Date counts 8.64e15 ms from 1970, int32 days reach further: whole cycles of 400 years (146097 days) are taken off. */
function civil(days: number): { year: number; month: number; day: number } {
  const cycles = Math.floor(days / 146097);
  const date = new Date((days - cycles * 146097) * DAY_MS);
  return { year: date.getUTCFullYear() + cycles * 400, month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

function dayNumber(year: number, month: number, day: number): number {
  const cycles = Math.floor(year / 400);
  const date = new Date(0);
  date.setUTCFullYear(year - cycles * 400 + 2000, month - 1, day);
  return date.getTime() / DAY_MS + (cycles - 5) * 146097;
}

const weekday = (days: number): number => (((days + 3) % 7) + 7) % 7;

function truncateDays(part: number, days: number): number {
  const { year, month } = civil(days);
  switch (part) {
    case TIME_PARTS.week:
      return days - weekday(days);
    case TIME_PARTS.month:
      return dayNumber(year, month, 1);
    case TIME_PARTS.quarter:
      return dayNumber(year, Math.floor((month - 1) / 3) * 3 + 1, 1);
    case TIME_PARTS.year:
      return dayNumber(year, 1, 1);
    case TIME_PARTS.decade:
      return dayNumber(Math.trunc(year / 10) * 10, 1, 1);
    case TIME_PARTS.century:
      return dayNumber(Math.trunc(year / 100) * 100, 1, 1);
    case TIME_PARTS.millennium:
      return dayNumber(Math.trunc(year / 1000) * 1000, 1, 1);
    default:
      return days;
  }
}

function partOfDays(part: number, days: number): number {
  const { year, month, day } = civil(days);
  const thursday = days - weekday(days) + 3;
  switch (part) {
    case TIME_PARTS.day:
      return day;
    case TIME_PARTS.week:
      return Math.floor((thursday - dayNumber(civil(thursday).year, 1, 1)) / 7) + 1;
    case TIME_PARTS.isoyear:
      return civil(thursday).year;
    case TIME_PARTS.month:
      return month;
    case TIME_PARTS.quarter:
      return Math.floor((month - 1) / 3) + 1;
    case TIME_PARTS.year:
      return year;
    case TIME_PARTS.dow:
      return (weekday(days) + 1) % 7;
    case TIME_PARTS.isodow:
      return weekday(days) + 1;
    case TIME_PARTS.doy:
      return days - dayNumber(year, 1, 1) + 1;
    default:
      return 0;
  }
}

function partOfMicros(part: number, micros: bigint): bigint {
  const days = floorDivide(micros, DAY_MICROS);
  const ofDay = micros - days * DAY_MICROS;
  switch (part) {
    case TIME_PARTS.hour:
      return ofDay / 3_600_000_000n;
    case TIME_PARTS.minute:
      return (ofDay / 60_000_000n) % 60n;
    case TIME_PARTS.second:
      return (ofDay / 1_000_000n) % 60n;
    case TIME_PARTS.millisecond:
      return (ofDay % 60_000_000n) / 1000n;
    case TIME_PARTS.microsecond:
      return ofDay % 60_000_000n;
    default:
      return BigInt(partOfDays(part, Number(days)));
  }
}

export function timeTwin(heap: Heap): TimeKernels {
  const loadDate = (column: number, stride: number, row: number): number => heap.i32[at(column, stride, row) / 4];
  const loadMicros = (column: number, stride: number, row: number): bigint => heap.i64[at(column, stride, row) / 8];
  const storeMicros = (out: number, row: number, value: bigint): boolean => {
    heap.i64[at(out, 8, row) / 8] = value;
    return true;
  };
  return {
    addMicros: (a, aStride, b, bStride, out, validity, selection, count) =>
      visitRows(heap, validity, selection, count, (row) => {
        const result = loadMicros(a, aStride, row) + loadMicros(b, bStride, row);
        return result >= EARLIEST && result < LATEST && storeMicros(out, row, result);
      }),
    truncateTimestamp: (part, a, aStride, out, validity, selection, count) =>
      visitRows(heap, validity, selection, count, (row) => {
        const unit = UNIT_MICROS[Math.min(part, TIME_PARTS.day)];
        const units = floorDivide(loadMicros(a, aStride, row), unit);
        const result = unit * (part > TIME_PARTS.day ? BigInt(truncateDays(part, Number(units))) : units);
        return BigInt.asIntN(64, result) === result && storeMicros(out, row, result);
      }),
    partOfDate(part, a, aStride, out, validity, selection, count) {
      visitRows(heap, validity, selection, count, (row) => {
        storeMicros(out, row, BigInt(partOfDays(part, loadDate(a, aStride, row))));
      });
    },
    partOfTimestamp(part, a, aStride, out, validity, selection, count) {
      visitRows(heap, validity, selection, count, (row) => {
        storeMicros(out, row, partOfMicros(part, loadMicros(a, aStride, row)));
      });
    },
    dateToTimestamp: (a, aStride, out, validity, selection, count) =>
      visitRows(heap, validity, selection, count, (row) => {
        const result = BigInt(loadDate(a, aStride, row)) * DAY_MICROS;
        return BigInt.asIntN(64, result) === result && storeMicros(out, row, result);
      }),
    timestampToDate(a, aStride, out, validity, selection, count) {
      visitRows(heap, validity, selection, count, (row) => {
        heap.i32[at(out, 4, row) / 4] = Number(floorDivide(loadMicros(a, aStride, row), DAY_MICROS));
      });
    },
  };
}
