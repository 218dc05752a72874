/** `leat validate FILE...` */
import { Command, Flags } from '@oclif/core';
import { outputFlags, pipelineArg, pipelineFlags, pipelineOptions } from '../cli/flags.js';
import { plural } from '../cli/format.js';
import { outputStyle } from '../cli/output-style.js';
import { failureDocument, reportDiagnostics } from '../cli/report-failure.js';
import { toJson, writeResult } from '../cli/streams.js';
import type { CheckReport, Engine } from '../engine-api.js';
import type { Diagnostic, ErrorCode } from '../errors.js';

export default class Validate extends Command {
  static override summary = 'Find every mistake in pipelines without running them.';
  static override description =
    'Data is opened only for reads without a schema, whose columns are not known otherwise. ' +
    'Exit status: 0 all are right, 2 at least one is wrong.';
  static override examples = ['<%= config.bin %> validate pipelines/*.yaml'];
  /** Any number of files. */
  static override strict = false;
  static override args = { file: pipelineArg };
  static override flags = {
    ...pipelineFlags,
    data: Flags.boolean({ summary: 'Compare the headers of the data with the schemas too.' }),
    ...outputFlags,
  };

  override async run(): Promise<void> {
    const { argv, flags } = await this.parse(Validate);
    const style = outputStyle(this.argv, process.env, process.stderr);
    const engine: Engine = await import('../engine.js');
    const options = { ...pipelineOptions(flags, process.env), data: flags.data };
    const reports = [];
    const named = new Set<ErrorCode>();
    let exitStatus = 0;
    for (const file of argv as string[]) {
      const report = await check(engine, file, options);
      exitStatus ||= report.exitStatus;
      reports.push({ file, ok: report.ok, diagnostics: report.diagnostics });
      reportDiagnostics(report.ok && style.quiet ? [] : report.diagnostics, style, named);
      if (!style.json && !style.quiet) writeResult(`${file}: ${verdict(report)}`);
    }
    if (style.json) writeResult(toJson({ ok: exitStatus === 0, exitStatus, pipelines: reports }));
    process.exitCode = exitStatus;
  }
}

interface Verdict {
  readonly ok: boolean;
  readonly exitStatus: number;
  readonly diagnostics: readonly Diagnostic[];
  readonly steps?: number;
}

/** One pipeline that cannot even be opened does not keep the others from being checked. */
async function check(engine: Engine, file: string, options: Parameters<Engine['checkPipeline']>[1]): Promise<Verdict> {
  try {
    const report: CheckReport = await engine.checkPipeline(file, options);
    return { ...report, exitStatus: report.ok ? 0 : 2 };
  } catch (error) {
    return failureDocument(error);
  }
}

function verdict(report: Verdict): string {
  if (report.ok) return `ok${report.steps === undefined ? '' : `, ${plural(report.steps, 'step')}`}`;
  return plural(report.diagnostics.filter((d) => d.severity === 'error').length, 'mistake');
}
