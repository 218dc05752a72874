import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LeatError } from '../../src/errors.js';
import { byTier } from '../support/tier.js';
import {
  expectedFiles,
  filesIn,
  graphOf,
  MIB,
  node,
  REGISTRY_MODULE,
  sumAndLines,
  workplace,
} from './support/toy-job.js';

const NUMBERS = { splits: 40, perSplit: 1000 };
const SLOTS = byTier([1, 2, 3], [1, 2, 3, 8]);

for (const slots of SLOTS) {
  test(`the same files at ${slots} slots, from memory and from spill files, from the bottom and the top`, async () => {
    const place = workplace();
    for (const spills of [false, true]) {
      for (const allocateFromTop of [false, true]) {
        const result = await place.run(sumAndLines(place.out, NUMBERS, { spills }), { slots, allocateFromTop });
        assert.deepEqual(filesIn(place.out), expectedFiles(NUMBERS));
        assert.deepEqual(readdirSync(place.spill), [], 'the spill folder is gone');
        assert.equal(result.slots, slots);
        assert.equal(result.outputs.find(({ path }) => path.endsWith('numbers.csv'))?.rows, 40_000);
        assert.equal(result.vertices[0].operators[1].metrics.recordsIn, 40_000);
        assert.equal(result.vertices[0].splits, 40);
      }
    }
    place.remove();
  });
}

test('batches of one row give the same files', async () => {
  const place = workplace();
  const numbers = { splits: 7, perSplit: 50 };
  await place.run(sumAndLines(place.out, numbers), { sizes: { batchRows: 1 } });
  assert.deepEqual(filesIn(place.out), expectedFiles(numbers));
  place.remove();
});

test('an input without splits still gives a header and a total of nothing', async () => {
  const place = workplace();
  const numbers = { splits: 0, perSplit: 1 };
  await place.run(sumAndLines(place.out, numbers));
  assert.deepEqual(filesIn(place.out), expectedFiles(numbers));
  place.remove();
});

test('a small vertex starts no thread', async () => {
  const place = workplace();
  const before = process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
  await place.run(
    sumAndLines(place.out, NUMBERS),
    { slots: 8, inProcessBytes: MIB },
    {
      progress: () => {
        assert.equal(process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length, before);
      },
    },
  );
  assert.deepEqual(filesIn(place.out), expectedFiles(NUMBERS));
  place.remove();
});

test('progress goes up to all there is', async () => {
  const place = workplace();
  const seen: number[] = [];
  await place.run(
    sumAndLines(place.out, { ...NUMBERS, spinMs: 1 }),
    {},
    {
      progress: ({ vertices }) => seen.push(vertices[0].recordsIn),
    },
  );
  assert.ok(seen.length >= 2);
  assert.deepEqual(
    seen,
    [...seen].sort((a, b) => a - b),
  );
  assert.equal(seen.at(-1), 40_000);
  place.remove();
});

test('memory for fewer slots than asked for is said in a note', async () => {
  const place = workplace();
  const result = await place.run(sumAndLines(place.out, NUMBERS, { extraPages: 20 }), {
    slots: 8,
    memoryBytes: 5 * MIB,
  });
  assert.equal(result.slots, 3);
  assert.match(result.notes.join(), /3 of 8 slots/);
  assert.deepEqual(filesIn(place.out), expectedFiles(NUMBERS));
  place.remove();
});

test('memory for not even one slot is MEMORY_BUDGET: the least that works, and what takes the most of it', async () => {
  const place = workplace();
  const graph = sumAndLines(place.out, NUMBERS, { extraPages: 61 });
  await assert.rejects(place.run(graph, { memoryBytes: 3 * MIB }), ({ code, message, diagnostics }: LeatError) => {
    assert.equal(code, 'MEMORY_BUDGET');
    assert.match(message, /is 3.0 MiB, and a task of this pipeline needs 4.0 MiB/);
    assert.match(diagnostics[0].hint ?? '', / 4MiB or more$/);
    assert.deepEqual(diagnostics[0].notes, ['sum takes the most of it, 3.9 MiB']);
    return true;
  });
  assert.deepEqual(filesIn(place.out), {});
  place.remove();
});

test('the lowest bad row is reported whatever the number of slots, and nothing is published', async () => {
  const place = workplace();
  for (const slots of SLOTS) {
    for (const badNumbers of [[31_999], [39_999, 20_100, 20_099], [0], [5500, 35_000, 12_000]]) {
      await assert.rejects(
        place.run(sumAndLines(place.out, { ...NUMBERS, badNumbers }), { slots }),
        (error: LeatError) => error.code === 'FORMAT_CSV_VALUE' && error.position?.offset === Math.min(...badNumbers),
      );
      assert.deepEqual(filesIn(place.out), {}, `slots ${slots}`);
      assert.deepEqual(readdirSync(place.spill), []);
    }
  }
  place.remove();
});

test('of two branches that fail in one batch the lower row is reported', async () => {
  const place = workplace();
  for (const [first, second] of [
    [550, 530],
    [530, 550],
  ]) {
    const lines = (name: string, failAt: number) => node('lines', 0, { path: join(place.out, name), failAt });
    await assert.rejects(
      place.run(graphOf([node('numbers', -1, NUMBERS), lines('a', first), lines('b', second)])),
      (error: LeatError) => error.code === 'EXPR_OVERFLOW' && error.position?.offset === 530,
    );
  }
  place.remove();
});

