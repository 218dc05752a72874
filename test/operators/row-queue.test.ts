/** Rows that go at both ends, against an array: with four pages, most of them lie in files. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChunkFiles } from '../../src/operators/windows/chunk-files.js';
import { RowQueue } from '../../src/operators/windows/row-queue.js';
import { random } from '../support/random.js';
import { testSpillFolder } from '../support/spill-folder.js';
import { testMemory } from '../support/task-memory.js';

test('a queue of more rows than memory holds gives back what was put in, and leaves nothing behind', () => {
  const { heap, memory, kernels, pagesInUse } = testMemory(4);
  const spill = testSpillFolder(heap);
  try {
    const files = new ChunkFiles(spill, kernels().state);
    const queue = new RowQueue({ memory, files });
    const rng = random(7);
    const expected: number[] = [];
    let from = 0;
    for (let round = 0; round < 40; round++) {
      const count = rng.int(30_000);
      const kind = round < 6 ? 0 : rng.int(3);
      for (let i = 0; i < count; i++) {
        if (kind === 0) {
          queue.push(round * 1e6 + i);
          expected.push(round * 1e6 + i);
        } else if (expected.length > from) {
          if (kind === 1) {
            queue.pop();
            expected.pop();
          } else {
            queue.shift();
            from++;
          }
        }
      }
      assert.equal(queue.length, expected.length - from, `round ${round}`);
      if (queue.length > 0) assert.deepEqual([queue.first, queue.last], [expected[from], expected.at(-1)]);
      if (rng.chance(0.05)) {
        queue.clear();
        from = expected.length;
      }
    }
    assert.ok(files.bytes > 0);
    queue.clear();
    assert.equal(spill.files.size, 0);
    queue.close();
    assert.equal(pagesInUse(), 0);
  } finally {
    spill.close();
  }
});
