/**
 * Joins by key: the bytes of the join in memory. Would catch a row of a key that lies at the end of a batch, a right row
 * that is given twice or not at all, a join that fails where it could be made in another way.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LeatError } from '../../src/errors.js';
import { BY_KEY, checkAll, run, TYPES, write } from './support/join-by-key.js';

test('keys that are texts, doubles with both zeros, nulls, several columns, and conditions', async () => {
  const doubles = ['0.0', '-0.0', '1.5', '', '-7', '1e300', '3', '4'];
  const key = (id: number): string => doubles[(id * 5) % doubles.length];
  write('left', 240, (id) => `${key(id)},${id % 9 === 0 ? '""' : `a text that is long ${id % 23}`},${id % 30}`);
  write('right', 90, (id) => `${key(id + 3)},${id % 7 === 0 ? '' : `a text that is long ${id % 31}`},${id % 20}`);
  for (const on of ['[g, k]', '[g]', '"left.g = right.g AND left.v > right.v"']) await checkAll(on);
});

test('a side without rows', async () => {
  const row = (id: number): string => `${id % 4},t${id % 3},${id}`;
  write('left', 0, row);
  write('right', 40, row);
  await checkAll('[k]');
  write('left', 40, row);
  write('right', 0, row);
  await checkAll('[k]');
});

test('a key that half of all rows have', async () => {
  write('left', 700, (id) => `${id % 2 === 0 ? 0 : id},t,${(id * 7919) % 701}`);
  write('right', 700, (id) => `${id % 2 === 0 ? 0 : id},t,${(id * 104729) % 701}`);
  await checkAll('"left.k = right.k AND abs(left.v - right.v) < 2"');
});

test('the error of the lowest left row is reported', async () => {
  write('left', 600, (id) => `${(id * 37) % 100},${id === 301 || id === 550 ? 'x' : id % 5},1`);
  write('right', 100, (id) => `${id},t,1`);
  const on = '"left.k = right.k AND CAST(left.g AS int) + left.id * 1000000000000000 > right.v"';
  for (const settings of [{}, ...BY_KEY]) {
    for (const type of TYPES) {
      await assert.rejects(run(type, on, settings), (error) => {
        assert.ok(error instanceof LeatError && error.code === 'EXPR_CAST', String(error));
        return true;
      });
    }
  }
});
