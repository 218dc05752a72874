/** What a sort that spills costs over 1, 2, 4 and 8 times the input, in the same memory: n log n, if nothing is wrong. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunReport } from '../src/engine-api.js';
import { lineitem } from './data.js';
import { PLAIN_ENVIRONMENT } from './environment.js';

const LEAST_ROWS = 3_000_000;
const MEMORY = '128MiB';

export interface ScalingStep {
  readonly rows: number;
  readonly seconds: number;
  readonly spilledMiB: number;
  readonly peakResidentMiB: number;
  /** Seconds a row and bit of log2(rows), against those of the least input. */
  readonly timesNLogN: number;
}

export function measureScaling(folder: string): ScalingStep[] {
  const steps: ScalingStep[] = [];
  for (const times of [1, 2, 4, 8]) {
    const rows = times * LEAST_ROWS;
    const result = sorted(folder, rows);
    const cost = result.seconds / (rows * Math.log2(rows));
    const [first = { ...result, rows }] = steps;
    const timesNLogN = cost / (first.seconds / (first.rows * Math.log2(first.rows)));
    steps.push({ rows, ...result, timesNLogN });
    console.log(
      `scaling         ${(rows / 1e6).toFixed(0).padStart(2)} M rows sorted in ${MEMORY}: ${result.seconds.toFixed(2)} s` +
        `  spilled ${result.spilledMiB.toFixed(0)} MiB  resident ${result.peakResidentMiB.toFixed(0)} MiB  times n log n ${timesNLogN.toFixed(2)}`,
    );
  }
  return steps;
}

function sorted(folder: string, rows: number): Pick<ScalingStep, 'seconds' | 'spilledMiB' | 'peakResidentMiB'> {
  const pipeline = join(folder, 'scaling.yaml');
  const out = join(folder, 'scaling-out.csv');
  writeFileSync(
    pipeline,
    `steps:\n  - read: ${lineitem(rows)}\n  - sort: [l_shipdate, l_extendedprice desc]\n  - write: ${out}\n`,
  );
  const start = performance.now();
  const args = ['bin/run.js', 'run', pipeline, '--json', '--memory', MEMORY];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', env: PLAIN_ENVIRONMENT });
  if (status !== 0) throw new Error(stderr);
  const seconds = (performance.now() - start) / 1000;
  const result = JSON.parse(stdout) as RunReport;
  const operators = result.vertices.flatMap((vertex) => vertex.operators);
  const spilledBytes = operators.reduce((sum, { metrics }) => sum + metrics.spilledBytes, 0);
  return { seconds, spilledMiB: spilledBytes / 2 ** 20, peakResidentMiB: result.peakResidentBytes / 2 ** 20 };
}
