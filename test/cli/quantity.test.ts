import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration, parseSize } from '../../src/cli/quantity.js';

test('sizes', () => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['0', 0],
    ['1024', 1024],
    ['1B', 1],
    ['64KiB', 65536],
    ['1.5 GiB', 1.5 * 2 ** 30],
    ['256mib', 256 * 2 ** 20],
    ['2GB', 2e9],
    // Decimal or binary? Nobody can tell.
    ['1G', undefined],
    ['1M', undefined],
    ['', undefined],
    ['-1MB', undefined],
    ['1e9', undefined],
    ['9999999TiB', undefined],
    ['constructor', undefined],
  ];
  for (const [text, bytes] of cases) assert.equal(parseSize(text), bytes, text);
});

test('durations', () => {
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['0', 0],
    ['500ms', 500],
    ['1s', 1000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['5', undefined],
    ['1 year', undefined],
    ['s', undefined],
  ];
  for (const [text, ms] of cases) assert.equal(parseDuration(text), ms, text);
});
