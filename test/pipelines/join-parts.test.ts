/** Joins by key in which the rows of one key do not fit: a part of them at a time. The bytes of the join in memory. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byTier } from '../support/tier.js';
import { checkAll, run, TYPES, write } from './support/join-by-key.js';

test('without equalities: all rows of a side have the same key', async () => {
  write('left', 300, (id) => `${id},t,${(id * 37) % 101}`);
  write('right', 170, (id) => `${id},t,${(id * 53) % 97}`);
  await checkAll('"left.v - right.v BETWEEN 88 AND 90"');
  const small = { slots: 2, memoryBytes: 16 << 20, test: { joins: 'by-key', inProcessBytes: 0 } } as const;
  assert.ok((await run('cross', '', small)) === (await run('cross', '', {})));
  write('right', 5000, (id) => `${id},${'a text '.repeat(30)}${id},${(id * 53) % 97}`);
  for (const type of ['inner', 'full']) {
    const on = '"left.v * 100 - right.id BETWEEN 880 AND 890"';
    const expected = await run(type, on, { memoryBytes: 256 << 20 });
    assert.ok((await run(type, on, small)) === expected, `${type}, in parts`);
  }
});

test('rows of one key that do not fit are joined part by part, on several slots', async () => {
  write('left', 600, (id) => `${id % 60 === 0 ? 1 : id},t,${id % 7}`);
  write('right', 6000, (id) => `${id % 9 === 0 ? id : 1},${'a text '.repeat(18)}${id},${id % 5}`);
  const small = { test: { joins: 'by-key', inProcessBytes: 0, splitBytes: 200_000 } } as const;
  for (const [slots, on] of [
    [1, '[k]'],
    [2, '"left.k = right.k AND left.v * 1000 + left.id % 4000 < right.id"'],
  ] as const) {
    for (const type of byTier(['full', 'anti'], TYPES)) {
      const expected = await run(type, on, { memoryBytes: 256 << 20 });
      const found = await run(type, on, { ...small, slots, memoryBytes: slots * (8 << 20) });
      assert.ok(found === expected, `${type} on ${on}, ${slots} slots`);
    }
  }
});
