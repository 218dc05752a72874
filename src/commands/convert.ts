/** `leat convert IN OUT` */
import { Args, Command, Flags } from '@oclif/core';
import { convertPipeline } from '../cli/convert-pipeline.js';
import { outputFlags, pipelineOptions, resourceFlags } from '../cli/flags.js';
import { outputStyle } from '../cli/output-style.js';
import { runToEnd } from '../cli/run-to-end.js';

export default class Convert extends Command {
  static override summary = 'Convert a data file to another format, with some of its rows and columns if asked.';
  static override description =
    'Formats are what the names end in. `-` is standard input or output. Everything else, a pipeline says: see leat docs verbs.';
  static override examples = [
    '<%= config.bin %> convert orders.csv orders.tsv',
    '<%= config.bin %> convert orders.csv - --filter "amount > 100" --select "id, amount * 2 AS twice"',
  ];
  static override args = {
    in: Args.string({ required: true, ignoreStdin: true, description: 'The file to read, a glob, or -.' }),
    out: Args.string({ required: true, ignoreStdin: true, description: 'The file to write, or -.' }),
  };
  static override flags = {
    filter: Flags.string({ helpValue: 'CONDITION', summary: 'Only the rows for which it is true.' }),
    select: Flags.string({ helpValue: 'LIST', summary: 'Only these columns: names, and expressions AS a name.' }),
    from: Flags.string({ helpValue: 'FORMAT', summary: 'The format of IN, if its name does not say it.' }),
    to: Flags.string({ helpValue: 'FORMAT', summary: 'The format of OUT, if its name does not say it.' }),
    ...resourceFlags,
    ...outputFlags,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Convert);
    const style = outputStyle(this.argv, process.env, process.stderr);
    const pipeline = convertPipeline(args.in, args.out, flags);
    const options = { ...pipelineOptions(flags, process.env), baseDir: process.cwd() };
    process.exitCode = await runToEnd(pipeline, options, style);
  }
}
