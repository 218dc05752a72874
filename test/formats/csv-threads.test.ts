/** Several threads claim the blocks of one file; together they read what one reader reads. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { STRING } from '../../src/columnar/data-type.js';
import { blockStateBytes } from '../../src/formats/csv/block-states.js';
import type { CsvOptions } from '../../src/formats/csv/dialect.js';
import { inspectCsvFiles, sampleCsv } from '../../src/formats/csv/infer.js';
import { planSplits } from '../../src/formats/csv/splits.js';
import { random } from '../support/random.js';
import { generateCsv, readCsv, scratchFolder, writeCsv } from './support/csv-files.js';
import type { ReadingThreadData, SplitResult } from './support/reading-thread.js';

const folder = scratchFolder();

async function readWithThreads(
  path: string,
  options: CsvOptions,
  sizes: { splitBytes: number; batchRows: number; chunkBytes: number },
  dieAt: readonly number[] = [-1, -1],
): Promise<SplitResult[]> {
  const { dialect, names } = sampleCsv({ path }, options);
  const files = inspectCsvFiles([{ path }], dialect, names);
  const splits = planSplits(files, () => false, sizes.splitBytes);
  const columns = names.map((name, index) => ({ index, name, type: STRING }));
  const states = new SharedArrayBuffer(blockStateBytes(splits.length));
  const shape = { files, dialect, fieldCount: names.length, columns, states, splits, source: 0, ...sizes };
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const results = dieAt.map(async (split) => {
    const workerData: ReadingThreadData = { shape, counter, pages: 256, dieAt: split };
    const worker = new Worker(new URL('./support/reading-thread.ts', import.meta.url), { workerData });
    const [message] = await Promise.race([once(worker, 'message'), once(worker, 'exit').then(() => [[]])]);
    return message as SplitResult[];
  });
  return (await Promise.all(results)).flat().sort((a, b) => a.index - b.index);
}

test('two threads read what one reads, over torn rows and quoted line ends', async () => {
  for (const seed of [1, 2, 3]) {
    const rng = random(seed);
    const shape = { delimiter: ',', newline: rng.pick(['\n', '\r\n']), columns: 3, rows: 3000, wildness: 0.4 };
    const path = writeCsv(folder, generateCsv(rng, shape));
    const sizes = { splitBytes: rng.pick([100, 1024, 5000]), batchRows: 100, chunkBytes: 16384 };
    const options = { header: ['a', 'b', 'c'] };
    const found = await readWithThreads(path, options, sizes);
    const { rows } = readCsv(path, options);
    assert.deepEqual(
      found.flatMap((split) => split.rows),
      rows,
      `seed ${rng.seed}`,
    );
    assert.ok(found.every(({ error }) => error === undefined));
  }
});

test('a thread that dies before it scanned its block does not hold up the others', async () => {
  const rng = random(4);
  const path = writeCsv(
    folder,
    generateCsv(rng, { delimiter: ',', newline: '\n', columns: 2, rows: 2000, wildness: 0.4 }),
  );
  const sizes = { splitBytes: 1024, batchRows: 100, chunkBytes: 16384 };
  const options = { header: ['a', 'b'] };
  const [whole, torn] = [
    await readWithThreads(path, options, sizes),
    await readWithThreads(path, options, sizes, [5, 5]),
  ];
  // The thread that drew split 5 died, and its results with it; the other's are what they were.
  assert.ok(torn.length > 0 && torn.length < whole.length);
  for (const split of torn) assert.deepEqual(split.rows, whole[split.index].rows);
});

test('the lowest error is the one that one reader reports', async () => {
  const rng = random(5);
  const good = generateCsv(rng, { delimiter: ',', newline: '\n', columns: 2, rows: 1000, wildness: 0.2 });
  const path = writeCsv(folder, `${good.trimEnd()}\n1,2"3\n${good}`);
  const options = { header: ['a', 'b'] };
  const found = await readWithThreads(path, options, { splitBytes: 1024, batchRows: 100, chunkBytes: 16384 });
  const first = found.find(({ error }) => error !== undefined);
  const { error, rows } = readCsv(path, options);
  assert.deepEqual(first?.error?.diagnostics, error?.diagnostics);
  assert.deepEqual(
    found.slice(0, found.indexOf(first!) + 1).flatMap((split) => split.rows),
    rows,
  );
});
