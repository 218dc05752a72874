/** `leat preview FILE` */
import { Args, Command, Flags } from '@oclif/core';
import { dataPipeline } from '../cli/data-pipeline.js';
import { countFlag, fromFlag, outputFlags, pipelineFlags, pipelineOptions, resourceFlags } from '../cli/flags.js';
import { outputStyle } from '../cli/output-style.js';
import { reportDiagnostics } from '../cli/report-failure.js';
import { say, toJson, writeResult } from '../cli/streams.js';
import { table } from '../cli/table.js';
import type { Engine } from '../engine-api.js';

export default class Preview extends Command {
  static override summary = 'Show the first rows of a file, or of a step of a pipeline.';
  static override description =
    'Nothing is written, and no more is read than the rows need. Of a pipeline, by default, the rows that its last `write` gets.';
  static override examples = [
    '<%= config.bin %> preview orders.csv',
    '<%= config.bin %> preview revenue.yaml --step orders --rows 5',
    '<%= config.bin %> preview revenue.yaml --step orders.rejects',
  ];
  static override args = {
    file: Args.string({ required: true, ignoreStdin: true, description: 'A pipeline (.yaml), a data file, or stdin.' }),
  };
  static override flags = {
    ...pipelineFlags,
    step: Flags.string({ helpValue: 'NAME', summary: 'The step whose rows are shown, or a side output of one.' }),
    rows: countFlag({ char: 'n', helpValue: 'N', default: 20, summary: 'At most so many rows.' }),
    ...fromFlag,
    ...resourceFlags,
    ...outputFlags,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Preview);
    const style = outputStyle(this.argv, process.env, process.stdout);
    const engine: Engine = await import('../engine.js');
    const given = pipelineOptions(flags, process.env);
    const pipeline = dataPipeline('leat preview', args.file, flags.from);
    const baseDir = typeof pipeline === 'string' ? given.baseDir : (given.baseDir ?? process.cwd());
    const preview = await engine.previewRows(pipeline, { ...given, baseDir, step: flags.step, rows: flags.rows });
    if (!style.quiet) reportDiagnostics(preview.warnings, style);
    if (style.json) {
      writeResult(toJson(preview));
      return;
    }
    writeResult(table(preview.columns, preview.rows, style.paint, style.columns));
    const rows = `${preview.rows.length} row${preview.rows.length === 1 ? '' : 's'}`;
    if (!style.quiet) say(style.paint.dim(preview.hasMore ? `the first ${rows}; there are more` : `${rows} in all`));
  }
}
