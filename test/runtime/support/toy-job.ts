/** Runs jobs of toy operators in a folder of their own, and looks whether anything was left behind. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import type { JobGraph, JobVertex, OperatorNode } from '../../../src/dataflow/job-graph.js';
import { SlotPool } from '../../../src/runtime/coordinator/slot-pool.js';
import type { JobResult } from '../../../src/runtime/job-result.js';
import { runJob } from '../../../src/runtime/run-job.js';
import type { JobListener, RuntimeOptions } from '../../../src/runtime/runtime-options.js';
import { FACTORIES, type NumbersConfig, type SumConfig } from './toy-operators.js';

export const REGISTRY_MODULE = new URL('./toy-operators.ts', import.meta.url).href;

export const MIB = 1 << 20;

export function node(kind: string, parent: number, config: unknown): OperatorNode {
  return { kind, name: kind, parent, config };
}

function vertex(id: number, chain: OperatorNode[], inputs: JobVertex['inputs'] = []): JobVertex {
  return { id, name: `v${id}`, chain, inputs, maxParallelism: 64 };
}

/** numbers -> sum, lines; then the totals of all attempts -> lines. */
export function sumAndLines(folder: string, numbers: NumbersConfig, sum: SumConfig = {}, minimumPages = 1): JobGraph {
  return {
    name: 'toy',
    vertices: [
      vertex(0, [
        node('numbers', -1, numbers),
        node('sum', 0, sum),
        node('lines', 0, { path: join(folder, 'numbers.csv') }),
      ]),
      vertex(
        1,
        [
          node('totals', -1, { vertex: 0, operator: 1, minimumPages }),
          node('lines', 0, { path: join(folder, 'total.csv') }),
        ],
        [{ exchange: 'range', mode: 'blocking', vertex: 0, operator: 1 }],
      ),
    ],
  };
}

export function graphOf(...vertices: OperatorNode[][]): JobGraph {
  return { name: 'toy', vertices: vertices.map((chain, id) => vertex(id, chain)) };
}

/** What `sumAndLines` must write, computed without leat. */
export function expectedFiles({ splits, perSplit }: NumbersConfig): Record<string, string> {
  const all = Array.from({ length: splits * perSplit }, (_, i) => i);
  return {
    'numbers.csv': `number\n${all.map((i) => `${i}\n`).join('')}`,
    'total.csv': `number\n${all.reduce((sum, i) => sum + i, 0)}\n`,
  };
}

export function filesIn(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

export interface Workplace {
  readonly out: string;
  readonly spill: string;
  run(graph: JobGraph, options?: Partial<RuntimeOptions>, listener?: JobListener): Promise<JobResult>;
  remove(): void;
}

/** Threads are started once for all tests of a file, and die and come back as the tests will have it. */
const sharedPools = new Map<number, SlotPool>();

after(async () => {
  for (const pool of sharedPools.values()) await pool.close();
});

function sharedPool(slots: number): SlotPool {
  const pool = sharedPools.get(slots) ?? new SlotPool(slots, REGISTRY_MODULE);
  sharedPools.set(slots, pool);
  return pool;
}

export function workplace(): Workplace {
  const root = mkdtempSync(join(tmpdir(), 'leat-runtime-'));
  const out = mkdtempSync(join(root, 'out-'));
  const spill = mkdtempSync(join(root, 'spill-'));
  return {
    out,
    spill,
    run: (graph, options = {}, listener = {}) =>
      runJob(
        graph,
        FACTORIES,
        {
          memoryBytes: 16 * MIB,
          slots: 2,
          constants: { nowMicros: 0n, seed: null },
          restart: { attempts: 100, delayMs: 0 },
          spillDir: spill,
          kernels: 'twins',
          pool: options.registryModule ? undefined : sharedPool(options.slots ?? 2),
          inProcessBytes: 0,
          sizes: { batchRows: 100 },
          ...options,
        },
        listener,
      ),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
