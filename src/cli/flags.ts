/**
 * The flags that several commands share. A flag wins over its LEAT_* variable, that over the pipeline's `run:`; what
 * is set by none of them is left out, and the pipeline or the engine decides.
 *
 * Repeated flags take one value each time (`--param a=b FILE` leaves FILE alone).
 */
import { Args, Flags } from '@oclif/core';
import type { PipelineOptions, TestSettings } from '../engine-api.js';
import { leatError } from '../errors.js';
import { MOST_ROWS, type Reading, readBigint, readDuration, readInteger, readSize } from '../spec/scalar-values.js';

/** oclif would read a missing argument from stdin; `ignoreStdin` turns that off. */
export const pipelineArg = Args.string({
  name: 'file',
  required: true,
  ignoreStdin: true,
  description: 'The pipeline, a YAML file.',
});

interface FlagUse {
  readonly token?: unknown;
}
interface FlagName {
  readonly name: string;
  readonly env?: string;
}

/** A flag's text means what the same text means in a pipeline's `run:`; a mistake says where it came from. */
function parsedBy<T>(read: (text: string) => Reading<T>) {
  return async (text: string, use: FlagUse, flag: FlagName): Promise<T> => {
    const reading = read(text);
    if ('value' in reading) return reading.value;
    throw badValue(text, reading.expected, use, flag, reading.hint);
  };
}

function badValue(text: string, expected: string, use: FlagUse, flag: FlagName, hint?: string): Error {
  const from = use.token === undefined && flag.env !== undefined ? flag.env : `--${flag.name}`;
  return leatError('CLI_USAGE', `${from} is "${text}", expected ${expected}`, { hint });
}

const sizeFlag = Flags.custom<number>({ parse: parsedBy((text) => readSize(text, { min: 2 ** 20 })) });
const durationFlag = Flags.custom<number>({ parse: parsedBy((text) => readDuration(text)) });
const slotsFlag = Flags.custom<number>({ parse: parsedBy((text) => readInteger(text, { min: 1, max: 1024 })) });
export const countFlag = Flags.custom<number>({
  parse: parsedBy((text) => readInteger(text, { min: 1, max: MOST_ROWS - 1 })),
});
const attemptsFlag = Flags.custom<number>({ parse: parsedBy((text) => readInteger(text, { min: 0, max: 1000 })) });
const seedFlag = Flags.custom<bigint>({ parse: parsedBy(readBigint) });

export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

const pairFlag = Flags.custom<NamedValue>({
  multiple: true,
  multipleNonGreedy: true,
  parse: async (text, use, flag) => {
    const equals = text.indexOf('=');
    if (equals < 1) throw badValue(text, `${flag.helpValue ?? 'NAME=VALUE'}`, use, flag);
    return { name: text.slice(0, equals), value: text.slice(equals + 1) };
  },
});

/** How to speak; `outputStyle` reads these before oclif parses them, so that mistakes are reported in the same way. */
export const outputFlags = {
  json: Flags.boolean({ summary: 'Print one JSON document on stdout.', helpGroup: 'OUTPUT' }),
  quiet: Flags.boolean({
    char: 'q',
    summary: 'Print nothing but results, unless it fails.',
    helpGroup: 'OUTPUT',
  }),
  'no-color': Flags.boolean({ summary: 'No colour. NO_COLOR and FORCE_COLOR work too.', helpGroup: 'OUTPUT' }),
};

/** What decides the meaning of a pipeline. */
export const pipelineFlags = {
  param: pairFlag({ char: 'p', helpValue: 'NAME=VALUE', summary: 'Value of a parameter; may be repeated.' }),
  read: pairFlag({ helpValue: 'STEP=PATH', summary: 'Read another file in this step; may be repeated.' }),
  write: pairFlag({ helpValue: 'STEP=PATH', summary: 'Write to another file in this step; may be repeated.' }),
  directory: Flags.string({
    char: 'C',
    helpValue: 'DIR',
    summary: "Folder that the pipeline's paths start from; default: its own.",
  }),
  now: Flags.string({ helpValue: 'TIME', env: 'LEAT_NOW', summary: 'The time that now() gives, such as 2026-11-01.' }),
  seed: seedFlag({ helpValue: 'N', env: 'LEAT_SEED', summary: 'Seed of random() and uuid().' }),
};

