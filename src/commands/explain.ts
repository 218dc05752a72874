/** `leat explain FILE` */
import { Command, Flags } from '@oclif/core';
import { outputFlags, pipelineArg, pipelineFlags, pipelineOptions, resourceFlags } from '../cli/flags.js';
import { outputStyle } from '../cli/output-style.js';
import { reportDiagnostics } from '../cli/report-failure.js';
import { toJson, writeResult } from '../cli/streams.js';
import { type Engine, EXPLAIN_LEVELS, type ExplainLevel } from '../engine-api.js';

export default class Explain extends Command {
  static override summary = 'Show what a pipeline will do.';
  static override description =
    'The logical graph is the pipeline with types; the optimized one is after the rules; the job is what the slots ' +
    'run: chains of operators and the exchanges between them. The source is the JavaScript of the chains.';
  static override examples = [
    '<%= config.bin %> explain revenue.yaml',
    '<%= config.bin %> explain revenue.yaml --level source',
  ];
  static override args = { file: pipelineArg };
  static override flags = {
    level: Flags.option({ options: EXPLAIN_LEVELS, summary: 'Only this level; default: all but the source.' })(),
    ...pipelineFlags,
    slots: resourceFlags.slots,
    memory: resourceFlags.memory,
    ...outputFlags,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Explain);
    const style = outputStyle(this.argv, process.env, process.stderr);
    const engine: Engine = await import('../engine.js');
    const level = flags.level as ExplainLevel | undefined;
    const report = await engine.explainPipeline(args.file, { ...pipelineOptions(flags, process.env), level });
    if (!style.quiet) reportDiagnostics(report.warnings, style);
    writeResult(style.json ? toJson({ ok: true, pipeline: report.pipeline, plan: report.plan }) : report.text);
  }
}
