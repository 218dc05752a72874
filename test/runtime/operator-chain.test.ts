import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STRING } from '../../src/columnar/data-type.js';
import type { RecordBatch } from '../../src/columnar/record-batch.js';
import { createVector } from '../../src/columnar/vector.js';
import type { Operator } from '../../src/dataflow/operator.js';
import { LeatError, leatError } from '../../src/errors.js';
import { taskSizes } from '../../src/runtime/task-sizes.js';
import { ChainNode } from '../../src/runtime/worker/operator-chain.js';

const batch = (rows: number): RecordBatch => ({ numRows: rows, vectors: [], selection: 0, selectedCount: rows });

function tree(...operators: (Partial<Operator> & { parent: number })[]): ChainNode[] {
  const nodes = [
    new ChainNode(
      () => {},
      () => {},
    ),
  ];
  for (const { parent, ...operator } of operators) {
    const node = new ChainNode(
      () => {},
      () => {},
    );
    node.operator = { open() {}, processBatch() {}, endInput() {}, close() {}, ...operator };
    nodes[parent].children.push(node);
    nodes.push(node);
  }
  return nodes;
}

test('a watermark passes operators that do not know what to do with it', () => {
  const seen: bigint[] = [];
  const [head] = tree(
    { parent: 0 },
    { parent: 1, processWatermark: (micros) => void seen.push(micros) },
    { parent: 0, processWatermark: (micros) => void seen.push(-micros) },
  );
  head.watermark(7n);
  assert.deepEqual(seen, [7n, -7n]);
});

test('pending columns are loaded for operators that do not load them', () => {
  const loads: number[][] = [];
  const seen: string[] = [];
  const [head] = tree(
    { parent: 0, loadsColumns: true, processBatch: ({ pending }) => void seen.push(typeof pending) },
    { parent: 0, processBatch: ({ pending }) => void seen.push(typeof pending) },
    { parent: 0, loadsColumns: true, processBatch: ({ pending }) => void seen.push(typeof pending) },
  );
  const vectors = [createVector(STRING), createVector(STRING)];
  const pending = { load: (...load: number[]) => void loads.push(load) };
  head.emit({ ...batch(3), vectors, pending });
  assert.deepEqual(seen, ['object', 'undefined', 'undefined']);
  assert.deepEqual(loads, [
    [0, 0, 3],
    [1, 0, 3],
  ]);
});

test('a source is done when every branch is; a branch that is done gets no more batches', () => {
  const first = { parent: 0, isDone: true, processBatch: () => assert.fail('it is done') };
  const second = { parent: 0, isDone: false, processBatch() {} };
  const nodes = tree(first, second);
  nodes[0].emit(batch(3));
  assert.equal(nodes[0].done, false);
  assert.equal(tree(first)[0].done, true);
  assert.deepEqual([nodes[1].metrics.recordsIn, nodes[2].metrics.recordsIn], [0, 3]);
});

test('time in children is not counted as the parent is busy', (t) => {
  let clock = 0;
  t.mock.method(performance, 'now', () => clock);
  const nodes: ChainNode[] = tree(
    {
      parent: 0,
      processBatch() {
        clock += 4;
        nodes[1].emit(batch(1));
      },
    },
    {
      parent: 1,
      processBatch() {
        clock += 12;
      },
    },
  );
  nodes[0].timed(() => nodes[0].emit(batch(1)));
  assert.deepEqual(
    nodes.map(({ metrics }) => metrics.busyMs),
    [0, 4, 12],
  );
});

test('an error without a position is not held back for another branch', () => {
  const nodes = tree(
    {
      parent: 0,
      processBatch() {
        throw leatError('MEMORY_EXHAUSTED', 'no more');
      },
    },
    { parent: 0, processBatch: () => assert.fail('not reached') },
  );
  assert.throws(() => nodes[0].emit(batch(1)), LeatError);
});

test('sizes follow the budget', () => {
  const mib = 1 << 20;
  assert.deepEqual(taskSizes(mib, 1), { shareBytes: mib, chunkBytes: 16384, batchRows: 1024 });
  assert.deepEqual(taskSizes(64 * mib, 8), { shareBytes: 8 * mib, chunkBytes: 131072, batchRows: 8192 });
  assert.deepEqual(taskSizes(1024 * mib, 2), { shareBytes: 512 * mib, chunkBytes: 524288, batchRows: 16384 });
  assert.deepEqual(taskSizes(mib, 1, { batchRows: 3, chunkBytes: 1000 }), {
    shareBytes: mib,
    chunkBytes: 1000,
    batchRows: 3,
  });
});