/** Of data that no pipeline tells of. */
export const fromFlag = {
  from: Flags.string({ helpValue: 'FORMAT', summary: 'The format of the data, if its name does not say it.' }),
};

/** How it runs, never what comes out. */
export const resourceFlags = {
  slots: slotsFlag({
    helpValue: 'N',
    env: 'LEAT_SLOTS',
    summary: 'Worker threads; default: available cores.',
    helpGroup: 'RESOURCE',
  }),
  memory: sizeFlag({
    helpValue: 'SIZE',
    env: 'LEAT_MEMORY',
    summary: 'Managed memory of the job, such as 512MiB.',
    helpGroup: 'RESOURCE',
  }),
  'spill-dir': Flags.string({
    helpValue: 'DIR',
    env: 'LEAT_SPILL_DIR',
    summary: 'Folder for what does not fit in memory.',
    helpGroup: 'RESOURCE',
  }),
  'spill-limit': Flags.custom<number>({ parse: parsedBy((text) => readSize(text, { min: 0 })) })({
    helpValue: 'SIZE',
    env: 'LEAT_SPILL_LIMIT',
    summary: 'How much of the disk that may take at a time, such as 20GiB.',
    helpGroup: 'RESOURCE',
  }),
  'restart-attempts': attemptsFlag({
    helpValue: 'N',
    env: 'LEAT_RESTART_ATTEMPTS',
    summary: 'How often a task whose worker died runs again.',
    helpGroup: 'RESOURCE',
  }),
  'restart-delay': durationFlag({
    helpValue: 'TIME',
    env: 'LEAT_RESTART_DELAY',
    summary: 'Time to wait before it does, such as 1s.',
    helpGroup: 'RESOURCE',
  }),
};

export interface PipelineFlagValues {
  readonly param?: readonly NamedValue[];
  readonly read?: readonly NamedValue[];
  readonly write?: readonly NamedValue[];
  readonly directory?: string;
  readonly now?: string;
  readonly seed?: bigint;
  readonly slots?: number;
  readonly memory?: number;
  readonly 'spill-dir'?: string;
  readonly 'spill-limit'?: number;
  readonly 'restart-attempts'?: number;
  readonly 'restart-delay'?: number;
}

export function pipelineOptions(flags: PipelineFlagValues, env: NodeJS.ProcessEnv): PipelineOptions {
  return {
    params: named('param', flags.param),
    read: named('read', flags.read),
    write: named('write', flags.write),
    baseDir: flags.directory,
    now: flags.now,
    seed: flags.seed,
    slots: flags.slots,
    memoryBytes: flags.memory,
    spillDir: flags['spill-dir'],
    spillLimit: flags['spill-limit'],
    restartAttempts: flags['restart-attempts'],
    restartDelayMs: flags['restart-delay'],
    env,
    test: testSettings(env),
  };
}

function named(flag: string, values: readonly NamedValue[] = []): Record<string, string> {
  const byName = new Map<string, string>();
  for (const { name, value } of values) {
    if (byName.has(name)) throw leatError('CLI_USAGE', `--${flag} gives "${name}" twice`);
    byName.set(name, value);
  }
  return Object.fromEntries(byName);
}

/** Hostile settings of the tests; not for users, so undocumented and unchecked. */
function testSettings(env: NodeJS.ProcessEnv): TestSettings | undefined {
  const text = env['LEAT_TEST_SETTINGS'];
  return text ? (JSON.parse(text) as TestSettings) : undefined;
}
