import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import { summary } from '../../src/cli/summary.js';
import { createMetrics } from '../../src/dataflow/metrics.js';
import type { RunReport } from '../../src/engine-api.js';

function operator(kind: string, fields: Partial<ReturnType<typeof createMetrics>>) {
  return { name: kind, kind, metrics: { ...createMetrics(), ...fields } };
}

const report: RunReport = {
  job: 'x1',
  pipeline: 'revenue',
  exitStatus: 0,
  warnings: [],
  wroteStdout: false,
  elapsedMs: 2000,
  slots: 2,
  memoryBytes: 1e9,
  peakManagedBytes: 1e7,
  peakResidentBytes: 100 * 2 ** 20,
  outputs: [
    { path: '/data/out/revenue.csv', rows: 1234, bytes: 2048 },
    { path: 'stdout', rows: 1, bytes: 7 },
  ],
  notes: ['2 slots instead of 64: memory is short'],
  checks: [],
  vertices: [
    {
      vertex: 0,
      name: 'read',
      parallelism: 2,
      attempts: 2,
      splits: 9,
      elapsedMs: 1500,
      operators: [
        operator('csv-source', { recordsOut: 50_000, bytesIn: 2 ** 20 }),
        operator('partial-aggregate', { recordsIn: 50_000, spilledBytes: 4096 }),
      ],
    },
    {
      vertex: 1,
      name: 'aggregate',
      parallelism: 2,
      attempts: 2,
      splits: 2,
      elapsedMs: 500,
      operators: [operator('run-source', { recordsOut: 1234, bytesIn: 999, spilledBytes: 4096 })],
    },
    {
      vertex: 2,
      name: 'sort',
      parallelism: 2,
      attempts: 2,
      splits: 2,
      elapsedMs: 500,
      operators: [operator('sorted-source', { recordsOut: 1234 })],
    },
  ],
};

test('outputs, what was read, what it took; rows between vertices are not counted again, notes not repeated', () => {
  assert.equal(
    summary(report, new Chalk({ level: 0 }), '/data'),
    [
      'done revenue in 2.00 s',
      '  out/revenue.csv  1,234 rows  2.0 KiB',
      '  stdout                1 row  7 B',
      '  read 50,000 rows, 1.0 MiB (25.0 k rows/s), 2 slots, peak memory 100 MiB, spilled 8.0 KiB',
    ].join('\n'),
  );
});

test('rows of which not all were taken', () => {
  const outputs = [{ path: 'stdout', rows: 2, bytes: 7, readerLeft: true as const }];
  const [, line] = summary({ ...report, outputs }, new Chalk({ level: 0 }), '/data').split('\n');
  assert.equal(line, '  stdout  2 rows  7 B, of which its reader took only a part');
});

test('what it took fits the terminal', () => {
  const lines = summary(report, new Chalk({ level: 0 }), '/data', 40).split('\n');
  assert.deepEqual(lines.slice(3), [
    '  read 50,000 rows, 1.0 MiB (25.0 k',
    '  rows/s), 2 slots, peak memory 100 MiB,',
    '  spilled 8.0 KiB',
  ]);
});
