/** Settings that no user would choose: every pipeline must write the same bytes under them. */
import type { PipelineCase } from './pipeline-case.js';
import type { CaseSettings } from './run-case.js';

export interface Hostile extends CaseSettings {
  readonly name: string;
}

/** Settings of steps that are made by key change nothing where there is none. */
export function settingsFor({ pipeline }: PipelineCase, all: readonly Hostile[]): readonly Hostile[] {
  return all.filter(
    ({ test }) =>
      (test?.joins === undefined || /^ *(- )?join:/m.test(pipeline)) &&
      (test?.limits === undefined || /^ *(- )?limit:/m.test(pipeline)),
  );
}

const MIB = 1 << 20;

/** For the fast tier: one of each kind, threads where threads are the point. */
export const HOSTILE: readonly Hostile[] = [
  { name: '2 slots, small blocks', slots: 2, test: { inProcessBytes: 0, splitBytes: 4096 } },
  { name: 'kernel twins, batches of one row', slots: 1, test: { kernels: 'twins', batchRows: 1 } },
  { name: '1 MiB a slot, blocks of 1 KiB', slots: 1, memoryBytes: 1 * MIB, test: { splitBytes: 1024 } },
  { name: 'joins by key', slots: 2, test: { inProcessBytes: 0, splitBytes: 4096, joins: 'by-key' } },
  { name: 'limits by key', slots: 2, test: { inProcessBytes: 0, splitBytes: 4096, batchRows: 9, limits: 'by-key' } },
];

/** For the slow tier besides: many threads, and combinations. */
export const MORE_HOSTILE: readonly Hostile[] = [
  { name: 'batches of one row', slots: 1, test: { batchRows: 1 } },
  { name: 'kernel twins', slots: 1, test: { kernels: 'twins' } },
  { name: '2 slots', slots: 2, test: { inProcessBytes: 0, splitBytes: 20_000 } },
  { name: '3 slots', slots: 3, test: { inProcessBytes: 0, splitBytes: 4096 } },
  { name: '8 slots, blocks of 1 KiB', slots: 8, test: { inProcessBytes: 0, splitBytes: 1024 } },
  { name: 'batches of three rows, 2 slots', slots: 2, test: { inProcessBytes: 0, batchRows: 3, splitBytes: 30_000 } },
  { name: '1 MiB a slot, 3 slots', slots: 3, memoryBytes: 3 * MIB, test: { inProcessBytes: 0, splitBytes: 50_000 } },
  {
    name: 'memory from the top',
    slots: 2,
    memoryBytes: 4096 * MIB,
    test: { inProcessBytes: 0, allocateFromTop: true, splitBytes: 60_000 },
  },
  {
    name: 'joins by key, batches of two rows, 8 slots',
    slots: 8,
    test: { inProcessBytes: 0, splitBytes: 2000, batchRows: 2, joins: 'by-key' },
  },
  {
    name: 'joins by key, 1 MiB a slot',
    slots: 2,
    memoryBytes: 2 * MIB,
    test: { inProcessBytes: 0, splitBytes: 20_000, joins: 'by-key' },
  },
  { name: 'kernel twins at 1 MiB, batches of 7 rows', memoryBytes: MIB, test: { kernels: 'twins', batchRows: 7 } },
];