test('of two vertices that fail, the lower position is reported, not the faster one', async () => {
  const place = workplace();
  const slow = node('numbers', -1, { ...NUMBERS, badNumbers: [39_000], source: 0, spinMs: 0.2 });
  const fast = node('numbers', -1, { ...NUMBERS, badNumbers: [5], source: 1 });
  for (const slots of [1, 3]) {
    await assert.rejects(
      place.run(graphOf([fast, node('sum', 0, {})], [slow, node('sum', 0, {})]), { slots }),
      (error: LeatError) => error.position?.source === 0 && error.position.offset === 39_000,
    );
  }
  place.remove();
});

test('an exception that is no LeatError is INTERNAL, with its stack as notes', async () => {
  const place = workplace();
  for (const slots of [1, 2]) {
    await assert.rejects(
      place.run(sumAndLines(place.out, { ...NUMBERS, bug: 7000 }), { slots }),
      (error: LeatError) =>
        error.code === 'INTERNAL' &&
        error.diagnostics[0].notes?.some((line) => line.includes('toy-operators')) === true,
    );
    assert.deepEqual(filesIn(place.out), {});
  }
  place.remove();
});

test('a cancelled job leaves nothing behind', async () => {
  const place = workplace();
  for (const slots of [1, 2]) {
    const controller = new AbortController();
    const graph = sumAndLines(place.out, { splits: 200, perSplit: 1000, spinMs: 1 }, { spills: true });
    const run = place.run(
      graph,
      { slots, signal: controller.signal },
      {
        progress: ({ vertices }) => {
          if (vertices[0].splitsDone > 3) controller.abort();
        },
      },
    );
    await assert.rejects(run, (error: LeatError) => error instanceof LeatError && error.code === 'RUNTIME_CANCELLED');
    assert.deepEqual(filesIn(place.out), {});
    assert.deepEqual(readdirSync(place.spill), []);
  }
  place.remove();
});

test('a cancelled job ends although a task does not answer', { timeout: 60_000 }, async () => {
  const place = workplace();
  const controller = new AbortController();
  const graph = sumAndLines(place.out, { ...NUMBERS, hangsAt: 5000 });
  const run = place.run(
    graph,
    { registryModule: REGISTRY_MODULE, slots: 2, signal: controller.signal },
    {
      progress: ({ vertices }) => {
        if (vertices[0].recordsIn > 0) controller.abort();
      },
    },
  );
  await assert.rejects(run, (error: LeatError) => error.code === 'RUNTIME_CANCELLED');
  assert.deepEqual(filesIn(place.out), {});
  place.remove();
});

test('a worker that dies again and again is RUNTIME_TASK_LOST', async () => {
  const place = workplace();
  await assert.rejects(
    place.run(graphOf([node('numbers', -1, NUMBERS), node('crash', 0, null)]), {
      restart: { attempts: 2, delayMs: 1 },
    }),
    (error: LeatError) => error.code === 'RUNTIME_TASK_LOST' && /3 times/.test(error.message),
  );
  place.remove();
});

test('threads that a job starts for itself end with it', async () => {
  const place = workplace();
  const controller = new AbortController();
  await place.run(sumAndLines(place.out, NUMBERS), { registryModule: REGISTRY_MODULE, signal: controller.signal });
  assert.deepEqual(filesIn(place.out), expectedFiles(NUMBERS));
  place.remove();
});

test('a worker that cannot even start is an error, not a job that waits', async () => {
  const place = workplace();
  await assert.rejects(
    place.run(sumAndLines(place.out, NUMBERS), {
      registryModule: new URL('./support/no-such-module.ts', import.meta.url).href,
      restart: { attempts: 3, delayMs: 0 },
    }),
    (error: LeatError) => error.code === 'INTERNAL' || error.code === 'RUNTIME_TASK_LOST',
  );
  place.remove();
});

test('tasks that do not fit into memory beside one another run one at a time', { timeout: 120_000 }, async () => {
  const place = workplace();
  // Splits of both tasks alternate: whoever has the memory soon waits for output of the other, who waits for memory.
  const numbers = { ...NUMBERS, spinMs: 1 };
  const result = await place.run(sumAndLines(place.out, numbers, { holdsPages: 140 }));
  assert.deepEqual(filesIn(place.out), expectedFiles(NUMBERS));
  assert.deepEqual(result.notes, [
    'tasks of v0 had too little memory beside one another: from here on one task runs at a time',
  ]);
  place.remove();
});

test('workers that exit at a known batch change nothing', async () => {
  const place = workplace();
  for (const afterBatches of [0, 57]) {
    for (const slots of [2]) {
      const result = await place.run(sumAndLines(place.out, { ...NUMBERS, spinMs: 0.1 }), {
        slots,
        faults: [
          { kind: 'exit', slot: 0, afterBatches, times: 2 },
          { kind: 'exit', slot: 1, afterBatches },
        ],
      });
      assert.deepEqual(filesIn(place.out), expectedFiles(NUMBERS));
      assert.ok(result.notes.length >= 1, 'somebody died');
      assert.ok(result.vertices[0].attempts > slots);
    }
  }
  place.remove();
});
