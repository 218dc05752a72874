/** Reads the splits that it claims from a shared counter; see csv-threads.test.ts. Dies at split `dieAt`, if told to. */
import { parentPort, workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
const { createCsvReader } = await import('../../../src/formats/csv/csv-reader.ts');
const { batchRowsOf } = await import('./csv-files.ts');
const { testMemory } = await import('../../support/task-memory.ts');

const { shape, counter, pages, dieAt } = workerData;
const { memory, kernels, heap } = testMemory(pages);
const reader = createCsvReader({ ...shape, memory, kernels: kernels().csv });
const results = [];
for (;;) {
  const index = Atomics.add(counter, 0, 1);
  if (index >= shape.splits.length) break;
  if (index === dieAt) process.exit(1);
  const rows = [];
  try {
    reader.start(shape.splits[index]);
    for (let batch = reader.next(); batch !== null; batch = reader.next()) rows.push(...batchRowsOf(heap, batch));
    results.push({ index, rows });
  } catch (error) {
    results.push({ index, rows, error: error.toData() });
  }
}
reader.close();
parentPort.postMessage(results);
