/** The settings under `run:`. */
import type { Diagnostic } from '../errors.js';
import { entriesByKey, readEntries } from './option-reader.js';
import type { OptionSchema } from './option-schema.js';
import type { RunSettings, SourceText, SpecMap } from './pipeline-spec.js';

const MIB = 2 ** 20;

export const RUN_SCHEMA = {
  memory: {
    kind: 'size',
    min: MIB,
    doc: 'managed memory of the job, shared out to the slots; default: 40 % of the machine, at most 4GiB',
  },
  slots: {
    kind: 'integer',
    min: 1,
    max: 1024,
    doc: 'how many tasks run at the same time; default: the available cores',
  },
  restart: {
    kind: 'group',
    doc: 'what happens to a task that lost its worker',
    options: {
      strategy: { kind: 'enum', values: ['fixed-delay', 'none'], default: 'fixed-delay', doc: 'run it again, or fail' },
      attempts: { kind: 'integer', min: 0, max: 1000, doc: 'how often a task may run again; default: 3' },
      delay: { kind: 'duration', min: 0, doc: 'how long to wait before it does; default: 1s' },
    },
  },
  spill_dir: { kind: 'path', doc: 'folder for what does not fit in memory' },
  spill_limit: { kind: 'size', min: 0, doc: 'how much of the disk that may take at a time; default: all there is' },
  rejects: { kind: 'path', doc: 'the file for the rejects of steps with `on_error: reject` that go nowhere else' },
  now: { kind: 'string', doc: 'what now() answers: an ISO timestamp' },
  seed: { kind: 'bigint', doc: 'seed of random() and uuid()' },
} as const satisfies OptionSchema;

export function readRunSettings(key: SourceText, map: SpecMap, diagnostics: Diagnostic[]): RunSettings {
  const owner = { owner: '`run`', at: key, planned: 'run' };
  const { memory, slots, restart, spill_dir, spill_limit, rejects, now, seed } = readEntries(
    RUN_SCHEMA,
    entriesByKey(map.entries),
    owner,
    diagnostics,
  );
  return {
    at: key,
    memory,
    slots,
    restartAttempts: restart?.strategy === 'none' ? 0 : restart?.attempts,
    restartDelayMs: restart?.delay,
    spillDir: spill_dir?.text,
    spillLimit: spill_limit,
    rejects,
    now,
    seed,
  };
}
