/** `leat explain FILE` */
import { Command, Flags } from '@oclif/core';
import { analyze, SHOWN_ACTUAL } from '../cli/analyze.js';
import { outputFlags, pipelineArg, pipelineFlags, pipelineOptions, resourceFlags } from '../cli/flags.js';
import { shortPath } from '../cli/format.js';
import { formatOf, outputStyle } from '../cli/output-style.js';
import { reportDiagnostics } from '../cli/report-failure.js';
import { toJson, writeResult } from '../cli/streams.js';
import { type Engine, EXPLAIN_FORMATS, EXPLAIN_LEVELS, type ExplainOptions } from '../engine-api.js';
import { leatError } from '../errors.js';

export default class Explain extends Command {
  static override summary = 'Show what a pipeline will do.';
  static override description =
    'The logical graph is the pipeline with types; the optimized one is after the rules; the job is what the slots ' +
    'run: chains of operators and the exchanges between them. The source is the JavaScript of the chains.';
  static override examples = [
    '<%= config.bin %> explain revenue.yaml',
    '<%= config.bin %> explain revenue.yaml --level source',
    '<%= config.bin %> explain revenue.yaml --analyze',
    '<%= config.bin %> explain revenue.yaml --format dot | dot -Tsvg > revenue.svg',
  ];
  static override args = { file: pipelineArg };
  static override flags = {
    level: Flags.option({
      options: EXPLAIN_LEVELS,
      summary: 'Only this level; default: all but the source, of a drawing the job.',
    })(),
    format: Flags.option({
      options: EXPLAIN_FORMATS,
      summary: 'Text, a JSON document, or a drawing: a Mermaid flowchart, a graph for Graphviz.',
      helpGroup: 'OUTPUT',
    })(),
    analyze: Flags.boolean({
      summary: 'Run it, publish nothing, and show what each operator of the job did.',
    }),
    ...pipelineFlags,
    ...resourceFlags,
    ...outputFlags,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Explain);
    const style = outputStyle(this.argv, process.env, process.stderr);
    const format = formatOf(style.json, flags.format);
    const options: ExplainOptions = {
      ...{ ...pipelineOptions(flags, process.env), level: flags.level, format },
      columns: process.stdout.columns,
      shownPath: (path) => shortPath(path, process.cwd()),
      shownActual: SHOWN_ACTUAL,
    };
    if (flags.analyze && flags.level !== undefined && flags.level !== 'job') {
      throw leatError('CLI_USAGE', `--analyze shows what the job did, and not the level ${flags.level}`, {
        hint: 'leave --level out',
      });
    }
    const engine: Engine = await import('../engine.js');
    const report = flags.analyze
      ? await analyze(engine, args.file, options, style)
      : await engine.explainPipeline(args.file, options);
    if (!style.quiet) reportDiagnostics(report.warnings, style);
    writeResult(format === 'json' ? toJson({ ok: true, ...report.plan }) : report.text);
  }
}
