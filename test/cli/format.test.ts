import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitWidth, formatCount, formatSeconds, formatShortCount, plural } from '../../src/cli/format.js';
import { displayWidth } from '../../src/spec/display-width.js';
import { formatSize } from '../../src/spec/size-text.js';

test('numbers for people', () => {
  assert.equal(formatCount(1234567), '1,234,567');
  assert.equal(formatShortCount(9999), '9,999');
  assert.equal(formatShortCount(12_345), '12.3 k');
  assert.equal(formatShortCount(123_456_789), '123 M');
  assert.equal(formatSize(0), '0 B');
  assert.equal(formatSize(1023), '1023 B');
  assert.equal(formatSize(1536), '1.5 KiB');
  assert.equal(formatSize(789e6), '752 MiB');
  assert.equal(formatSeconds(123), '0.12 s');
  assert.equal(formatSeconds(75_000), '75.0 s');
  assert.equal(formatSeconds(754_000), '12 min 34 s');
  assert.equal(formatSeconds(7_380_000), '2 h 3 min');
  assert.equal(plural(1, 'row'), '1 row');
  assert.equal(plural(0, 'row'), '0 rows');
});

test('text is cut by the columns it takes, not by its characters', () => {
  assert.equal(displayWidth('ordrer Ø'), 8);
  assert.equal(displayWidth('注文'), 4);
  assert.equal(displayWidth('e\u0301'), 1);
  assert.equal(fitWidth('orders', 6), 'orders');
  assert.equal(fitWidth('orders', 5), 'orde…');
  assert.equal(fitWidth('注文一覧', 6), '注文…');
  for (let width = 0; width < 12; width++) assert.ok(displayWidth(fitWidth('a注b文c一d覧', width)) <= width);
});
