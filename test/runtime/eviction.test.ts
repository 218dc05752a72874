import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { expectedFiles, filesIn, MIB, sumAndLines, workplace } from './support/toy-job.js';

const NUMBERS = { splits: 12, perSplit: 500 };

test('partitions that leave no room for their reader are put on disk, and read from there', async () => {
  const place = workplace();
  for (const slots of [1, 2]) {
    for (const sealsPages of [0, 200]) {
      // The reader needs nearly all of its share; sealed pages would be in its way.
      const graph = sumAndLines(place.out, NUMBERS, { sealsPages }, 13);
      const spilled: string[] = [];
      await place.run(
        graph,
        { slots, memoryBytes: slots * MIB },
        {
          progress: () => {
            for (const folder of readdirSync(place.spill)) spilled.push(folder);
          },
        },
      );
      assert.deepEqual(filesIn(place.out), expectedFiles(NUMBERS), `${slots} slots, ${sealsPages} pages`);
      assert.equal(spilled.length > 0, sealsPages === 200, `${slots} slots, ${sealsPages} pages`);
      assert.deepEqual(readdirSync(place.spill), []);
    }
  }
  place.remove();
});

test('with killed workers too', async () => {
  const place = workplace();
  const graph = sumAndLines(place.out, { ...NUMBERS, spinMs: 0.2 }, { sealsPages: 200 }, 13);
  await place.run(graph, { memoryBytes: 2 * MIB, faults: [{ kind: 'exit', slot: 0, afterBatches: 5 }] });
  assert.deepEqual(filesIn(place.out), expectedFiles(NUMBERS));
  place.remove();
});
