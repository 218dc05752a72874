/** Time zones against DuckDB, around every change of many zones' clocks and at random, both ways. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { formatTimestamp, parseTimestamp } from '../../src/columnar/date-text.js';
import { findTimeZone, type TimeZone } from '../../src/columnar/time-zone.js';
import { duckdbRows } from '../support/duckdb.js';
import { random } from '../support/random.js';

/** Whole and odd offsets, both hemispheres, half an hour of summer time. */
const ZONES =
  'Europe/Oslo America/New_York America/St_Johns Australia/Lord_Howe Asia/Kolkata Asia/Kathmandu Africa/Cairo Pacific/Apia America/Sao_Paulo UTC'.split(
    ' ',
  );

const at = (text: string): bigint => parseTimestamp(text) as bigint;
const zone = (name: string): TimeZone => findTimeZone(name) as TimeZone;

it('clocks in a zone show what they show for DuckDB, and are read as DuckDB reads them', async () => {
  const numbers = random(20260329);
  const times = Array.from({ length: 400 }, () => {
    // 1930 to 2020, in quarters of an hour, so that changes of clocks are met.
    return at('1930-01-01') + BigInt(numbers.between(0, 90 * 365 * 96)) * 900_000_000n;
  });
  const values = times.map((micros) => `(make_timestamp(${micros}))`).join(', ');
  for (const name of ZONES) {
    const rows = await duckdbRows(
      `SELECT CAST(t AT TIME ZONE 'UTC' AT TIME ZONE '${name}' AS varchar), CAST(t AT TIME ZONE '${name}' AT TIME ZONE 'UTC' AS varchar) FROM (VALUES ${values}) v(t)`,
    );
    for (const [index, [local, utc]] of rows.entries()) {
      const label = `seed ${numbers.seed}: ${formatTimestamp(times[index])} in ${name}`;
      assert.equal(formatTimestamp(zone(name).toLocal(times[index])), local, `${label}, to local`);
      assert.equal(formatTimestamp(zone(name).toUtc(times[index])), utc, `${label}, to UTC`);
    }
  }
});

it('in the hour that comes twice the later is meant, a time that never comes is by the clock from before', () => {
  const oslo = zone('Europe/Oslo');
  const toUtc = (text: string): string => formatTimestamp(oslo.toUtc(at(text)));
  assert.equal(toUtc('2026-10-25 01:59:59'), '2026-10-24 23:59:59');
  assert.equal(toUtc('2026-10-25 02:00:00'), '2026-10-25 01:00:00');
  assert.equal(toUtc('2026-10-25 02:59:59'), '2026-10-25 01:59:59');
  assert.equal(toUtc('2026-03-29 02:30:00'), '2026-03-29 01:30:00');
  assert.equal(toUtc('2026-03-29 03:00:00'), '2026-03-29 01:00:00');
});

it('the first and the last timestamps have a zone', () => {
  for (const micros of [-9_223_372_022_400_000_000n, at('294246-12-31')]) {
    const local = zone('America/New_York').toLocal(micros);
    assert.ok(local < micros);
    assert.equal(zone('America/New_York').toUtc(local), micros);
  }
});

it('names are found in any case, and nothing else is one', () => {
  assert.equal(findTimeZone('europe/OSLO')?.toLocal(0n), 3_600_000_000n);
  for (const name of ['', 'Europe/Osl', '+02:00', 'Oslo']) assert.equal(findTimeZone(name), undefined);
});
