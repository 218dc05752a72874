/** A seeded job whose workers are terminated at random moments: same files, no page, file or thread left behind. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { random } from '../../support/random.js';
import { expectedFiles, filesIn, sumAndLines, workplace } from './toy-job.js';

/** The number of attempts that had to be repeated. */
export async function killRound(seed: number): Promise<number> {
  const rng = random(seed);
  const place = workplace();
  const numbers = { splits: rng.between(5, 30), perSplit: rng.between(100, 1500), spinMs: rng.next() * 0.4 };
  const what = `seed ${seed}`;
  const result = await place.run(sumAndLines(place.out, numbers, { spills: rng.chance(0.5) }), {
    slots: rng.pick([2, 3]),
    sizes: { batchRows: rng.between(10, 300) },
    memoryBytes: rng.pick([1 << 20, 4 << 20]),
    allocateFromTop: rng.chance(0.5),
    faults: [{ kind: 'kill', seed, kills: rng.between(1, 4), everyMs: rng.between(1, 40) }],
  });
  assert.deepEqual(filesIn(place.out), expectedFiles(numbers), what);
  assert.deepEqual(readdirSync(place.spill), [], what);
  assert.equal(result.vertices[0].operators[0].metrics.recordsOut, numbers.splits * numbers.perSplit, what);
  place.remove();
  return result.notes.length;
}
