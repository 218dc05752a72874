/** `leat run FILE` */
import { Command, Flags } from '@oclif/core';
import { outputFlags, pipelineArg, pipelineFlags, pipelineOptions, resourceFlags } from '../cli/flags.js';
import { outputStyle } from '../cli/output-style.js';
import { runToEnd } from '../cli/run-to-end.js';

export default class Run extends Command {
  static override summary = 'Run a pipeline.';
  static override description =
    'Results go to the files that the pipeline writes, or to stdout; progress and the summary go to stderr. ' +
    'Outputs appear all at once when the job has succeeded; a job that fails changes none of them, and when a check fails ' +
    'only the rows that fail it (NAME.failed) are written.\n\n' +
    'Exit status: 0 done, 1 the job failed, 2 the pipeline or the command line is wrong, 3 a check failed, ' +
    '4 another run holds the outputs, 130 interrupted.';
  static override examples = [
    '<%= config.bin %> run revenue.yaml',
    '<%= config.bin %> run revenue.yaml --param day=2026-11-01 --memory 512MiB',
    '<%= config.bin %> run revenue.yaml --read orders=sample.csv --write result=stdout',
  ];
  static override args = { file: pipelineArg };
  static override flags = {
    ...pipelineFlags,
    ...resourceFlags,
    report: Flags.string({
      helpValue: 'FILE',
      env: 'LEAT_REPORT',
      summary: 'Write what --json would print to a file.',
      helpGroup: 'OUTPUT',
    }),
    ...outputFlags,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Run);
    const style = outputStyle(this.argv, process.env, process.stderr);
    process.exitCode = await runToEnd(args.file, pipelineOptions(flags, process.env), style, flags.report);
  }
}
