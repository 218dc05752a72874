/**
 * Time zones by their IANA names, as the Node that runs leat knows them. Asking Intl for an offset takes microseconds, so
 * the offsets of a year are found once, when its first timestamp turns up.
 */
import { civilFromDays, dayOfMicros, daysFromCivil } from './calendar.js';

/** From `start` (milliseconds since 1970, UTC) on clocks are `offset` milliseconds ahead of UTC. */
interface Period {
  readonly start: number;
  readonly offset: number;
}

/** What Intl can be asked about; timestamps beyond have the offset of that end. */
const LAST_MS = 8.64e15;
const DAY_MS = 86_400_000;
/** No zone has left an offset and come back to it within so short a time. */
const SAMPLE_MS = 4 * DAY_MS;
const OFFSET = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

export class TimeZone {
  readonly #format: Intl.DateTimeFormat;
  readonly #years = new Map<number, readonly Period[]>();

  constructor(format: Intl.DateTimeFormat) {
    this.#format = format;
  }

  /** What a clock in the zone shows at a point in time. */
  toLocal(utc: bigint): bigint {
    return utc + BigInt(this.#offsetAt(utc)) * 1000n;
  }

  /**
   * When a clock in the zone shows this: the later time where it does so twice, and where clocks leap over it, the time
   * by the clock from before.
   */
  toUtc(local: bigint): bigint {
    const day = BigInt(DAY_MS) * 1000n;
    const [before, after] = [local - day, local + day].map((near) => local - BigInt(this.#offsetAt(near)) * 1000n);
    const [early, late] = before < after ? [before, after] : [after, before];
    return this.toLocal(late) !== local && this.toLocal(early) === local ? early : late;
  }

  #offsetAt(micros: bigint): number {
    const ms = Number(micros / 1000n) - (micros % 1000n < 0n ? 1 : 0);
    if (Math.abs(ms) >= LAST_MS) return this.#ask(Math.sign(ms) * LAST_MS);
    const { year } = civilFromDays(dayOfMicros(micros));
    let periods = this.#years.get(year);
    if (periods === undefined) {
      periods = this.#periodsOf(year);
      this.#years.set(year, periods);
    }
    let at = periods.length - 1;
    while (periods[at].start > ms) at--;
    return periods[at].offset;
  }

  #periodsOf(year: number): readonly Period[] {
    const start = Math.max(daysFromCivil(year, 1, 1) * DAY_MS, -LAST_MS);
    const end = Math.min(daysFromCivil(year + 1, 1, 1) * DAY_MS, LAST_MS);
    const periods = [{ start: Number.NEGATIVE_INFINITY, offset: this.#ask(start) }];
    for (let from = start; from < end; from += SAMPLE_MS) {
      const to = Math.min(from + SAMPLE_MS, end);
      const offset = this.#ask(to);
      if (offset !== periods[periods.length - 1].offset) periods.push({ start: this.#change(from, to), offset });
    }
    return periods;
  }

  /** The first moment with the offset of `to`, which differs from that of `from`. */
  #change(from: number, to: number): number {
    const offset = this.#ask(to);
    let [before, after] = [from, to];
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (this.#ask(middle) === offset) after = middle;
      else before = middle;
    }
    return after;
  }

  #ask(ms: number): number {
    const [, sign, hours, minutes, seconds] = OFFSET.exec(this.#format.format(ms)) ?? [];
    if (sign === undefined) return 0;
    const size = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds ?? 0)) * 1000;
    return sign === '-' ? -size : size;
  }
}

const zones = new Map<string, TimeZone | undefined>();

/** The zone with that name, in any case; undefined when there is none. */
export function findTimeZone(name: string): TimeZone | undefined {
  if (!zones.has(name)) zones.set(name, createZone(name));
  return zones.get(name);
}

function createZone(name: string): TimeZone | undefined {
  // Newer versions of Node take offsets such as +02:00 as names; what a pipeline means must not depend on that.
  if (!/^[a-z]/i.test(name)) return undefined;
  try {
    return new TimeZone(new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' }));
  } catch {
    return undefined;
  }
}

export function timeZoneNames(): readonly string[] {
  return [...Intl.supportedValuesOf('timeZone'), 'UTC'];
}
