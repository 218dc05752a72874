/** What sinks of all formats have in common on the coordinator's side: a file, or stdout, staged and published by the job's commit. */
import { existsSync } from 'node:fs';
import type { Schema } from '../columnar/schema.js';
import type { CoordinatorContext, JobSink } from '../dataflow/factory.js';
import { leatError } from '../errors.js';
import { refuseClosedStdout } from '../formats/publishing/closed-stdout.js';
import { type FileOutputOptions, prepareFileOutput } from '../formats/publishing/file-output.js';
import type { Located } from '../spec/source.js';
import { tellingStep } from './step-place.js';

export interface FileSinkConfig {
  /** Where the pipeline names the target. */
  readonly at: Located;
  readonly target: { readonly kind: 'file'; readonly path: string } | { readonly kind: 'stdout' };
  /** Nothing else is written or checked, so rows for stdout need not wait for anything. */
  readonly isOnlyOutput: boolean;
  readonly mode: 'replace' | 'error';
  readonly showsFailures: readonly number[];
  readonly schema: Schema;
}

/** What the file has around the splits. What is wrong with the target is told at the step. */
export function prepareFileSink(
  config: FileSinkConfig,
  splits: number,
  context: CoordinatorContext,
  around: Pick<FileOutputOptions, 'preamble' | 'epilogue'>,
): JobSink {
  return tellingStep(
    () => prepareTarget(config, splits, context, around),
    () => config.at,
    'it is written here',
  );
}

function prepareTarget(
  config: FileSinkConfig,
  splits: number,
  context: CoordinatorContext,
  around: Pick<FileOutputOptions, 'preamble' | 'epilogue'>,
): JobSink {
  const { target } = config;
  if (config.mode === 'error' && target.kind === 'file' && existsSync(target.path)) {
    throw leatError('FORMAT_OUTPUT_EXISTS', `${target.path} is there already`, {
      hint: 'the step says `mode: error`; remove the file, or write with `mode: replace`',
    });
  }
  if (target.kind === 'stdout' && context.publishes) refuseClosedStdout();
  const to =
    target.kind === 'stdout' ? { kind: target.kind, streams: config.isOnlyOutput && context.publishes } : target;
  const output = prepareFileOutput(to, splits, {
    jobId: context.jobId,
    ...around,
    spoolFolder: context.spillPath,
    printedBytes: context.printedBytes,
  });
  return { ...output, showsFailures: config.showsFailures };
}
