/** What of a job goes on when another plan is taken: small graphs, and what must run by hand. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JobVertex } from '../../src/dataflow/job-graph.js';
import { replanned } from '../../src/runtime/coordinator/replan.js';
import { VertexExecution } from '../../src/runtime/coordinator/vertex-execution.js';

function vertex(id: number, kinds: readonly string[], inputs: readonly number[] = []): JobVertex {
  return {
    id,
    name: kinds.join(),
    chain: kinds.map((kind, i) => ({ kind, name: kind, parent: i - 1, config: { kind, at: i } })),
    inputs: inputs.map((input) => ({ exchange: 'range', mode: 'blocking', vertex: input, operator: 0 })),
    maxParallelism: 4,
  };
}

function check(before: readonly JobVertex[], after: readonly JobVertex[], free: readonly number[]): readonly number[] {
  const executions = before.map((each) => new VertexExecution(structuredClone(each), 1));
  const { kept, dropped } = replanned({ name: 'job', vertices: after }, executions, (id) => free.includes(id));
  assert.deepEqual(
    new Set([...kept.values(), ...dropped]),
    new Set(executions),
    'what was there is either kept or dropped',
  );
  return [...kept.keys()].sort();
}

const BEFORE = [
  vertex(0, ['read', 'partial']),
  vertex(1, ['merge', 'join-rows'], [0]),
  vertex(2, ['read']),
  vertex(3, ['directory'], [1]),
  vertex(4, ['write'], [2, 3]),
];

test('the same plan is kept as a whole', () => {
  assert.deepEqual(check(BEFORE, BEFORE, []), [0, 1, 2, 3, 4]);
  assert.deepEqual(check(BEFORE, BEFORE, [0, 2]), [0, 1, 2, 3, 4], 'nobody reads anew what is gone');
});

test('what differs is dropped, and what is behind it', () => {
  const after = [BEFORE[0], vertex(1, ['merge', 'sort-rows'], [0]), BEFORE[2], vertex(5, ['join'], [1]), BEFORE[4]];
  assert.deepEqual(check(BEFORE, after, []), [0, 2]);
  assert.deepEqual(check(BEFORE, after, [0]), [2], 'what is read anew and is gone runs again');
});

test('inputs of what runs again run again when they are gone, and no others', () => {
  const long = [vertex(0, ['read']), vertex(1, ['a'], [0]), vertex(2, ['b'], [1]), vertex(3, ['c'], [2])];
  const after = [...long.slice(0, 3), vertex(3, ['d'], [2])];
  assert.deepEqual(check(long, after, [0, 1]), [0, 1, 2]);
  assert.deepEqual(check(long, after, [1, 2]), [0]);
  assert.deepEqual(check(long, after, [0, 1, 2]), []);
});
