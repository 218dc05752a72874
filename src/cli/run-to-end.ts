/** One run of a pipeline as the command line sees it: progress, interrupts, warnings, summary, report, exit status. */
import { accessSync, constants, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Engine, PipelineInput, PipelineOptions, RunReport } from '../engine-api.js';
import { leatError } from '../errors.js';
import { watchInterrupts } from './interrupts.js';
import type { OutputStyle } from './output-style.js';
import { createProgress, type Progress } from './progress.js';
import { failureDocument, reportDiagnostics, reportFailure } from './report-failure.js';
import { say, toJson, writeResult } from './streams.js';
import { summary } from './summary.js';
import { writeWhole } from './write-whole.js';

/** Returns the exit status. */
export async function runToEnd(
  path: PipelineInput,
  options: PipelineOptions,
  style: OutputStyle,
  reportPath?: string,
): Promise<number> {
  if (reportPath !== undefined) checkReportFolder(reportPath);
  const progress = createProgress(style);
  const interrupts = watchInterrupts(style.quiet, () => progress.close());
  const result = await attempt(path, { ...options, signal: interrupts.signal }, style, progress);
  progress.close();
  interrupts.dispose();
  const document =
    'report' in result ? { ok: true, ...result.report } : failureDocument(result.error, interrupts.exitStatus());
  if (reportPath !== undefined) writeReport(reportPath, toJson(document));
  if ('error' in result) {
    const status = reportFailure(result.error, style, interrupts.exitStatus());
    // Bytes that stdout's reader does not take would keep the process.
    if (interrupts.exitStatus() !== undefined) process.exit(status);
    return status;
  }
  const { report } = result;
  if (!style.quiet) {
    reportDiagnostics(report.warnings, style);
    say(summary(report, style.paint, process.cwd(), style.columns));
  }
  if (style.json) writeResult(toJson(document));
  return report.exitStatus;
}

async function attempt(
  path: PipelineInput,
  options: PipelineOptions & { readonly signal: AbortSignal },
  style: OutputStyle,
  progress: Progress,
): Promise<{ readonly report: RunReport } | { readonly error: unknown }> {
  try {
    const engine: Engine = await import('../engine.js');
    const report = await engine.runPipeline(
      path,
      { ...options, stdoutTaken: style.json },
      {
        started: ({ writesStdout }) => {
          if (writesStdout && process.stdout.isTTY) progress.yieldTerminal();
        },
        progress: (state) => progress.show(state),
        note: (text) => progress.say(`${style.paint.yellow('note:')} ${text}`),
      },
    );
    return { report };
  } catch (error) {
    return { error };
  }
}

/** Before the run: outputs that are published beside a report that cannot be written would be a surprise. */
function checkReportFolder(path: string): void {
  const folder = dirname(resolve(path));
  try {
    if (!statSync(folder).isDirectory()) throw new Error(`${folder} is no folder`);
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? `there is no folder ${folder}` : message;
    throw leatError('FORMAT_IO', `the report cannot be written to ${path}: ${reason}`, { cause });
  }
}

function writeReport(path: string, text: string): void {
  try {
    writeWhole(path, text);
  } catch (error) {
    throw leatError('FORMAT_IO', `the report cannot be written to ${path}: ${(error as Error).message}`, {
      hint: 'the run itself had ended by then; only its report is missing',
      cause: error,
    });
  }
}
